import type { ModelUse } from '$lib/app/model-shelf-defaults';
import type { PictureFit, ValueRange } from './models-draft.ts';

const uses: Record<ModelUse, string> = { things: 'Use for people and things', faces: 'Use for faces' };
const ranges: Record<ValueRange, string> = {
	bytes: '0 to 255',
	unit: '0 to 1',
	signed: '−1 to 1',
	imagenet: 'ImageNet',
};
const fits: Record<PictureFit, string> = { stretch: 'Stretched', grey: 'Grey bars', black: 'Black bars' };
const places = {
	checking: 'looking',
	here: 'on this device',
	absent: 'fetched at first use, then kept',
	gone: 'its file has gone',
} as const;
export type ModelPlace = keyof typeof places;

const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;

/** The first names, and how many more there are. */
function someOf(names: readonly string[]): string {
	const shown = names.length <= 4 ? names : names.slice(0, 3);
	const more = names.length - shown.length;
	return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}

/** Every word about detectors in the settings. */
export const modelsText = {
	title: 'Detectors',
	hint: 'They find people, faces and things for a crop that follows, on this device. What your own detector does not know is found by the one that comes with Octocut.',
	finds: (names: readonly string[]): string => `Finds ${someOf(names)}`,
	someOf,
	places,
	uses,
	byYou: 'added by you',
	noLicence: 'no note on its licence',
	hash: (sha256: string): string => `SHA-256 ${sha256.slice(0, 12)}…`,
	hashTitle: (sha256: string): string => `SHA-256 of the file: ${sha256}`,
	gone: 'The browser has cleared its file. Add the same file again, or remove it here.',
	remove: (title: string): string => `Remove ${title}`,
	removeTitle: (title: string): string => `Remove “${title}”?`,
	removeWords: 'Octocut forgets its copy, and what it found in your videos. The file that you added it from stays.',
	removeYes: 'Remove',
	removed: (title: string): string => `“${title}” was removed.`,
	add: 'Add your own .onnx',
	addHint:
		'YOLOX, NanoDet, YOLOv8, YOLO11, YOLOv10, RT-DETR and SSD, up to 300 MB. Choose a file or drop it here; it stays on this device.',
	one: 'Add one file at a time.',
	looking: (name: string): string => `Looking into ${name}`,
	stop: 'Stop',
	retry: 'Retry',
	dialog: (name: string): string => `Add ${name}`,
	dialogHint:
		'This was found in the file. What its shapes leave open is set as usual for its kind; the notes of whoever made it say more.',
	known: (title: string): string => `It is on the shelf already, as “${title}”. Its new settings replace the old ones.`,
	kind: 'Kind',
	input: 'Takes',
	inputWords: (width: number, height: number, layout: 'nhwc' | 'nchw'): string =>
		`${width} × ${height} pixels, ${layout === 'nchw' ? 'one colour after the other (NCHW)' : 'colours beside each other (NHWC)'}`,
	output: 'Gives',
	classes: 'Tells apart',
	classWords: (number: number | undefined): string =>
		number === undefined ? 'not available: the file does not say' : count(number, 'class', 'classes'),
	speed: 'One picture',
	speedWords: (ms: number): string =>
		`${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms here, without the graphics processor`,
	colours: 'Order of colours',
	colourNames: { rgb: 'Red first', bgr: 'Blue first' },
	range: 'Range of numbers',
	ranges,
	fit: 'Picture of another shape',
	fits,
	names: 'Names',
	nameHint: 'To be followed as a person, face, animal or vehicle, it needs that name: person, face, dog, car …',
	oneName: 'What it finds',
	noNames: 'It finds what has no name yet.',
	namesFile: 'Names from a file',
	namesHint: 'A .txt with one name a line, a .json, or the .yaml of its data set.',
	namesWrong: (name: string, why: string): string => `“${name}” ${why}. Choose another file.`,
	ownTitle: 'Title',
	licence: 'Note on its licence',
	licenceHint: 'For yourself: from whom it is, and what you may do with it.',
	cancel: 'Cancel',
	keep: 'Add',
	keeping: 'Adding',
	added: (title: string): string => `“${title}” is on the shelf now.`,
	offline: 'Detectors',
	offlineHint:
		'Find people, faces and things. About 25 MB, or 51 MB where there is a graphics processor to use; kept from then on.',
	offlineFetching: 'Fetching detectors',
	offlineDone: 'The detectors are on this device now.',
} as const;
