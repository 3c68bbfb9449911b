import type { BatchSettings } from '#core/batch/batch';
import type { DatasetFormat } from '#core/dataset/dataset-format';
import type { TrainingRule } from '#core/batch/training';
import { grouped } from '../text.ts';

const clips = (count: number): string => (count === 1 ? '1 clip' : `${grouped(count)} clips`);
const files = (count: number): string => (count === 1 ? '1 file' : `${grouped(count)} files`);

/** The sentences of batches and marks. */
export const text = {
	mode: 'Batch on the timeline',
	modeHint: 'Clips of one length whose starts lie a little apart, from where the playhead stands.',
	lock: 'Lock',
	locked: 'Locked',
	lockHint: 'The batch stays where it is and plays over and over',
	autoClip: 'Pausing sets the count',
	autoClipHint: 'Pause inside the batch to end it there.',
	back: 'One frame back',
	forward: 'One frame on',
	at: (time: string) => `Starts at ${time}`,

	length: 'Length',
	count: 'Clips',
	spread: 'Apart',
	seconds: 's',
	name: 'Name',
	folder: 'Folder',
	shortSide: 'Short side',
	pixels: 'px',
	more: 'More',

	subprofiles: 'Extra folders',
	subprofilesHint: 'One key exports into an extra folder: “walk” and “close” make “walk_close”.',
	subprofileName: 'Name',
	subprofileSuffix: 'Added to the folder',
	subprofileAdd: 'Add a folder',
	subprofileEdit: 'Change extra folders',
	subprofileDone: 'Done',
	subprofileRemove: (name: string) => `Remove ${name}`,
	subprofileNew: (number: number) => `folder${number}`,
	noSubprofile: (number: number) => `There is no extra folder ${number} yet. Add one in the batch panel.`,

	format: 'Files',
	formats: {
		'mp4-pcm': 'MP4, PCM sound',
		'mp4-aac': 'MP4, AAC sound',
		webp: 'WebP pictures and WAV',
	} satisfies Record<BatchSettings['format'], string>,
	scaling: 'Scaling',
	fast: 'Fast',
	sharp: 'Sharp',

	preset: 'For training',
	presets: {
		none: 'None',
		foley: 'Foley',
		wan: 'Wan',
		hunyuan: 'Hunyuan',
		ltx: 'LTX',
		custom: 'Custom',
	} satisfies Record<TrainingRule['preset'], string>,
	presetHints: {
		none: 'As the source',
		foley: '8 s at the source’s own rate',
		wan: '16 fps, 4n+1 frames, sides in multiples of 16',
		hunyuan: '24 fps, 4n+1 frames, sides in multiples of 16',
		ltx: '25 fps, 8n+1 frames, sides in multiples of 32',
		custom: 'Rate, frames and sides of your own',
	} satisfies Record<TrainingRule['preset'], string>,
	rate: 'Rate',
	rateUnit: 'fps',
	rateSource: 'source',
	frameStep: 'Frames: n ×',
	frameStepHint: (step: number) => (step === 1 ? 'Any number of frames.' : `${step}n+1 frames.`),
	sideMultiple: 'Sides: n ×',

	dataset: 'Data set',
	datasetHint: 'Written beside the clips that have a label.',
	datasets: {
		json: 'dataset.json',
		txt: 'Captions .txt',
		jsonl: 'metadata.jsonl',
		csv: 'metadata.csv',
		tar: 'WebDataset .tar',
	} satisfies Record<DatasetFormat, string>,
	noLabel: 'Without a label nothing is written to the data set.',

	label: 'Label',
	labelHint: 'Stays for the next batches. Enter goes back to the picture.',
	category: 'Category',
	noCategory: 'None',

	plan: 'What will be made',
	planRow: (frames: string, size: string) => [frames, size].filter((part) => part !== '').join(' · '),
	planGroup: (path: string) => `In ${path}/`,
	planMore: (count: number) => `and ${grouped(count)} more`,
	planBytes: (bytes: string) => `about ${bytes}`,
	/** "3 × 240 frames · 288×512 · clip_001". */
	summary: (count: number, frames: readonly number[], sizes: readonly string[], group: string) =>
		[
			frames.length === 0 ? clips(count) : `${count} × ${span(frames)} frames`,
			sizes.length > 2 ? `${sizes.length} sizes` : sizes.join(' and '),
			group,
		]
			.filter((part) => part !== '')
			.join(' · '),
	whole: 'whole picture',
	shuffle: 'Draw again',
	shuffleHint: 'Draws anew which clips become 9:16 or 1:1',
	export: (count: number) => `Export ${clips(count)}`,
	replace: (count: number) => `Replace with ${clips(count)}`,
	replacing: (group: string, count: number) =>
		`Replaces ${group} (${files(count)}). With nothing changed, the same clips come out.`,
	replacingGone: (count: number) => `${files(count)} of it will be deleted: they are not made again.`,
	stopReplacing: 'Make a new group',
	replaceTitle: (group: string) => `Delete files of ${group}?`,
	replaceText: (names: readonly string[]) =>
		`These are not made again: ${shortList(names)}. They are deleted with their captions; the other files are replaced once the new ones are complete.`,
	replaceConfirm: 'Delete and export',
	folderRefused: 'The browser may not write to the folder. Choose it again, or export to this browser.',
	folderGone: 'The folder of this group is no longer known here. Choose it again and make a new group.',
	serverGone: (server = 'a server that is not known here') =>
		`The files of this group are in the export folder of ${server}. Connect it in Settings, then replace them.`,
	queueFailed: (why: string) => `The batch could not be queued: ${why}`,
	notReady: 'The file is not open yet.',
	noProfile: 'The profile is still being opened. Try again in a moment.',

	marks: 'Marks',
	marksEmpty: 'No clips yet',
	marksTeach: 'Every batch that you export leaves a mark here and on the timeline, to find, replace or delete it.',
	markMore: (count: number, label: string) => [clips(count), label].filter((part) => part !== '').join(' · '),
	markHint: 'Click to take up its settings; double-click to replace it',
	markReplace: (group: string) => `Replace ${group}`,
	markDelete: (group: string) => `Delete ${group}`,
	deleteTitle: (group: string) => `Delete ${group}?`,
	filesElsewhere:
		'The files of this group lie on another device, so they cannot be replaced from here. Stop replacing and export a new group.',
	forgetText:
		'Its files lie on another device and stay there; only the mark is taken away here. This cannot be undone.',
	deleteText: (count: number, where: string) =>
		`${files(count)} ${where} are deleted with their entries in the data set. This cannot be undone.`,
	inBrowser: 'kept in this browser',
	inFolder: 'in the export folder',
	onServer: (server = 'the server') => `in the export folder of ${server}`,
	deleteConfirm: 'Delete',
	deleted: (group: string) => `${group} was deleted.`,
	noMarks: 'There are no marks in this file yet.',
} as const;

/** 240, or 239–240. */
const span = (numbers: readonly number[]): string => {
	const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
	return least === most ? grouped(most) : `${grouped(least)}–${grouped(most)}`;
};

const shortList = (names: readonly string[]): string =>
	names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${grouped(names.length - 3)} more`;
