import type { ModelHead } from '#core/vision/model-manifest';
import { tensorOf, type Tensors } from '../tensor.ts';
import { bestClass, boxAround, gridSize, type Candidate, type HeadContext } from './candidate.ts';

type Yolox = Extract<ModelHead, { readonly kind: 'yolox' }>;

/** Rows of [x, y, log width, log height, certainty, classes…], relative to the cells of the grids. */
export function decodeYolox(head: Yolox, tensors: Tensors, context: HeadContext): Candidate[] {
	const { data } = tensorOf(tensors, head.output);
	const length = 5 + head.classCount;
	const found: Candidate[] = [];
	let row = 0;
	for (const stride of head.strides) {
		const { columns, rows } = gridSize(context, stride);
		for (let cell = 0; cell < columns * rows; cell += 1, row += 1) {
			const at = row * length;
			const certainty = data[at + 4] ?? 0;
			if (certainty < context.minScore) continue;
			const minScore = context.minScore / certainty;
			const best = bestClass(data, { from: at + 5, count: head.classCount, step: 1 }, { ...context, minScore });
			if (best === undefined) continue;
			const [x = 0, y = 0, width = 0, height = 0] = data.subarray(at, at + 4);
			found.push({
				...boxAround(
					((x + (cell % columns)) * stride) / context.width,
					((y + Math.floor(cell / columns)) * stride) / context.height,
					(Math.exp(width) * stride) / context.width,
					(Math.exp(height) * stride) / context.height,
				),
				score: Math.min(1, best.score * certainty),
				classId: best.classId,
			});
		}
	}
	return found;
}
