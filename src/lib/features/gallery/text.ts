import type { Capture, CaptureSort, CaptureType } from '#contract/captures';
import type { SourceKind } from '#contract/sources';
import { formatShortTime } from '#core/time/timecode';
import { counted } from '$lib/app/counted';
import { formatBytes } from '$lib/app/bytes';

const kinds: Record<SourceKind, string> = { plex: 'Plex', jellyfin: 'Jellyfin', emby: 'Emby' };
const types: Record<CaptureType, string> = { screenshot: 'Screenshot', clip: 'Clip' };
const sorts: Record<CaptureSort, string> = {
	'-created': 'Newest first',
	created: 'Oldest first',
	name: 'Name',
	'-bytes': 'Size',
};

/** Every word of the gallery. */
export const text = {
	title: 'Gallery',
	list: 'Captures',
	kinds,
	sorts,
	loading: 'Asking the server',
	noServer: 'Connect a server: screenshots and clips that you take of what plays on the TV are kept and shown here.',
	empty: 'No captures yet',
	emptyWords: 'Take a screenshot or a clip of what plays on Plex, Jellyfin or Emby: it lands here.',
	toNow: 'See what plays',
	nothingFound: 'Nothing fits this filter',
	clearFilter: 'Show all',
	retry: 'Try again',
	usage: (count: number, bytes: number, freeBytes: number | null): string =>
		`${counted(count, 'capture', 'captures')}, ${formatBytes(bytes)}${freeBytes === null ? '' : ` · ${formatBytes(freeBytes)} free`}`,
	found: (count: number): string => `${count} found`,
	search: 'Search',
	type: 'What is shown',
	everything: 'All',
	screenshots: 'Screenshots',
	clips: 'Clips',
	onlyFavourites: 'Show only favourites',
	sort: 'Order',
	more: 'Filter',
	moreActive: 'Filter (on)',
	source: 'From',
	from: 'Taken from',
	to: 'Taken until',
	select: 'Select',
	selected: (count: number): string => (count === 0 ? 'Tap what you want' : `${count} selected`),
	selection: 'Selected captures',
	selectAll: 'Select all',
	done: 'Done',
	save: 'Download',
	saveZip: 'Download ZIP',
	delete: 'Delete',
	deleteTitle: (count: number): string => (count === 1 ? 'Delete this capture?' : `Delete ${count} captures?`),
	deleteWords: (count: number, shared: number): string =>
		[
			count === 1
				? 'Its file is deleted from the disk of the server.'
				: 'Their files are deleted from the disk of the server.',
			...(shared === 0 ? [] : [`${counted(shared, 'link', 'links')} to ${count === 1 ? 'it' : 'them'} will close.`]),
			'This cannot be undone.',
		].join(' '),
	deleted: (count: number): string => `${counted(count, 'capture is', 'captures are')} deleted.`,
	nothingToSave: 'None of these has a file yet. Wait until they are made, or choose others.',
	tooMany: (most: number, count: number): string =>
		`A ZIP holds ${most} captures at most; ${count} are selected. Select fewer and download in parts.`,
	open: (name: string): string => `Open ${name}`,
	pick: (name: string): string => `Select ${name}`,
	favour: (name: string): string => `Make ${name} a favourite`,
	unfavour: (name: string): string => `${name} is a favourite; take that back`,
	actions: (name: string): string => `More for ${name}`,
	about: ({ title, subtitle, year }: Pick<Capture, 'title' | 'subtitle' | 'year'>): string =>
		[
			subtitle === undefined && year !== undefined ? `${title} (${year})` : title,
			...(subtitle === undefined ? [] : [subtitle]),
		].join(', '),
	/** On a card, under the name: what tells captures of one film apart stands first, since a phone cuts off the rest. */
	place: ({ name, title, subtitle, year, startS, endS }: Capture): string =>
		[
			endS === undefined ? formatShortTime(startS) : `${formatShortTime(startS)} to ${formatShortTime(endS)}`,
			...(name.startsWith(title) ? [] : [year === undefined || subtitle !== undefined ? title : `${title} (${year})`]),
			...(subtitle === undefined ? [] : [subtitle]),
		].join(' · '),
	facts: ({ type, status, durationS, bytes, width, height, format }: Capture): string =>
		status !== 'complete'
			? types[type]
			: [
					...(durationS === undefined ? [] : [formatShortTime(durationS)]),
					...(width === undefined ? [] : [`${width}×${height}`]),
					format.toUpperCase(),
					formatBytes(bytes),
				].join(' · '),
	length: (seconds: number): string => formatShortTime(seconds),
	span: ({ startS, endS }: Capture): string =>
		endS === undefined ? `At ${formatShortTime(startS)}` : `${formatShortTime(startS)} to ${formatShortTime(endS)}`,
	takenFrom: ({ source, sourceName, user }: Capture): string =>
		`${sourceName === '' ? kinds[source] : sourceName}${user === undefined ? '' : `, ${user}`}`,
	takenAt: (iso: string): string => new Date(iso).toLocaleString(),
	pending: (share: number): string => (share > 0 ? `Making it, ${Math.round(share * 100)} %` : 'Waiting to be made'),
	failed: 'It was not made.',
	links: (count: number): string => counted(count, 'link', 'links'),
	previous: 'Previous',
	next: 'Next',
	favourite: 'Favourite',
	noFavourite: 'No favourite any more',
	rename: 'Rename',
	renameTitle: 'Rename the capture',
	name: 'Name',
	nameEmpty: 'Type a name.',
	cancel: 'Cancel',
	keep: 'Save',
	share: 'Share',
	edit: 'Open in editor',
	editShort: 'Edit',
	add: 'Add to project',
	cannotShow: 'This browser cannot show the file. Download it to see it.',
} as const;
