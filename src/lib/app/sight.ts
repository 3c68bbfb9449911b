import type { Failure } from '#core/failure';
import { ok, type Result } from '#core/result';
import type { DetectedFrame } from '#core/tracking/detection';
import { joined, type Span } from '#core/time/segment-arithmetic';
import type { Sight } from '$lib/jobs/tracking/tracking-parts';
import type { SeenChunk } from '$lib/storage/storage';
import { followAside } from '$lib/vision/following';
import { VideoAnalyst } from '$lib/vision/video-analyst';
import type { ModelShelf } from './model-shelf.ts';

const STEPS = { loading: 'Loading the detector', looking: 'Looking for the subject' } as const;

/** What the tracking queue sees with: the detectors on the shelf, in a worker. */
export class ShelfSight implements Sight {
	readonly #shelf: ModelShelf;
	readonly #analyst = new VideoAnalyst();

	constructor(shelf: ModelShelf) {
		this.#shelf = shelf;
	}

	async analyse(
		{ file, facts, index, spans, model }: Parameters<Sight['analyse']>[0],
		{ signal, onProgress, onSeen }: Parameters<Sight['analyse']>[1],
	): Promise<Result<void, Failure>> {
		const source = await this.#shelf.sourceOf(model);
		if (!source.ok) return source;
		const stretches = new Stretches(joined(spans), onSeen);
		const looked = await this.#analyst.analyse(
			{ source: file, facts, index, spans, model: source.value },
			{
				signal,
				onProgress: ({ step, ...progress }) => onProgress({ ...progress, step: STEPS[step] }),
				onCuts: (atS) => stretches.addCuts(atS),
				onFrames: (frames, doneUntilS) => stretches.addFrames(frames, doneUntilS),
			},
		);
		if (!looked.ok) return looked;
		stretches.end(looked.value.cutsS);
		return ok(undefined);
	}

	follow: Sight['follow'] = (request, signal) => followAside(request, signal);
}

/** Turns what comes in of cuts and frames into stretches of the spans of which all is known. */
class Stretches {
	readonly #spans: readonly Span[];
	readonly #onSeen: (chunk: SeenChunk) => void;
	#cutsS: number[] = [];
	#frames: DetectedFrame[] = [];
	#doneS = -Infinity;

	constructor(spans: readonly Span[], onSeen: (chunk: SeenChunk) => void) {
		this.#spans = spans;
		this.#onSeen = onSeen;
	}

	addCuts(atS: readonly number[]): void {
		this.#cutsS.push(...atS);
	}

	addFrames(frames: readonly DetectedFrame[], doneUntilS: number): void {
		this.#frames.push(...frames);
		this.#tell(doneUntilS);
	}

	/** Everything has been seen. */
	end(cutsS: readonly number[]): void {
		this.#cutsS = cutsS.filter((atS) => atS >= this.#doneS);
		this.#tell(Infinity);
	}

	#tell(doneS: number): void {
		for (const span of this.#spans) {
			const [inS, outS] = [Math.max(span.inS, this.#doneS), Math.min(span.outS, doneS)];
			if (outS <= inS + 1e-6) continue;
			const isIn = (atS: number): boolean => atS >= inS - 1e-6 && atS < outS - 1e-6;
			this.#onSeen({
				span: { inS, outS },
				frames: this.#frames.filter(({ atS }) => isIn(atS)),
				cutsS: this.#cutsS.filter(isIn),
			});
		}
		this.#frames = this.#frames.filter(({ atS }) => atS >= doneS - 1e-6);
		this.#cutsS = this.#cutsS.filter((atS) => atS >= doneS - 1e-6);
		this.#doneS = Math.max(this.#doneS, doneS);
	}
}
