import type { Span } from '#core/time/segment-arithmetic';
import { framesBefore, timeOfFrame, type FrameIndex } from '#core/time/frame-index';

/** Frames `from` (inside) to `to` (not). */
export interface FrameRun {
	readonly from: number;
	readonly to: number;
}

/** The frames that start in `spans`, in order and each once; spans may overlap and stand in any order. */
export function mergedRuns(index: FrameIndex, spans: readonly Span[]): readonly FrameRun[] {
	const runs = spans
		.map(({ inS, outS }) => ({ from: framesBefore(index, inS), to: framesBefore(index, outS) }))
		.filter(({ from, to }) => to > from)
		.sort((a, b) => a.from - b.from);
	const merged: { from: number; to: number }[] = [];
	for (const run of runs) {
		const last = merged[merged.length - 1];
		if (last !== undefined && run.from <= last.to) last.to = Math.max(last.to, run.to);
		else merged.push({ ...run });
	}
	return merged;
}

/** Rounding of timestamps must not move a frame into the slot before, in slots. */
const HAIR = 1e-4;

/**
 * The frames of a run to be looked at closely: the first of each slot of 1 / `perSecond` seconds, counted from the start of the file, so that the choice is the
 * same however the file is divided into runs; and the run's own first and last.
 */
export function chosenFrames(index: FrameIndex, { from, to }: FrameRun, perSecond: number): Uint32Array {
	const startS = timeOfFrame(index, 0);
	const slotOf = (frame: number): number => Math.floor((timeOfFrame(index, frame) - startS) * perSecond + HAIR);
	const chosen: number[] = [];
	for (let frame = from; frame < to; frame += 1) {
		if (frame === from || frame === to - 1 || slotOf(frame) !== slotOf(frame - 1)) chosen.push(frame);
	}
	return Uint32Array.from(chosen);
}
