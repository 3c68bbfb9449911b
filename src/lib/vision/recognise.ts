import type { ModelHead, ModelInput } from '#core/vision/model-manifest';
import { COCO_80, COCO_90, type DetectorClass } from '#core/vision/coco-classes';
import type { TensorFacts } from './inference.ts';
import { gridSize } from './heads/candidate.ts';

/** A model's family, told from the names and shapes of what goes in and comes out. */
export interface Recognised {
	/** The family in words: "YOLOX". */
	readonly family: string;
	readonly input: ModelInput;
	readonly head: ModelHead;
	/** How many classes it tells apart; undefined when only its answers tell. */
	readonly classCount: number | undefined;
	/** Names where the number of classes gives them away. */
	readonly classes: readonly DetectorClass[];
}

/** An output with a fixed shape, without the leading 1. */
interface Output {
	readonly name: string;
	readonly shape: readonly number[];
}

type Place = Pick<ModelInput, 'name' | 'width' | 'height' | 'layout'>;

/** Strides of the grids of common detectors, in pixels of the input. */
const [THREE_GRIDS, FOUR_GRIDS] = [
	[8, 16, 32],
	[8, 16, 32, 64],
];
/** Lengths of the distributions of NanoDet: `reg_max` 7 and 10. */
const NANODET_BINS = [8, 11];
/** Models that answer with a list give at most so many boxes. */
const MOST_LISTED = 1000;
/** Side of the input when the model leaves it open. */
const OPEN_SIDE = 640;

/** Larger pictures, in pixels a side, take seconds each and hundreds of megabytes. */
const MOST_SIDE = 2048;

/** Where the picture goes in; a sentence's rest when it cannot. */
export function recogniseInput(inputs: readonly TensorFacts[]): Place | string {
	const [input, second] = inputs;
	if (input === undefined) return 'it takes nothing';
	if (second !== undefined)
		return `it takes ${inputs.length} inputs (${wordsOf(inputs)}), where a detector takes one picture`;
	const { name, type, shape } = input;
	if (type !== 'float32') return `its input “${name}” takes ${type}, not float32`;
	const sides = shape.slice(1).map((side) => (typeof side === 'number' && side > 0 ? side : undefined));
	if (shape.length !== 4) return `its input “${name}” is ${shapeWords(shape)}, not a picture`;
	const [a, b, c] = sides;
	const large = sides.find((side) => (side ?? 0) > MOST_SIDE);
	if (large !== undefined) return `its input “${name}” has a side of ${large} pixels, and ${MOST_SIDE} are the most`;
	if (a === 3) return { name, layout: 'nchw', height: b ?? OPEN_SIDE, width: c ?? OPEN_SIDE };
	if (c === 3) return { name, layout: 'nhwc', height: a ?? OPEN_SIDE, width: b ?? OPEN_SIDE };
	return `its input “${name}” is ${shapeWords(shape)}: no side of it is the three colours`;
}

/** The family of a model with this input, by the shapes of what it really gave; what was found in words when it is unknown. */
export function recogniseHead(place: Place, outputs: readonly TensorFacts[]): Recognised | string {
	return readingsOf(place, outputs)[0] ?? `its answer is of no kind that is known here: ${wordsOf(outputs)}`;
}

/** Every family that the shapes allow, the likeliest first: few shapes fit two. */
export function readingsOf(place: Place, outputs: readonly TensorFacts[]): readonly Recognised[] {
	const shaped = outputs.map(({ name, shape }): Output => ({ name, shape: shape.slice(1).map(Number) }));
	return FAMILIES.flatMap((family) => family(place, shaped) ?? []);
}

/** "output [1, 8400, 85] (float32)", one after the other. */
export const wordsOf = (tensors: readonly TensorFacts[]): string =>
	tensors.map(({ name, shape, type }) => `“${name}” ${shapeWords(shape)} of ${type}`).join(', ');

const shapeWords = (shape: readonly (number | string)[]): string => `[${shape.join(' × ')}]`;

const cellsOf = (place: Place, strides: readonly number[]): readonly number[] =>
	strides.map((stride) => {
		const { columns, rows } = gridSize(place, stride);
		return columns * rows;
	});

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** How pictures are usually prepared for a family: nothing in the file tells. */
const PLAIN = { mean: [0, 0, 0], deviation: [1, 1, 1] } satisfies Partial<ModelInput>;
const UNIT = { mean: [0, 0, 0], deviation: [255, 255, 255] } satisfies Partial<ModelInput>;
const SIGNED = { mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5] } satisfies Partial<ModelInput>;
/** Means and deviations of ImageNet in the order blue, green, red. */
const IMAGENET_BGR = {
	mean: [103.53, 116.28, 123.675],
	deviation: [57.375, 57.12, 58.395],
} satisfies Partial<ModelInput>;
const GREY_BARS = { fit: 'letterbox', fill: 114 } satisfies Partial<ModelInput>;

function classesFor(count: number): readonly DetectorClass[] {
	if (count === COCO_80.length) return COCO_80;
	return Array.from({ length: count }, (_, id) => ({ id, name: count === 1 ? 'object' : `class ${id}` }));
}

const counted = (classCount: number): Pick<Recognised, 'classCount' | 'classes'> => ({
	classCount,
	classes: classesFor(classCount),
});

type Family = (place: Place, outputs: readonly Output[]) => Recognised | undefined;

const yolox: Family = (place, [output, ...more]) => {
	const [rows = 0, columns = 0, deeper] = output?.shape ?? [];
	if (output === undefined || more.length > 0 || deeper !== undefined || columns < 6) return undefined;
	if (rows !== sum(cellsOf(place, THREE_GRIDS)) || isNanodetRow(columns)) return undefined;
	const classCount = columns - 5;
	return {
		family: 'YOLOX',
		input: { ...place, channels: 'bgr', ...PLAIN, ...GREY_BARS },
		head: { kind: 'yolox', output: output.name, strides: THREE_GRIDS, classCount },
		...counted(classCount),
	};
};

/** 80 classes with distributions beside them: nobody trains a YOLOX with 107 or 119 classes. */
const isNanodetRow = (columns: number): boolean => NANODET_BINS.some((bins) => columns === COCO_80.length + 4 * bins);

const nanodetJoint: Family = (place, [output, ...more]) => {
	const [rows = 0, columns = 0, deeper] = output?.shape ?? [];
	if (output === undefined || more.length > 0 || deeper !== undefined) return undefined;
	const strides = [THREE_GRIDS, FOUR_GRIDS].find((some) => sum(cellsOf(place, some)) === rows);
	const bins = NANODET_BINS.find((some) => columns - 4 * some === COCO_80.length) ?? NANODET_BINS[0] ?? 8;
	const classCount = columns - 4 * bins;
	if (strides === undefined || classCount < 1) return undefined;
	const cells = cellsOf(place, strides);
	const levels = strides.map((stride, n) => ({
		...{ scores: output.name, boxes: output.name },
		...{ stride, firstRow: sum(cells.slice(0, n)) },
	}));
	return {
		family: 'NanoDet-Plus',
		input: { ...place, channels: 'bgr', ...IMAGENET_BGR, fit: 'stretch' },
		head: { kind: 'nanodet', levels, classCount, bins, centre: 0 },
		...counted(classCount),
	};
};

const nanodetSplit: Family = (place, outputs) => {
	const strides = [THREE_GRIDS, FOUR_GRIDS].find((some) => outputs.length === 2 * some.length);
	if (strides === undefined || outputs.some(({ shape }) => shape.length !== 2)) return undefined;
	const bins = NANODET_BINS.find(
		(some) => outputs.filter(({ shape }) => shape[1] === 4 * some).length === strides.length,
	);
	const cells = cellsOf(place, strides);
	const levels = strides.flatMap((stride, n) => {
		const here = outputs.filter(({ shape }) => shape[0] === cells[n]);
		const boxes = here.find(({ shape }) => shape[1] === 4 * (bins ?? 0));
		const scores = here.find((other) => other !== boxes);
		if (boxes === undefined || scores === undefined) return [];
		return [{ scores: scores.name, boxes: boxes.name, stride, firstRow: 0, count: scores.shape[1] ?? 0 }];
	});
	const classCount = levels[0]?.count ?? 0;
	if (bins === undefined || levels.length < strides.length || classCount < 1) return undefined;
	return {
		family: 'NanoDet',
		input: { ...place, channels: 'bgr', ...IMAGENET_BGR, fit: 'stretch' },
		head: {
			...{ kind: 'nanodet', classCount, bins, centre: 0.5 },
			levels: levels.map(({ scores, boxes, stride, firstRow }) => ({ scores, boxes, stride, firstRow })),
		},
		...counted(classCount),
	};
};

const yolo: Family = (place, [output, ...more]) => {
	const [rows = 0, places = 0, deeper] = output?.shape ?? [];
	if (output === undefined || more.length > 0 || deeper !== undefined) return undefined;
	if (rows < 5 || places !== sum(cellsOf(place, THREE_GRIDS))) return undefined;
	const classCount = rows - 4;
	return {
		family: 'YOLOv8 or YOLO11',
		input: { ...place, channels: 'rgb', ...UNIT, ...GREY_BARS },
		head: { kind: 'yolo', output: output.name, classCount },
		...counted(classCount),
	};
};

const endToEnd: Family = (place, [output, ...more]) => {
	const [listed = 0, columns = 0, deeper] = output?.shape ?? [];
	if (output === undefined || more.length > 0 || deeper !== undefined) return undefined;
	if (columns !== 6 || listed > MOST_LISTED) return undefined;
	return {
		family: 'YOLOv10, or another that lists its boxes',
		input: { ...place, channels: 'rgb', ...UNIT, ...GREY_BARS },
		head: { kind: 'end-to-end', output: output.name },
		...{ classCount: undefined, classes: COCO_80 },
	};
};

const detr: Family = (place, outputs) => {
	const boxes = outputs.find(({ shape }) => shape.length === 2 && shape[1] === 4);
	const logits = outputs.find((other) => other !== boxes && other.shape.length === 2);
	const [listed = 0, classCount = 0] = logits?.shape ?? [];
	if (outputs.length !== 2 || boxes === undefined || logits === undefined) return undefined;
	if (listed !== boxes.shape[0] || listed > MOST_LISTED || classCount < 1) return undefined;
	return {
		family: 'RT-DETR',
		input: { ...place, channels: 'rgb', ...UNIT, fit: 'stretch' },
		head: { kind: 'detr', logits: logits.name, boxes: boxes.name, classCount },
		...counted(classCount),
	};
};

const ssd: Family = (place, outputs) => {
	const boxes = outputs.find(({ shape }) => shape.length === 3 && shape[1] === 1 && shape[2] === 4);
	const scores = outputs.find(({ shape }) => shape.length === 2 && shape[0] === boxes?.shape[0]);
	const [boxCount = 0, count = 0] = scores?.shape ?? [];
	if (outputs.length !== 2 || boxes === undefined || scores === undefined || boxCount < 1) return undefined;
	const highest = Math.max(...COCO_90.map(({ id }) => id));
	// With one more than the highest number, the first is for what is nothing.
	const isCoco = count === highest || count === highest + 1;
	return {
		family: 'SSD',
		input: { ...place, channels: 'rgb', ...SIGNED, fit: 'stretch' },
		head: {
			...{ kind: 'ssd-decoded', scores: scores.name, boxes: boxes.name, boxCount },
			firstClass: count === highest ? 1 : 0,
		},
		...{ classCount: count, classes: isCoco ? COCO_90 : classesFor(count) },
	};
};

/** Grids of BlazeFace: 16 × 16 with 2 anchors and 8 × 8 with 6, whatever its input. */
const BLAZEFACE_GRIDS = [
	{ columns: 16, rows: 16, anchors: 2 },
	{ columns: 8, rows: 8, anchors: 6 },
];
const BLAZEFACE_KEYPOINTS = ['right eye', 'left eye', 'nose', 'mouth', 'right ear', 'left ear'];

const blazeface: Family = (place, outputs) => {
	const grids = BLAZEFACE_GRIDS.flatMap((grid) => {
		const count = grid.columns * grid.rows * grid.anchors;
		const ofLength = (length: number): Output | undefined =>
			outputs.find(({ shape }) => shape.length === 2 && shape[0] === count && shape[1] === length);
		const [scores, boxes] = [ofLength(1), ofLength(4 + 2 * BLAZEFACE_KEYPOINTS.length)];
		return scores === undefined || boxes === undefined ? [] : [{ scores: scores.name, boxes: boxes.name, ...grid }];
	});
	if (outputs.length !== 4 || grids.length !== BLAZEFACE_GRIDS.length) return undefined;
	return {
		family: 'BlazeFace',
		input: { ...place, channels: 'rgb', ...SIGNED, fit: 'letterbox' },
		head: { kind: 'ssd-anchors', grids, scale: place.width, scoreLimit: 100, keypoints: BLAZEFACE_KEYPOINTS },
		...{ classCount: 1, classes: [{ id: 0, name: 'face' }] },
	};
};

/** The stricter ones first. */
const FAMILIES: readonly Family[] = [blazeface, ssd, nanodetSplit, yolox, nanodetJoint, yolo, endToEnd, detr];
