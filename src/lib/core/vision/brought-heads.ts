import { z } from 'zod';

/**
 * Heads of detectors that a person may bring, told apart by the shapes of their outputs. Pixels are those of the model's input; `N` is the number
 * of places a box may stand, `C` of classes, counted from 0.
 */

const tensorName = z.string().min(1);
const count = z.int().positive();
const strides = z.array(count).min(1).readonly();

/**
 * YOLOX (https://arxiv.org/abs/2107.08430): `output` is [1, N, 5 + C], one row a cell of each grid, finest first: centre offset in cells, logarithm of
 * the size in cells, certainty that there is something, certainty of each class.
 */
export const yoloxHead = z.object({ kind: z.literal('yolox'), output: tensorName, strides, classCount: count });

/**
 * NanoDet (generalised focal loss, https://arxiv.org/abs/2006.04388): the distances from a cell's point to the four edges are distributions over
 * `bins` distances of one stride each. Scores and distances stand side by side in one tensor, or in two.
 */
export const nanodetHead = z.object({
	kind: z.literal('nanodet'),
	levels: z
		.array(
			z.object({
				/** [1, N, C], or [1, N, C + 4 · bins] when `boxes` names the same tensor. */
				scores: tensorName,
				/** [1, N, 4 · bins]. */
				boxes: tensorName,
				stride: count,
				/** Row of the level's first cell. */
				firstRow: z.int().nonnegative(),
			}),
		)
		.min(1)
		.readonly(),
	classCount: count,
	bins: count,
	/** Where in its cell the point stands: 0.5 in the middle, 0 at the corner (NanoDet-Plus). */
	centre: z.number().min(0).max(1),
});

/** YOLOv8 and YOLO11: `output` is [1, 4 + C, N]: centre x, centre y, width, height in pixels, then a score for each class. */
export const yoloHead = z.object({ kind: z.literal('yolo'), output: tensorName, classCount: count });

/** YOLOv10 and other models that need no suppression: `output` is [1, N, 6]: left, top, right, bottom in pixels, score, class. */
export const endToEndHead = z.object({ kind: z.literal('end-to-end'), output: tensorName });

/** DETR and RT-DETR: `logits` is [1, N, C], `boxes` [1, N, 4]: centre x, centre y, width, height as parts of the input. */
export const detrHead = z.object({ kind: z.literal('detr'), logits: tensorName, boxes: tensorName, classCount: count });
