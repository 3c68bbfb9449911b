import { distance, type Luma } from './luma.ts';

/** A hard cut: the first frame of a new shot, and how different it is from the one before, 0..1. */
export interface FoundCut {
	readonly frame: number;
	readonly score: number;
}

/** What differs by less than this is never a cut, unless another threshold is asked for. */
export const DEFAULT_THRESHOLD = 0.2;

/** Frames looked at on either side to tell a cut from motion. */
export const CUT_FRAMES_AROUND = 4;
/** A cut differs this many times as much as what happens around it. */
const STANDS_OUT = 3;
/** A picture that comes back after at most this many frames was interrupted by a flash, not by a cut. */
const FLASH_FRAMES = 3;

interface Seen {
	readonly frame: number;
	readonly luma: Luma;
	/** To the frame before; 0 for the first. */
	readonly score: number;
}

/**
 * Tells hard cuts from motion, fades and flashes, frame by frame.
 *
 * Adaptive: a cut stands out from the median of its neighbours, so that a shaking camera raises the bar by itself; in a fade all
 * neighbours differ alike, and nothing stands out.
 */
export class CutFinder {
	readonly #threshold: number;
	/** The frames that are still needed: the one to decide on stands `CUT_FRAMES_AROUND` from the end. */
	readonly #window: Seen[] = [];

	constructor(threshold = DEFAULT_THRESHOLD) {
		this.#threshold = threshold;
	}

	/** Takes the next frame; answers a cut that is certain by now (a few frames back). */
	push(frame: number, luma: Luma): FoundCut | undefined {
		const before = this.#window[this.#window.length - 1];
		this.#window.push({ frame, luma, score: before === undefined ? 0 : distance(before.luma, luma) });
		if (this.#window.length > 2 * CUT_FRAMES_AROUND + 1) this.#window.shift();
		return this.#decide(this.#window.length - 1 - CUT_FRAMES_AROUND);
	}

	/** It is certain of all frames before this one whether they are cuts. */
	get settledFrame(): number {
		return this.#window[Math.max(0, this.#window.length - CUT_FRAMES_AROUND)]?.frame ?? -Infinity;
	}

	/** The cuts in the last few frames; then it is empty. */
	end(): FoundCut[] {
		const from = Math.max(0, this.#window.length - CUT_FRAMES_AROUND);
		const found = this.#window.map((_, at) => (at < from ? undefined : this.#decide(at)));
		this.#window.length = 0;
		return found.filter((cut) => cut !== undefined);
	}

	#decide(at: number): FoundCut | undefined {
		const seen = this.#window[at];
		if (seen === undefined || seen.score < this.#threshold) return undefined;
		const around = this.#window
			.slice(Math.max(0, at - CUT_FRAMES_AROUND), at + CUT_FRAMES_AROUND + 1)
			.filter((other) => other !== seen)
			.map(({ score }) => score)
			.sort((a, b) => a - b);
		const usual = around[around.length >> 1] ?? 0;
		if (seen.score < STANDS_OUT * usual || this.#isFlash(at, seen)) return undefined;
		return { frame: seen.frame, score: seen.score };
	}

	/** Whether the picture before comes back soon after, or the picture after was there shortly before. */
	#isFlash(at: number, { luma, score }: Seen): boolean {
		const before = this.#window[at - 1];
		for (let n = 1; n <= FLASH_FRAMES; n += 1) {
			const after = this.#window[at + n];
			if (before !== undefined && after !== undefined && distance(before.luma, after.luma) < score / 2) return true;
			const earlier = this.#window[at - 1 - n];
			if (earlier !== undefined && distance(earlier.luma, luma) < score / 2) return true;
		}
		return false;
	}
}
