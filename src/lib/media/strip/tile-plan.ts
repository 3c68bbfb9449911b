import { nearestTime } from '#core/time/key-frames';

/** A place of the strip: it begins at `atS` and shows the key frame at `keyS` (seconds on the file's own timeline). */
export interface TileSlot {
	readonly atS: number;
	readonly keyS: number;
}

export interface StripView {
	/** What is to be filled with pictures, in seconds. */
	readonly fromS: number;
	readonly toS: number;
	readonly secondsPerPx: number;
	/** Width of a whole picture, in CSS pixels. */
	readonly tilePx: number;
	/** Where the strip begins: the file's first moment. */
	readonly originS: number;
}

/**
 * How long a slot is, in seconds: a power of two, so that zooming out uses the pictures that are there already. On screen between
 * half a picture and a whole one.
 */
export const slotSeconds = (secondsPerPx: number, tilePx: number): number =>
	2 ** Math.floor(Math.log2(secondsPerPx * Math.max(1, tilePx)));

/** The slots that reach into [fromS, toS), from left to right. `keysS`: when key frames are shown, ascending. */
export function slotsIn(view: StripView, keysS: ArrayLike<number>): TileSlot[] {
	const lengthS = slotSeconds(view.secondsPerPx, view.tilePx);
	const first = Math.max(0, Math.floor((view.fromS - view.originS) / lengthS));
	const slots: TileSlot[] = [];
	for (let n = first; view.originS + n * lengthS < view.toS; n += 1) {
		const atS = view.originS + n * lengthS;
		const keyS = nearestTime(keysS, atS);
		if (keyS !== undefined) slots.push({ atS, keyS });
	}
	return slots;
}

/** The key frames of `slots`, each once, those nearest to `nearS` first. */
export function wantedKeys(slots: readonly TileSlot[], nearS: number): number[] {
	return [...new Set(slots.map(({ keyS }) => keyS))].sort((a, b) => Math.abs(a - nearS) - Math.abs(b - nearS));
}

/** Times `stepS` apart: where a small copy, whose own key frames nobody has listed, is asked for its pictures. */
export const evenTimes = (fromS: number, toS: number, stepS: number): Float64Array =>
	Float64Array.from({ length: Math.max(1, Math.ceil((toS - fromS) / stepS)) }, (_, n) => fromS + n * stepS);
