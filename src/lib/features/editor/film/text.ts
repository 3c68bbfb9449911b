import type { FilmPreset } from '#core/film/film-presets';
import type { FilmSettings } from '#core/film/film';
import { grouped } from '../text.ts';

const segments = (count: number): string => (count === 1 ? '1 segment' : `${grouped(count)} segments`);

/** The sentences of the film panel. */
export const text = {
	list: 'Segments of the film, in order',
	addSelected: 'Add chosen',
	addSelectedHint: 'The segments that are chosen in the list',
	addFile: 'Add this file',
	addFileHint: 'All ticked segments of this file',
	addProject: 'Add all',
	addProjectHint: 'All ticked segments of all files, in the order of the lists',
	clear: 'Empty the film',
	implied: (count: number, touch: boolean): string =>
		count === 0
			? `Mark a segment with ${touch ? 'In and Out' : 'I and O'}: all of them, of all files, become the film. Or add some here in another order.`
			: `All ${segments(count)} of all files, in the order of their lists. Add, move or remove to choose your own.`,
	fileGone: 'file is not in the library',
	crossfade: (name: string): string => `Cross-fade into ${name}, in seconds`,
	crossfadeShort: 'Cross-fade',
	crossfadeTip: 'Cross-fade from the segment before',
	crossfadeAll: 'Cross-fades',
	crossfadeHint: 'Into every segment; 0 is a cut.',
	seconds: 's',
	move: (name: string): string => `Move ${name} with the arrow keys`,
	moveTip: 'Drag, or press the arrow keys',
	remove: (name: string): string => `Take ${name} out of the film`,
	total: (count: number, length: string): string => `${segments(count)} · ${length}`,

	preset: 'Made for',
	presets: {
		'web-hd': 'Web HD',
		'web-4k': 'Web 4K',
		vertical: 'Vertical',
		small: 'Small',
		fit: 'Fit to size',
		gif: 'GIF',
		m4a: 'M4A',
		mp3: 'MP3',
		wav: 'WAV',
	} satisfies Record<FilmPreset, string>,
	presetHints: {
		'web-hd': 'MP4, 1920×1080',
		'web-4k': 'MP4, 3840×2160',
		vertical: 'MP4, 1080×1920, cut to fill',
		small: 'MP4, 1280×720, a small file',
		fit: 'MP4 that is not larger than you say',
		gif: 'A small looping picture without sound',
		m4a: 'Sound alone, AAC',
		mp3: 'Sound alone, plays everywhere',
		wav: 'Sound alone, uncompressed',
	} satisfies Record<FilmPreset, string>,
	limit: 'Not larger than',
	megabytes: 'MB',

	more: 'More',
	format: 'Format',
	formats: {
		mp4: 'MP4',
		webm: 'WebM',
		gif: 'GIF',
		m4a: 'M4A (sound)',
		mp3: 'MP3 (sound)',
		wav: 'WAV (sound)',
	} satisfies Record<FilmSettings['format'], string>,
	size: 'Size',
	sizeFirst: 'As the first segment',
	sizeOwn: 'Own',
	width: 'Width',
	height: 'Height',
	pixels: 'px',
	rate: 'Frames',
	rateFirst: 'First',
	rateUnit: '/s',
	fit: 'Other shapes',
	fits: { letterbox: 'Black bars', fill: 'Cut to fill' } satisfies Record<FilmSettings['fit'], string>,
	quality: 'Quality',
	sound: 'Sound',
	soundBitrate: 'Sound',
	kilobits: 'kbit/s',

	name: 'Name',
	plan: 'What will happen',
	choosing: 'Choosing an engine …',
	by: (engine: string, reason: string): string => `${engine.charAt(0).toUpperCase()}${engine.slice(1)}: ${reason}`,
	about: (size: string): string => `About ${size}.`,
	export: 'Make the film',
	opening: 'The files of the film are still being opened. Try again in a moment.',
	folderRefused: 'The browser may not write to that folder. Choose it again, or keep the film in the browser.',
	queueFailed: (why: string): string => `The film could not be queued: ${why}. Try again.`,
};
