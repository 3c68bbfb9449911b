import { z } from 'zod';
import { detrHead, endToEndHead, nanodetHead, yoloHead, yoloxHead } from './brought-heads.ts';

const tensorName = z.string().min(1);
const side = z.int().positive();
const perChannel = z.tuple([z.number(), z.number(), z.number()]);

/**
 * How a picture becomes the model's input: scaled to `width` × `height` in pixels, then `(v − mean) / deviation` for each channel, `v` from 0 to 255.
 * `mean` and `deviation` are in the order of `channels`.
 */
export const modelInputSchema = z.object({
	name: tensorName,
	width: side,
	height: side,
	/** `nhwc` is [1, height, width, 3], `nchw` is [1, 3, height, width]. */
	layout: z.enum(['nhwc', 'nchw']),
	channels: z.enum(['rgb', 'bgr']),
	mean: perChannel,
	deviation: perChannel,
	/** `stretch` fills the input with the whole picture; `letterbox` keeps its shape. */
	fit: z.enum(['stretch', 'letterbox']),
	/** What stands beside a letterboxed picture, 0 to 255. Black when absent. */
	fill: z.int().min(0).max(255).optional(),
});

/**
 * Boxes that are decoded inside the model; overlapping ones are still to be dropped.
 * `scores` is [1, boxes, classes] from 0 to 1, of class `firstClass + index`. `boxes` is [1, boxes, 1, 4]: top, left, bottom, right as parts of the input, 0 to 1, may reach beyond.
 */
const decodedHead = z.object({
	kind: z.literal('ssd-decoded'),
	scores: tensorName,
	boxes: tensorName,
	boxCount: side,
	firstClass: z.int().nonnegative(),
});

/** Outputs of one grid of anchors: `scores` is [1, rows × columns × anchors, 1], `boxes` [1, the same, 4 + 2 × keypoints]. */
const anchorGrid = z.object({
	scores: tensorName,
	boxes: tensorName,
	columns: side,
	rows: side,
	/** Anchors in one cell, all at its centre. */
	anchors: side,
});

/**
 * Boxes relative to anchors of fixed size. Anchors are counted by row, column, then within the cell; each is the centre of its cell: `(column + ½) / columns`.
 * A score is `1 / (1 + e^−x)`, x held to ± `scoreLimit`. A box is centre x, centre y, width, height, then x and y of each keypoint, all divided by
 * `scale`; centre and keypoints are added to the anchor. Results are parts of the input, 0 to 1.
 */
const anchoredHead = z.object({
	kind: z.literal('ssd-anchors'),
	grids: z.array(anchorGrid).min(1),
	/** Pixels of the input. */
	scale: z.number().positive(),
	scoreLimit: z.number().positive(),
	keypoints: z.array(z.string()),
});

export const modelHeadSchema = z.discriminatedUnion('kind', [
	decodedHead,
	anchoredHead,
	yoloxHead,
	nanodetHead,
	yoloHead,
	endToEndHead,
	detrHead,
]);
export type ModelHead = z.infer<typeof modelHeadSchema>;

export const modelEntrySchema = z.object({
	id: z.string().min(1),
	title: z.string().min(1),
	/** What it finds. */
	finds: z.enum(['objects', 'faces']),
	/** Beside the manifest. */
	file: z.string().min(1),
	bytes: side,
	/** Of the file, in lower-case hexadecimal. */
	sha256: z.string().regex(/^[0-9a-f]{64}$/),
	/** An SPDX identifier, the file with its text beside the manifest, and whom to name. */
	licence: z.object({ id: z.string().min(1), file: z.string().min(1), notice: z.string().min(1) }),
	source: z.object({ package: z.string().min(1), version: z.string().min(1), path: z.string().min(1) }),
	input: modelInputSchema,
	head: modelHeadSchema,
	/** Numbers the model knows and has no name for are left out. */
	classes: z.array(z.object({ id: z.int().nonnegative(), name: z.string().min(1) })).min(1),
});
export type ModelEntry = z.infer<typeof modelEntrySchema>;

export type ModelInput = z.infer<typeof modelInputSchema>;

/** Which models lie beside the app: `models/manifest.json`. One that could not be prepared is not in it. */
export const modelManifestSchema = z.object({ version: z.literal(1), models: z.array(modelEntrySchema) });
export type ModelManifest = z.infer<typeof modelManifestSchema>;

/** Folder of the models on the app's own origin. */
export const MODEL_FOLDER = '/models';

/**
 * Address of a model on the app's own origin. It names the content, so it may be kept for good: another version of the same model has another address.
 */
export const modelPath = ({ file, sha256 }: Pick<ModelEntry, 'file' | 'sha256'>): string =>
	`${MODEL_FOLDER}/${file}?${sha256.slice(0, 16)}`;
