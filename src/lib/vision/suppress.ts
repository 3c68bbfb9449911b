import type { Candidate } from './heads/candidate.ts';

/** Boxes of one class that share more than this (intersection over union) are one thing. */
export const SAME_THING = 0.5;
/** Kept of one picture at most: more than a crowd that a camera could follow. */
const MOST_KEPT = 200;
/** Looked at, at most: a model that is sure of everything must not stop the work. */
const MOST_CANDIDATES = 2000;

/** Greedy non-maximum suppression within each class: the surest boxes, surest first. What is no box is left out. */
export function suppress(candidates: readonly Candidate[], sameThing = SAME_THING): Candidate[] {
	const sorted = candidates
		.filter(isBox)
		.sort((a, b) => b.score - a.score)
		.slice(0, MOST_CANDIDATES);
	const kept: Candidate[] = [];
	for (const one of sorted) {
		if (kept.length >= MOST_KEPT) break;
		if (!kept.some((other) => other.classId === one.classId && agreement(one, other) > sameThing)) kept.push(one);
	}
	return kept;
}

/** Models that overflow, or whose answer is read in a wrong way, give boxes that are inside out, endless or no numbers at all. */
const isBox = ({ left, top, right, bottom, score }: Candidate): boolean =>
	right > left && bottom > top && Number.isFinite(left + top + right + bottom) && score > 0;

function agreement(a: Candidate, b: Candidate): number {
	const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
	const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
	if (width <= 0 || height <= 0) return 0;
	const shared = width * height;
	return shared / (area(a) + area(b) - shared);
}

const area = ({ left, top, right, bottom }: Candidate): number => (right - left) * (bottom - top);
