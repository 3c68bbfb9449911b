import type { ModelHead } from '#core/vision/model-manifest';
import { tensorOf, type Tensors } from '../tensor.ts';
import { boxAround, sigmoid, type Candidate, type HeadContext } from './candidate.ts';

type SsdAnchors = Extract<ModelHead, { readonly kind: 'ssd-anchors' }>;

/** BlazeFace (https://arxiv.org/abs/1907.05047): one class, boxes relative to the centres of cells. Its class has number 0. */
export function decodeAnchors(head: SsdAnchors, tensors: Tensors, { minScore }: HeadContext): Candidate[] {
	const { scale, scoreLimit } = head;
	return head.grids.flatMap(({ scores: scoreName, boxes: boxName, columns, rows, anchors }) => {
		const [scores, boxes] = [tensorOf(tensors, scoreName).data, tensorOf(tensors, boxName)];
		const length = boxes.dims[2] ?? 4 + 2 * head.keypoints.length;
		const found: Candidate[] = [];
		for (let n = 0; n < columns * rows * anchors; n += 1) {
			const score = sigmoid(Math.max(-scoreLimit, Math.min(scoreLimit, scores[n] ?? -scoreLimit)));
			if (score < minScore) continue;
			const cell = Math.floor(n / anchors);
			const [x = 0, y = 0, width = 0, height = 0] = boxes.data.subarray(n * length, n * length + 4);
			const [centreX, centreY] = [((cell % columns) + 0.5) / columns, (Math.floor(cell / columns) + 0.5) / rows];
			found.push({
				...boxAround(x / scale + centreX, y / scale + centreY, width / scale, height / scale),
				score,
				classId: 0,
			});
		}
		return found;
	});
}
