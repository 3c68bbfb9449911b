import type { CaptureDefaults } from '#contract/captures';
import { counted } from '$lib/app/counted';
import { dayAndTime } from '$lib/app/day-and-time';
import { formatBytes } from '$lib/app/bytes';

/** Every word about captures in Settings. */
export const capturesText = {
	title: 'Captures',
	loading: 'Asking the server',
	usage: (count: number, bytes: number, favourites: number, freeBytes: number | null): string =>
		`${counted(count, 'capture', 'captures')} (${counted(favourites, 'favourite', 'favourites')}), ${formatBytes(bytes)}${freeBytes === null ? '' : `; ${formatBytes(freeBytes)} are free`}.`,
	press: 'What one press takes',
	pressWords: 'The same on every device that is signed in.',
	screenshots: 'Screenshots',
	clips: 'Clips',
	format: 'Format',
	formats: {
		jpeg: 'JPEG',
		png: 'PNG',
		webp: 'WebP',
		mp4: 'MP4',
		webm: 'WebM',
		gif: 'GIF',
		mp3: 'MP3 (sound)',
	} satisfies Record<CaptureDefaults['screenshot']['format'] | CaptureDefaults['clip']['format'], string>,
	quality: 'Quality',
	mode: 'Cut',
	modes: { precise: 'Precise', fast: 'Fast' } satisfies Record<CaptureDefaults['clip']['mode'], string>,
	modeHint: {
		precise: 'Begins at the very frame. It is encoded anew.',
		fast: 'Copied as it is, so it begins at a key frame, up to some seconds early. Without burned-in subtitles.',
	} satisfies Record<CaptureDefaults['clip']['mode'], string>,
	shortSide: 'Short side (if you like)',
	shortSideHint: 'Empty: as large as the film.',
	subtitles: 'Burn in the subtitles that show',
	retention: 'Clear away by itself',
	retentionWords: 'Once a day, oldest first. Favourites stay.',
	maxAge: 'Older than',
	maxSize: 'Beyond a total of',
	never: 'Empty: no limit.',
	preview: (count: number, bytes: number): string =>
		count === 0
			? 'Would remove nothing now.'
			: `Would remove ${counted(count, 'capture', 'captures')}, ${formatBytes(bytes)}.`,
	oldest: (names: readonly string[], count: number): string =>
		names.length === 0 ? '' : `${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}`,
	save: 'Save',
	saved: 'Saved.',
	run: 'Clear away now',
	runTitle: (count: number): string => `Delete ${counted(count, 'capture', 'captures')}?`,
	runWords: (bytes: number): string =>
		`Their files, ${formatBytes(bytes)}, are deleted from the disk of the server. This cannot be undone.`,
	delete: 'Delete',
	last: (at: string, removed: number, bytes: number): string =>
		`Last time, ${dayAndTime(at)}: ${removed === 0 ? 'nothing to remove' : `${counted(removed, 'capture', 'captures')} removed, ${formatBytes(bytes)}`}.`,
	neverRan: 'It has not run yet.',
	next: (at: string): string => `Next time: ${dayAndTime(at)}.`,
} as const;
