import type { CropTrack } from '#core/crop/crop-track';
import type { Segment } from '#core/project/project';
import { clippedTo } from '#core/time/segment-arithmetic';
import { snapTime, type SnapGrid } from '../snap.ts';

export interface Fitted {
	readonly segments: readonly Pick<
		Segment,
		'inS' | 'outS' | 'name' | 'label' | 'category' | 'tags' | 'color' | 'selected'
	>[];
	/** How many end early because the file does. */
	readonly shortened: number;
	/** How many lie wholly behind its end. */
	readonly dropped: number;
}

/**
 * `segments` of a file that begins at `firstS`, as segments of another one: as far from its beginning, on its own frames, within its
 * end. Crops of their own stay behind: they belong to what the first file shows.
 */
export function fitSegments(segments: readonly Segment[], firstS: number, to: SnapGrid): Fitted {
	const fitted: Fitted['segments'][number][] = [];
	let shortened = 0;
	for (const { name, label, category, tags, color, selected, ...span } of segments) {
		const moved = { inS: span.inS - firstS + to.firstS, outS: span.outS - firstS + to.firstS };
		const clipped = clippedTo(moved, to.firstS, to.endS);
		if (clipped === undefined) continue;
		const [inS, outS] = [snapTime(to, clipped.inS), snapTime(to, clipped.outS)];
		if (outS <= inS) continue;
		if (clipped.outS < moved.outS - 1e-3) shortened += 1;
		fitted.push({ inS, outS, name, label, category, tags, selected, ...(color === undefined ? {} : { color }) });
	}
	return { segments: fitted, shortened, dropped: segments.length - fitted.length };
}

/** `track` of a file that begins at `firstS`, for another one; keyframes behind its end are left out, and what follows a subject of this file. */
export function fitTrack(track: CropTrack, firstS: number, to: SnapGrid): CropTrack {
	const keyframes = track.keyframes
		.map(({ atS, crop }) => ({ atS: snapTime(to, atS - firstS + to.firstS), crop }))
		.filter(({ atS }) => atS < to.endS);
	return { base: track.base, keyframes, interpolation: track.interpolation };
}
