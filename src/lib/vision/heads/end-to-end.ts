import type { ModelHead } from '#core/vision/model-manifest';
import { tensorOf, type Tensors } from '../tensor.ts';
import { boxAround, sigmoid, bestClass, type Candidate, type HeadContext } from './candidate.ts';

type EndToEnd = Extract<ModelHead, { readonly kind: 'end-to-end' }>;
type Detr = Extract<ModelHead, { readonly kind: 'detr' }>;

/** Rows of left, top, right, bottom in pixels, score, class. */
export function decodeEndToEnd(head: EndToEnd, tensors: Tensors, context: HeadContext): Candidate[] {
	const { dims, data } = tensorOf(tensors, head.output);
	const { width, height } = context;
	const found: Candidate[] = [];
	for (let n = 0; n < (dims[1] ?? 0); n += 1) {
		const score = data[6 * n + 4] ?? 0;
		const classId = Math.round(data[6 * n + 5] ?? 0);
		if (!(score >= context.minScore) || !context.isKnown(classId)) continue;
		const [left = 0, top = 0, right = 0, bottom = 0] = data.subarray(6 * n, 6 * n + 4);
		found.push({
			...{ left: left / width, top: top / height, right: right / width, bottom: bottom / height },
			score: Math.min(1, score),
			classId,
		});
	}
	return found;
}

/** Queries with a logit for each class, and boxes as centre x, centre y, width, height in parts of the input. */
export function decodeDetr(head: Detr, tensors: Tensors, context: HeadContext): Candidate[] {
	const [{ dims, data }, boxes] = [tensorOf(tensors, head.logits), tensorOf(tensors, head.boxes)];
	const scores = data.map(sigmoid);
	const found: Candidate[] = [];
	for (let n = 0; n < (dims[1] ?? 0); n += 1) {
		const best = bestClass(scores, { from: n * head.classCount, count: head.classCount, step: 1 }, context);
		if (best === undefined) continue;
		const [x = 0, y = 0, width = 0, height = 0] = boxes.data.subarray(4 * n, 4 * n + 4);
		found.push({ ...boxAround(x, y, width, height), ...best });
	}
	return found;
}
