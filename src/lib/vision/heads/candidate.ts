/** A box that a model proposes, in parts of its input from 0 to 1. */
export interface Candidate {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
	/** 0..1. */
	readonly score: number;
	/** As the model counts its classes. */
	readonly classId: number;
}

/** What decoding a head needs beside the head and the tensors. */
export interface HeadContext {
	/** Pixels of the model's input. */
	readonly width: number;
	readonly height: number;
	/** Boxes that are less sure are left out. */
	readonly minScore: number;
	/** Whether a class counts: those without a name do not. */
	readonly isKnown: (classId: number) => boolean;
}

export interface BestClass {
	readonly classId: number;
	readonly score: number;
}

/** The likeliest known class among `count` scores that stand `step` apart from `from` on; undefined below `minScore`. What is no number is no score. */
export function bestClass(
	scores: Float32Array,
	{ from, count, step, firstClass = 0 }: { from: number; count: number; step: number; firstClass?: number },
	{ minScore, isKnown }: HeadContext,
): BestClass | undefined {
	let [best, classId] = [minScore, -1];
	for (let n = 0, at = from; n < count; n += 1, at += step) {
		const score = scores[at] as number;
		if (!(score >= best) || !isKnown(firstClass + n)) continue;
		best = score;
		classId = firstClass + n;
	}
	return classId < 0 ? undefined : { classId, score: Math.min(1, best) };
}

export const boxAround = (
	x: number,
	y: number,
	width: number,
	height: number,
): Omit<Candidate, 'score' | 'classId'> => ({
	left: x - width / 2,
	top: y - height / 2,
	right: x + width / 2,
	bottom: y + height / 2,
});

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Cells of a grid with `stride` pixels a cell, the last ones not always whole. */
export const gridSize = (
	{ width, height }: { readonly width: number; readonly height: number },
	stride: number,
): { readonly columns: number; readonly rows: number } => ({
	columns: Math.ceil(width / stride),
	rows: Math.ceil(height / stride),
});
