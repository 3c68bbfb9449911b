import type { InputVideoTrack } from 'mediabunny';
import type { Piece } from '#core/export/export-task';
import type { Pictures } from './encoded-pictures.ts';
import { ExportFailure, isCodecLoss } from './export-failure.ts';
import { pictureCount, type PictureSpan } from './frame-plan.ts';
import type { Pace } from './pace.ts';
import { endOfRun, mergedTimes, shownFrames, type ShownFrame } from './shown-frames.ts';
import type { TaskOutput } from './task-output.ts';

export interface VideoSource {
	readonly track: InputVideoTrack;
	readonly hdr: boolean;
	/** The file, for the person. */
	readonly name: string;
}

export interface PictureJob {
	/** Several outputs read the same part of one file. */
	readonly outputs: readonly TaskOutput[];
	readonly trackOf: (piece: Piece) => Promise<VideoSource>;
	readonly pace: Pace;
	readonly signal: AbortSignal;
}

/** Restarts in a row without a single new frame, after which the codec counts as lost. */
const LOSSES_IN_A_ROW = 2;
/** Share of frames that may be broken in the source before the export is refused. */
const BROKEN_SHARE = 0.1;

/**
 * Decodes every picture once and hands it to each output that shows it. When the browser takes a codec away, goes on from the key frame
 * before the first picture that is not written yet.
 */
export async function pumpPictures(job: PictureJob): Promise<void> {
	const all = job.outputs.flatMap((output) => (output.pictures ? [new Taker(output, output.pictures)] : []));
	for (;;) {
		const takers = all.filter(({ isOpen }) => isOpen);
		if (takers.length === 0) return;
		try {
			await attempt(job, takers);
		} catch (thrown) {
			job.signal.throwIfAborted();
			if (!isCodecLoss(thrown)) throw thrown;
			for (const taker of takers) taker.lost ??= thrown;
		} finally {
			await Promise.all(takers.map(({ pictures }) => pictures.drop()));
		}
		job.signal.throwIfAborted();
		for (const taker of takers) if (taker.isOpen) taker.countLoss();
	}
}

/** One pass over what is not written yet, with new decoders and encoders. */
async function attempt(job: PictureJob, takers: readonly Taker[]): Promise<void> {
	const ending: Promise<void>[] = [];
	try {
		for (let s = 0; takers.some((taker) => s < taker.pictures.spans.length); s += 1) {
			for await (const taker of showSpan(job, s, takers)) if (taker.hasAll) ending.push(taker.end());
		}
		// All pictures were written when the codec was lost: only the end is missing.
		for (const taker of takers) if (taker.isOpen && !taker.isEnding && taker.hasAll) ending.push(taker.end());
	} finally {
		await Promise.all(ending);
	}
}

/** Decodes span `s` of the outputs that still need it, and gives each one that has all of it. */
async function* showSpan(job: PictureJob, s: number, all: readonly Taker[]): AsyncGenerator<Taker> {
	let takers = all.filter((taker) => taker.begin(s));
	const [first] = takers;
	if (first?.span === undefined) return;
	const { track, hdr, name } = await job.trackOf(first.span.piece);
	const fromS = Math.min(...takers.map(({ span }) => span?.piece.inS ?? Infinity));
	const startS = first.span.atS[0] ?? 0;
	const wantedUs = mergedTimes(takers.map((taker) => taker.wantedUs));
	for await (const shown of shownFrames(track, wantedUs)) {
		try {
			job.signal.throwIfAborted();
			const untilUs = wantedUs[shown.to - 1] ?? -Infinity;
			await Promise.all(takers.map((taker) => taker.take(shown, { untilUs, hdr, name })));
		} finally {
			shown.sample.close();
		}
		yield* takers.filter(({ hasSpan }) => hasSpan);
		takers = takers.filter((taker) => taker.isOpen && !taker.hasSpan && taker.lost === undefined);
		if (takers.length === 0) return;
		await job.pace.reach('video', startS + shown.sample.timestamp - fromS, job.signal);
	}
}

/** Where one output stands in the pictures it takes. */
class Taker {
	span: PictureSpan | undefined;
	/** Why the pass cannot go on for this output alone, or for all. */
	lost: unknown;
	#s = 0;
	#next = 0;
	#taken = 0;
	#ending = false;
	#done = false;
	#missing = 0;
	#losses = 0;
	#writtenBefore = 0;
	#name = '';

	constructor(
		readonly output: TaskOutput,
		readonly pictures: Pictures,
	) {}

	get isOpen(): boolean {
		return this.output.isLive && !this.#done;
	}

	get isEnding(): boolean {
		return this.#ending;
	}

	/** The span that is shown is taken to its end. */
	get hasSpan(): boolean {
		return this.span !== undefined && this.#next >= this.span.sourceUs.length;
	}

	/** Every picture is taken. */
	get hasAll(): boolean {
		return this.#taken >= pictureCount(this.pictures.spans);
	}

	get wantedUs(): Float64Array {
		return this.span?.sourceUs.subarray(this.#next) ?? new Float64Array();
	}

	/** False when nothing of span `s` is missing. */
	begin(s: number): boolean {
		const { spans, written } = this.pictures;
		const first = pictureCount(spans.slice(0, s));
		if (s === 0) this.#taken = written;
		const start = Math.max(0, this.#taken - first);
		this.span = spans[s];
		[this.#s, this.#next] = [s, start];
		return this.isOpen && this.lost === undefined && start < (this.span?.sourceUs.length ?? 0);
	}

	/** Takes what the output shows of the source up to `untilUs`, all from one decoded frame. */
	async take(
		shown: ShownFrame,
		{ untilUs, hdr, name }: { untilUs: number; hdr: boolean; name: string },
	): Promise<void> {
		const { span, output } = this;
		if (span === undefined) return;
		const end = endOfRun(span.sourceUs, this.#next, untilUs);
		if (end === this.#next) return;
		this.#name = name;
		await this.#watch(async () => {
			if (shown.standIn) this.#countMissing(end - this.#next);
			await output.open();
			for (; this.#next < end; this.#next += 1) {
				output.signal.throwIfAborted();
				await this.pictures.take(shown.sample, hdr, this.#s, this.#next);
				this.#taken += 1;
				output.reach('video', span.atS[this.#next] ?? 0);
			}
		});
	}

	end(): Promise<void> {
		this.#ending = true;
		return this.#watch(async () => {
			await this.pictures.finish();
			this.#done = true;
			await this.output.finish('video');
		});
	}

	/** After a pass that did not bring everything: too many in a row without a new picture, and the output has failed. */
	countLoss(): void {
		const { written } = this.pictures;
		this.#losses = written > this.#writtenBefore ? 1 : this.#losses + 1;
		this.#writtenBefore = written;
		if (this.#losses > LOSSES_IN_A_ROW) this.output.fail(this.#failure());
		this.lost = undefined;
		this.#ending = false;
	}

	/** A lost codec ends the pass for this output; any other failure ends the output. */
	#watch(work: () => Promise<void>): Promise<void> {
		return this.output.guard(async () => {
			try {
				await work();
			} catch (thrown) {
				if (this.output.signal.aborted || !isCodecLoss(thrown)) throw thrown;
				this.lost = thrown;
			}
		});
	}

	#failure(): ExportFailure {
		const { lost } = this;
		const detail = lost instanceof Error ? lost.message : 'it gave no pictures';
		const reclaimed = lost instanceof DOMException && lost.name === 'QuotaExceededError';
		const failure = reclaimed
			? ({ kind: 'decoder-lost', subject: this.output.task.output.name, detail } as const)
			: ({ kind: 'source-unreadable', subject: this.#name || this.output.task.output.name, detail } as const);
		return new ExportFailure(failure, { cause: lost });
	}

	#countMissing(count: number): void {
		this.#missing += count;
		if (this.#missing <= Math.max(2, pictureCount(this.pictures.spans) * BROKEN_SHARE)) return;
		const detail = `${this.#missing} of its frames are broken`;
		throw new ExportFailure({ kind: 'source-unreadable', subject: this.#name, detail });
	}
}
