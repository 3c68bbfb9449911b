import type { ModelHead } from '#core/vision/model-manifest';
import { tensorOf, type Tensors } from '../tensor.ts';
import { bestClass, type Candidate, type HeadContext } from './candidate.ts';

type SsdDecoded = Extract<ModelHead, { readonly kind: 'ssd-decoded' }>;

/** The post-processor of the TensorFlow Object Detection API without its suppression. */
export function decodeSsd(head: SsdDecoded, tensors: Tensors, context: HeadContext): Candidate[] {
	const [scores, boxes] = [tensorOf(tensors, head.scores), tensorOf(tensors, head.boxes)];
	const count = scores.dims[2] ?? 0;
	const found: Candidate[] = [];
	for (let n = 0; n < head.boxCount; n += 1) {
		const best = bestClass(scores.data, { from: n * count, count, step: 1, firstClass: head.firstClass }, context);
		if (best === undefined) continue;
		const [top = 0, left = 0, bottom = 0, right = 0] = boxes.data.subarray(4 * n, 4 * n + 4);
		found.push({ left, top, right, bottom, ...best });
	}
	return found;
}
