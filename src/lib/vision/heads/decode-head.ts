import type { ModelHead } from '#core/vision/model-manifest';
import { unreachable } from '#core/result';
import type { Tensors } from '../tensor.ts';
import type { Candidate, HeadContext } from './candidate.ts';
import { decodeDetr, decodeEndToEnd } from './end-to-end.ts';
import { decodeNanodet } from './nanodet.ts';
import { decodeAnchors } from './ssd-anchors.ts';
import { decodeSsd } from './ssd-decoded.ts';
import { decodeYolo } from './yolo.ts';
import { decodeYolox } from './yolox.ts';

/** The boxes in a model's answer, in any order and overlapping. Throws `HeadError` when an output is missing. */
export function decodeHead(head: ModelHead, tensors: Tensors, context: HeadContext): Candidate[] {
	switch (head.kind) {
		case 'ssd-decoded':
			return decodeSsd(head, tensors, context);
		case 'ssd-anchors':
			return decodeAnchors(head, tensors, context);
		case 'yolox':
			return decodeYolox(head, tensors, context);
		case 'nanodet':
			return decodeNanodet(head, tensors, context);
		case 'yolo':
			return decodeYolo(head, tensors, context);
		case 'end-to-end':
			return decodeEndToEnd(head, tensors, context);
		case 'detr':
			return decodeDetr(head, tensors, context);
		default:
			return unreachable(head);
	}
}
