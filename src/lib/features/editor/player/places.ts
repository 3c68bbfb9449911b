import { frameAt, frameCount, timeOfFrame, type FrameIndex } from '#core/time/frame-index';
import type { Place } from '$lib/media/player';

export const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** Sound without a picture is at its end this close to it, in seconds. */
const SOUND_END_S = 0.05;

/** Where one can be in a file: at its frames, or, without a picture, at any time from `firstS` to `endS`. */
export class Places {
	readonly index: FrameIndex | undefined;
	readonly firstS: number;
	readonly endS: number;

	constructor(index: FrameIndex | undefined, firstS: number, endS: number) {
		this.index = index;
		this.firstS = firstS;
		this.endS = endS;
	}

	get count(): number {
		return this.index === undefined ? 0 : frameCount(this.index);
	}
	get first(): Place {
		return this.index === undefined ? { frame: 0, timeS: this.firstS } : this.ofFrame(0);
	}
	get last(): Place {
		return this.index === undefined ? { frame: 0, timeS: this.endS } : this.ofFrame(this.count - 1);
	}

	/** The frame, or the nearest there is. */
	ofFrame(frame: number): Place {
		const within = clamp(Math.round(frame), 0, Math.max(0, this.count - 1));
		return { frame: within, timeS: this.index === undefined ? this.firstS : timeOfFrame(this.index, within) };
	}

	/** The frame that is on screen at `timeS`. */
	at(timeS: number): Place {
		if (this.index === undefined) return { frame: 0, timeS: clamp(timeS, this.firstS, this.endS) };
		return this.ofFrame(frameAt(this.index, timeS));
	}

	isLast(place: Place): boolean {
		return this.index === undefined ? place.timeS >= this.endS - SOUND_END_S : place.frame >= this.count - 1;
	}
}

const SHUTTLE_RATES = [1, 2, 4] as const;

/** The rate after another press of J or L, when it runs at `rate` in that direction (0 or below: it does not). */
export const fasterThan = (rate: number): number => SHUTTLE_RATES.find((candidate) => candidate > rate) ?? 4;
