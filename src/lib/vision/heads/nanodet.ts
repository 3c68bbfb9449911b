import type { ModelHead } from '#core/vision/model-manifest';
import { tensorOf, type Tensors } from '../tensor.ts';
import { bestClass, gridSize, type Candidate, type HeadContext } from './candidate.ts';

type Nanodet = Extract<ModelHead, { readonly kind: 'nanodet' }>;

/** Points with distributions over the distances to the four edges: left, top, right, bottom. */
export function decodeNanodet(head: Nanodet, tensors: Tensors, context: HeadContext): Candidate[] {
	const { classCount, bins, centre } = head;
	return head.levels.flatMap((level) => {
		const [scores, boxes] = [tensorOf(tensors, level.scores).data, tensorOf(tensors, level.boxes).data];
		const joint = level.scores === level.boxes;
		const [scoreLength, boxLength] = joint ? [classCount + 4 * bins, classCount + 4 * bins] : [classCount, 4 * bins];
		const { columns, rows } = gridSize(context, level.stride);
		const found: Candidate[] = [];
		for (let cell = 0; cell < columns * rows; cell += 1) {
			const row = level.firstRow + cell;
			const best = bestClass(scores, { from: row * scoreLength, count: classCount, step: 1 }, context);
			if (best === undefined) continue;
			const from = row * boxLength + (joint ? classCount : 0);
			const edge = (side: number): number => expected(boxes, from + side * bins, bins) * level.stride;
			const x = ((cell % columns) + centre) * level.stride;
			const y = (Math.floor(cell / columns) + centre) * level.stride;
			found.push({
				left: (x - edge(0)) / context.width,
				top: (y - edge(1)) / context.height,
				right: (x + edge(2)) / context.width,
				bottom: (y + edge(3)) / context.height,
				...best,
			});
		}
		return found;
	});
}

/** Mean of 0, 1, 2 … weighted by the softmax of `bins` numbers from `from` on. */
function expected(data: Float32Array, from: number, bins: number): number {
	let highest = -Infinity;
	for (let n = 0; n < bins; n += 1) highest = Math.max(highest, data[from + n] ?? 0);
	let [sum, weighted] = [0, 0];
	for (let n = 0; n < bins; n += 1) {
		const weight = Math.exp((data[from + n] ?? 0) - highest);
		sum += weight;
		weighted += n * weight;
	}
	return weighted / sum;
}
