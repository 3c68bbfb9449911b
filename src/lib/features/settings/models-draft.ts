import { parseClassNames } from '#core/vision/class-names';
import type { DetectorClass } from '#core/vision/coco-classes';
import type { ModelInput } from '#core/vision/model-manifest';
import type { Result } from '#core/result';
import type { ModelNotes, ModelRecord } from '$lib/storage/model-record';
import type { ModelReading } from '$lib/vision/video-analyst';

/** In what range a model takes its numbers: 0 to 255, 0 to 1, −1 to 1, or as the models trained on ImageNet do. */
export const VALUE_RANGES = ['bytes', 'unit', 'signed', 'imagenet'] as const;
export type ValueRange = (typeof VALUE_RANGES)[number];
/** How a picture of another shape goes into the input: stretched, or with bars of grey or black beside it. */
export const PICTURE_FITS = ['stretch', 'grey', 'black'] as const;
export type PictureFit = (typeof PICTURE_FITS)[number];

/** What a person can confirm or correct of a model: its shapes do not tell. */
export interface ModelDraft {
	readonly title: string;
	readonly licence: string;
	readonly family: string;
	readonly colours: ModelInput['channels'];
	readonly range: ValueRange;
	readonly fit: PictureFit;
	readonly classes: readonly DetectorClass[];
}

type Numbers = Pick<ModelInput, 'mean' | 'deviation'>;

/** Grey beside the picture, as the models of the YOLO family are trained: 0 to 255. */
const GREY = 114;
const same = (value: number): [number, number, number] => [value, value, value];
/** In the order red, green, blue. */
const IMAGENET: Numbers = { mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375] };

function numbersFor(range: ValueRange, colours: ModelInput['channels']): Numbers {
	switch (range) {
		case 'bytes':
			return { mean: same(0), deviation: same(1) };
		case 'unit':
			return { mean: same(0), deviation: same(255) };
		case 'signed':
			return { mean: same(127.5), deviation: same(127.5) };
		case 'imagenet':
			return colours === 'rgb' ? IMAGENET : { mean: turned(IMAGENET.mean), deviation: turned(IMAGENET.deviation) };
	}
}

const turned = ([a, b, c]: Numbers['mean']): Numbers['mean'] => [c, b, a];

function rangeOf({ mean, deviation, channels }: ModelInput): ValueRange {
	const isIt = (range: ValueRange): boolean =>
		JSON.stringify([mean, deviation]) === JSON.stringify(Object.values(numbersFor(range, channels)));
	return VALUE_RANGES.find(isIt) ?? 'unit';
}

/** What is usual for a reading. */
export function draftOf({ family, model }: ModelReading, words: Pick<ModelDraft, 'title' | 'licence'>): ModelDraft {
	const { channels: colours, fit, fill = 0 } = model.input;
	const picture = fit === 'stretch' ? 'stretch' : fill === 0 ? 'black' : 'grey';
	return { ...words, family, colours, range: rangeOf(model.input), fit: picture, classes: model.classes };
}

/** What was confirmed when the model was added before. */
export const draftAgain = ({ title, licence, family, input, head, classes }: ModelRecord): ModelDraft =>
	draftOf({ family, classCount: undefined, model: { input, head, classes } }, { title, licence });

/** What is kept of a model. */
export function notesOf(draft: ModelDraft, { model }: ModelReading, fileName: string): ModelNotes {
	const { title, licence, family, colours, range, fit, classes } = draft;
	const { name, width, height, layout } = model.input;
	const filled = fit === 'grey' ? { fill: GREY } : {};
	return {
		...{ title: title.trim(), licence: licence.trim(), family, fileName, head: model.head },
		input: {
			...{ name, width, height, layout, channels: colours, fit: fit === 'stretch' ? 'stretch' : 'letterbox' },
			...filled,
			...numbersFor(range, colours),
		},
		classes: [...classes],
	};
}

/** Reads a file of names for a model that is read so. Fails with the rest of a sentence. */
export function classesFrom(
	{ classCount, model }: ModelReading,
	text: string,
	fileName: string,
): Result<readonly DetectorClass[], string> {
	const first = model.head.kind === 'ssd-decoded' ? model.head.firstClass : 0;
	return parseClassNames(text, fileName, { first, count: classCount });
}
