import { copyTimes, planCopy, type CopySpan, type Joins } from '../export/copy-plan.ts';
import type { ExportTask } from '../export/export-task.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { framesBefore, type FrameIndex } from '../time/frame-index.ts';
import { CopyProblem } from './copy-problem.ts';

/** A piece of the task: which frames come out, and when in the file and in the output. Seconds. */
export interface PlacedSpan extends CopySpan {
	readonly inS: number;
	readonly outS: number;
	readonly startS: number;
}

/** The pieces of a copy as frames; with `exact`, the frames at their ends are encoded. Throws `CopyProblem` where the plan does not hold. */
export function placeSpans(
	task: ExportTask,
	facts: MediaFacts,
	index: FrameIndex,
	joins: Joins = 'browser',
): readonly PlacedSpan[] {
	const exact = task.video.kind === 'copy' && task.video.exact;
	let startS = 0;
	const spans = task.pieces.map((piece): PlacedSpan => {
		const span = exact ? exactSpan(facts, index, piece, joins) : storedSpan(index, piece);
		const times = copyTimes(index, span);
		const placed = { ...span, ...times, startS };
		startS += times.outS - times.inS;
		return placed;
	});
	const frames = spans.reduce((sum, { first, last }) => sum + last - first, 0);
	if (task.video.kind === 'copy' && frames !== task.video.frames) {
		throw new CopyProblem(`it was planned with ${task.video.frames} frames and has ${frames}`);
	}
	return spans;
}

function storedSpan(index: FrameIndex, { inS, outS }: { inS: number; outS: number }): CopySpan {
	const [first, last] = [framesBefore(index, inS), framesBefore(index, outS)];
	return { first, last, copyFrom: first, copyTo: last };
}

function exactSpan(facts: MediaFacts, index: FrameIndex, piece: { inS: number; outS: number }, joins: Joins): CopySpan {
	const planned = planCopy(facts, index, piece, 'smart', joins);
	if (!planned.ok) throw new CopyProblem(planned.error);
	return planned.value;
}
