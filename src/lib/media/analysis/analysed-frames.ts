import type { InputVideoTrack } from 'mediabunny';
import { frameCount, timeOfFrame, type FrameIndex } from '#core/time/frame-index';
import { CUT_FRAMES_AROUND, CutFinder } from '../scenes/cut-finder.ts';
import { LumaReader } from '../scenes/luma-reader.ts';
import { decodedFrames } from './decoded-frames.ts';
import type { Span } from '#core/time/segment-arithmetic';
import { chosenFrames, mergedRuns, type FrameRun } from './frame-choice.ts';
import { PlaneReader } from './frame-planes.ts';
import { PictureMaker, type Picture, type PictureShape } from './picture-maker.ts';

export interface AnalysisRequest {
	readonly track: InputVideoTrack;
	readonly index: FrameIndex;
	readonly spans: readonly Span[];
	/** Pictures made a second, at most. */
	readonly perSecond: number;
	readonly shape: PictureShape;
	readonly signal: AbortSignal;
	/** Milliseconds spent are added here. */
	readonly clock: AnalysisClock;
}

export interface AnalysisClock {
	/** Waiting for decoded pictures and for their bytes. */
	decodeMs: number;
	/** Making small pictures. */
	resizeMs: number;
}

/** What one decoded frame brought. */
export interface AnalysedFrame {
	readonly frame: number;
	/** In seconds on the file's own timeline. */
	readonly atS: number;
	/** When the frame was chosen to be looked at. Valid until the next frame is asked for. */
	readonly picture?: Picture;
	/** First frames of new shots that are certain by now, in seconds. */
	readonly cutsS: readonly number[];
	/** The cuts before this are certain, in seconds: each has been told. */
	readonly settledS: number;
	/** A run of frames ends here; no more comes of it. */
	readonly isRunEnd: boolean;
	/** Frames of `spans` that are behind us, decoded or not. */
	readonly passed: number;
	/** Frames of `spans` that could not be decoded so far. */
	readonly missing: number;
}

/** How many frames lie in `spans`, each counted once. */
export const framesInSpans = (index: FrameIndex, spans: readonly Span[]): number =>
	mergedRuns(index, spans).reduce((sum, { from, to }) => sum + to - from, 0);

/**
 * Decodes the frames of `spans` once: finds the cuts among all of them and makes small pictures of some. For a worker.
 *
 * Cuts are those of the whole film that lie in the spans, wherever a span begins: a few frames beside it are looked at as well.
 */
export async function* analysedFrames(request: AnalysisRequest): AsyncGenerator<AnalysedFrame, void, undefined> {
	const tally = { passed: 0, missing: 0 };
	for (const run of mergedRuns(request.index, request.spans)) {
		yield* analysedRun(request, run, tally);
	}
}

async function* analysedRun(
	{ track, index, perSecond, shape, signal, clock }: AnalysisRequest,
	run: FrameRun,
	tally: { passed: number; missing: number },
): AsyncGenerator<AnalysedFrame, void, undefined> {
	const chosen = chosenFrames(index, run, perSecond);
	const [cuts, planes, light, pictures] = [
		new CutFinder(),
		new PlaneReader(),
		new LumaReader(),
		new PictureMaker(shape),
	];
	const wide = {
		from: Math.max(0, run.from - CUT_FRAMES_AROUND - 1),
		to: Math.min(frameCount(index), run.to + CUT_FRAMES_AROUND),
	};
	const before = { ...tally };
	const within = ({ from, to }: FrameRun): number => Math.max(0, Math.min(to, run.to) - Math.max(from, run.from));
	const isIn = ({ frame }: { readonly frame: number }): boolean => frame >= run.from && frame < run.to;
	let nextChosen = 0;
	let waitingSince = performance.now();
	const frames = decodedFrames(track, index, wide, {
		signal,
		onMissing: (missing) => (tally.missing += within(missing)),
	});
	for await (const { frame, sample } of frames) {
		const read = await planes.read(sample);
		const readAt = performance.now();
		clock.decodeMs += readAt - waitingSince;
		const cut = cuts.push(frame, light.read(sample, read));
		let picture: Picture | undefined;
		if (frame < run.to && frame >= (chosen[nextChosen] ?? Infinity)) {
			const startedMs = performance.now();
			picture = pictures.make(sample, read);
			clock.resizeMs += performance.now() - startedMs;
			while (frame >= (chosen[nextChosen] ?? Infinity)) nextChosen += 1;
		}
		tally.passed = before.passed + within({ from: run.from, to: frame + 1 });
		const settledS = timeOfFrame(index, Math.min(Math.max(run.from, cuts.settledFrame), run.to));
		const cutsS = cut !== undefined && isIn(cut) ? [timeOfFrame(index, cut.frame)] : [];
		yield {
			...{ frame, atS: timeOfFrame(index, frame), cutsS, settledS, isRunEnd: false, ...tally },
			...(picture === undefined ? {} : { picture }),
		};
		waitingSince = performance.now();
	}
	tally.passed = before.passed + run.to - run.from;
	const cutsS = cuts
		.end()
		.filter(isIn)
		.map((cut) => timeOfFrame(index, cut.frame));
	const atS = timeOfFrame(index, run.to);
	yield { frame: run.to, atS, cutsS, settledS: atS, isRunEnd: true, ...tally };
}
