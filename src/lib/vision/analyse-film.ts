import type { DetectedFrame } from '#core/tracking/detection';
import { openInput } from '$lib/media/probe/open-input';
import { analysedFrames, framesInSpans } from '$lib/media/analysis/analysed-frames';
import type { AnalysisSummary, WorkerReport, WorkerRequest } from './analysis-request.ts';
import type { Detector } from './detector.ts';
import { shapeFor } from './picture-fit.ts';

/** The film cannot be looked at; `message` is why, as the rest of a sentence. */
export class FilmError extends Error {
	override name = 'FilmError';
}

/** Seconds of film between two reports. */
const CHUNK_S = 1;
/** Nothing is said of the time to come before this share of the work is done. */
const ETA_FROM_SHARE = 0.02;

export interface FilmWork {
	readonly detector: Detector;
	readonly signal: AbortSignal;
	readonly report: (report: WorkerReport) => void;
	/** When the work began, as `performance.now` tells. */
	readonly startedMs: number;
}

/** Goes through the spans of a film once: cuts among all frames, things in some. For a worker. */
export async function analyseFilm(
	{ file, index, spans, display, model, perSecond }: WorkerRequest,
	{ detector, signal, report, startedMs }: FilmWork,
): Promise<AnalysisSummary> {
	const input = openInput(file, () => undefined);
	const clock = { decodeMs: 0, resizeMs: 0, inferenceMs: 0 };
	const cutsS: number[] = [];
	const total = framesInSpans(index, spans);
	let [looked, unreadable, reportedS] = [0, 0, -Infinity];
	let held: DetectedFrame[] = [];
	const lookingMs = performance.now();

	/** Hands on what was seen before `settledS`: by then the cuts among it are certain and told. */
	const handOn = (settledS: number, doneUntilS: number, passed: number): void => {
		const frames = held.filter(({ atS }) => atS < settledS);
		held = held.filter(({ atS }) => atS >= settledS);
		if (frames.length > 0) report({ kind: 'frames', frames, doneUntilS });
		const share = total === 0 ? 1 : Math.min(1, passed / total);
		const etaS = ((performance.now() - lookingMs) / 1000 / Math.max(share, 1e-6)) * (1 - share);
		report({
			...{ kind: 'progress', share, backend: detector.backend, step: 'looking' },
			...(share < ETA_FROM_SHARE ? {} : { etaS }),
		});
		reportedS = doneUntilS;
	};

	try {
		const track = await input.getPrimaryVideoTrack();
		if (track === null) throw new FilmError('it has no picture');
		if (!(await track.canDecode())) throw new FilmError('this browser cannot decode its picture');
		const shape = shapeFor(model.input, display);
		for await (const seen of analysedFrames({ track, index, spans, perSecond, shape, signal, clock })) {
			unreadable = seen.missing;
			if (seen.cutsS.length > 0) {
				cutsS.push(...seen.cutsS);
				report({ kind: 'cuts', cutsS: seen.cutsS });
			}
			if (seen.isRunEnd) handOn(Infinity, seen.atS, seen.passed);
			if (seen.picture === undefined) continue;
			if (seen.atS - reportedS >= CHUNK_S) handOn(seen.settledS, seen.settledS, seen.passed);
			held.push({ atS: seen.atS, detections: await detector.detect(seen.picture, shape, clock) });
			looked += 1;
		}
		signal.throwIfAborted();
	} finally {
		input.dispose();
	}
	if (looked === 0 && unreadable > 0) throw new FilmError(`none of its ${unreadable} frames here could be decoded`);
	const otherMs = performance.now() - startedMs - clock.decodeMs - clock.resizeMs - clock.inferenceMs;
	return { cutsS, frames: looked, unreadable, backend: detector.backend, timings: { ...clock, otherMs } };
}
