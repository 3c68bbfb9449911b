import type { ModelHead } from '#core/vision/model-manifest';
import { tensorOf, type Tensors } from '../tensor.ts';
import { bestClass, boxAround, type Candidate, type HeadContext } from './candidate.ts';

type Yolo = Extract<ModelHead, { readonly kind: 'yolo' }>;

/** A column for each place: centre x, centre y, width, height in pixels, then the classes. */
export function decodeYolo(head: Yolo, tensors: Tensors, context: HeadContext): Candidate[] {
	const { dims, data } = tensorOf(tensors, head.output);
	const places = dims[2] ?? 0;
	const found: Candidate[] = [];
	for (let n = 0; n < places; n += 1) {
		const best = bestClass(data, { from: 4 * places + n, count: head.classCount, step: places }, context);
		if (best === undefined) continue;
		const part = (row: number, whole: number): number => (data[row * places + n] ?? 0) / whole;
		const { width, height } = context;
		found.push({ ...boxAround(part(0, width), part(1, height), part(2, width), part(3, height)), ...best });
	}
	return found;
}
