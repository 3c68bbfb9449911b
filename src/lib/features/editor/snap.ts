import { frameCount, nearestFrame, timeOfFrame, type FrameIndex } from '#core/time/frame-index';
import type { HitPart, Span } from './timeline/timeline-lanes.ts';

/** What edges snap to. Without a frame index (sound only) they stand where they are put, to the millisecond. */
export interface SnapGrid {
	readonly index: FrameIndex | undefined;
	readonly firstS: number;
	readonly endS: number;
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** The frame start (or the end of the last frame) closest to `timeS`, in seconds. */
export function snapTime(grid: SnapGrid, timeS: number): number {
	if (grid.index !== undefined && frameCount(grid.index) > 0) {
		return timeOfFrame(grid.index, nearestFrame(grid.index, timeS));
	}
	return clamp(Math.round(timeS * 1000) / 1000, grid.firstS, grid.endS);
}

/** `timeS` moved by `frames` whole frames; by 10 ms steps without an index. */
export function stepTime(grid: SnapGrid, timeS: number, frames: number): number {
	const { index } = grid;
	if (index === undefined || frameCount(index) === 0) return clamp(timeS + frames / 100, grid.firstS, grid.endS);
	return timeOfFrame(index, clamp(nearestFrame(index, timeS) + frames, 0, frameCount(index)));
}

/**
 * `span` after its edge or body was dragged to `toS` (for a body: where its IN goes). Edges snap to frames, never cross
 * (one frame always stays), and never leave the file. A body keeps its length in frames.
 */
export function dragSpan<S extends Span>(grid: SnapGrid, span: S, part: HitPart, toS: number): S {
	const { index } = grid;
	if (part === 'in') {
		const latest = stepTime(grid, span.outS, -1);
		return { ...span, inS: Math.min(snapTime(grid, toS), Math.max(latest, grid.firstS)) };
	}
	if (part === 'out') return { ...span, outS: Math.max(snapTime(grid, toS), stepTime(grid, span.inS, 1)) };
	if (index === undefined || frameCount(index) === 0) {
		const lengthS = span.outS - span.inS;
		const inS = clamp(snapTime(grid, toS), grid.firstS, Math.max(grid.firstS, grid.endS - lengthS));
		return { ...span, inS, outS: inS + lengthS };
	}
	const frames = nearestFrame(index, span.outS) - nearestFrame(index, span.inS);
	const first = clamp(nearestFrame(index, toS), 0, Math.max(0, frameCount(index) - frames));
	return { ...span, inS: timeOfFrame(index, first), outS: timeOfFrame(index, first + frames) };
}

/** `timeS`, or the closest of `targets` when it is within `reachS` seconds. */
export function magnet(timeS: number, targets: readonly number[], reachS: number): number {
	let best = timeS;
	let distance = reachS;
	for (const target of targets) {
		if (Math.abs(target - timeS) >= distance) continue;
		distance = Math.abs(target - timeS);
		best = target;
	}
	return best;
}
