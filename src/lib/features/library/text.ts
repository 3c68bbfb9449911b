/** Every word of the library, in one place. */
export const text = {
	addFromServer: 'Use those of the server',
	missingFiles: (names: readonly string[], found: number) =>
		`The open project is about ${names.length > 1 ? `${names.length} files which are` : names[0] ? `“${names[0]}”, which is` : 'a file which is'} not in this library. ${
			found === 0
				? 'Add the same files here to go on with it.'
				: `The server has ${found === names.length ? (found === 1 ? 'it' : 'them') : `${found} of them`}.`
		}`,
	title: 'Library',
	add: 'Add files',
	addFolder: 'Add a folder',
	search: 'Search by name',
	sort: 'Sort',
	sortBy: {
		added: 'Added, newest first',
		name: 'Name',
		length: 'Length, longest first',
		size: 'Size, largest first',
	},
	count: (count: number): string => (count === 1 ? '1 file' : `${count} files`),
	found: (found: number, count: number): string => `${found} of ${count}`,
	nothingFound: 'No file has these words in its name',
	clearSearch: 'Clear the search',
	drop: 'Drop files or folders to add them',
	emptyTitle: 'Drop a video here',
	emptyWords:
		'MP4, MOV, MKV, WebM and most others. It stays on this device: cutting, cropping and encoding happen in this browser, also with the network off.',
	emptySteps: (touch: boolean): readonly string[] => [
		'Add a video',
		touch ? 'Mark In and Out' : 'Mark In and Out with I and O',
		'Crop, then export',
	],
	waiting: 'Waiting',
	reading: 'Reading',
	copying: 'Keeping a copy',
	open: (name: string): string => `Open ${name}`,
	actions: (name: string): string => `More for ${name}`,
	allow: 'Allow reading',
	relink: 'Re-link',
	relinkLong: 'Re-link to a moved file',
	tryAgain: 'Try again',
	remove: 'Remove',
	removeTitle: 'Remove from the library?',
	removeText: (name: string, copied: boolean): string =>
		copied
			? `“${name}” leaves the library and the copy in this browser is deleted. Your own file stays where it is, and segments come back when you add it again.`
			: `“${name}” leaves the library. Your own file stays where it is, and segments come back when you add it again.`,
	keepCopy: 'Keep a copy',
	thisVisit: 'Only for this visit',
	askCopy: (size: string): string =>
		`Keep a copy (${size}) in this browser? Without one, it has to be chosen again next time.`,
	forAll: 'Do this for every large file',
	notCopied: (name: string): string =>
		`No copy of “${name}” could be kept. It can be used until this page goes, then it has to be chosen again.`,
	send: (server: string): string => `Send to ${server}`,
	sending: 'Sending to the server',
	stopSending: 'Stop sending',
	sent: (name: string, server: string): string => `“${name}” is on ${server} now.`,
	stopCopy: 'Stop copying',
	already: (name: string): string => `“${name}” is already in the library.`,
	relinked: (name: string): string => `“${name}” is linked again.`,
	wrongFile: (chosen: string, wanted: string): string =>
		`“${chosen}” is not the file that was added as “${wanted}”. Choose the same file, or add this one as a new one.`,
	noMedia: 'There is no video or sound file in what you chose.',
	addedElsewhere: (count: number): string =>
		count === 1 ? 'The file is being added to the library.' : `${count} files are being added to the library.`,
	show: 'Show',
	select: 'Select',
	selection: 'Ticked files',
	selected: (count: number): string =>
		count === 0 ? 'Tick files' : count === 1 ? '1 file ticked' : `${count} files ticked`,
	selectAll: 'All',
	selectOne: (name: string): string => `Select ${name}`,
	openFirst: 'Open',
	done: 'Done',
	hide: 'Hide',
	unhide: 'Show again',
	hideLong: 'Hide in this profile',
	unhideLong: 'Show again in this profile',
	hiddenMark: 'Hidden',
	hiddenCount: (count: number): string => `Show hidden (${count})`,
	wereHidden: (count: number): string =>
		count === 1 ? 'One file is hidden in this profile.' : `${count} files are hidden in this profile.`,
	allHidden: 'All files are hidden in this profile',
	progress: (done: number, all: number): string => `${done} of ${all} done`,
	progressHint: 'Files from which something was exported in this profile; hidden ones do not count',
	groups: (count: number): string => (count === 1 ? '1 group exported' : `${count} groups exported`),
	removeMany: (count: number): string => `Remove ${count} files from the library?`,
	removeManyText:
		'They leave the library, and copies in this browser are deleted. Your own files stay where they are, and segments come back when you add them again.',
	needsPermission: 'The browser asks again after a restart: allow reading to go on with this file.',
	missing: 'The file is not where it was, or was added for an earlier visit only. Re-link it to go on.',
	away: 'Its server does not answer. Check the connection; the file is used again as soon as it does.',
	changed: 'The file has changed since it was added. Add it again to go on.',
	interrupted: 'Reading was interrupted before it was done. Choose the file again to go on.',
	noPicture: 'Sound only',
	noSound: 'no sound',
	variable: 'VFR',
	variableHint: 'Variable frame rate: frames have different lengths',
	hdrHint: 'High dynamic range: exports are standard range',
	cannotOpen: (name: string, detail: string): string =>
		`“${name}” cannot be opened here: ${detail}. Convert it to MP4 with another program, then add that.`,
	unreadable: (name: string, detail: string): string =>
		`“${name}” could not be read (${detail}). Copy or download it again; if it plays elsewhere, convert it to MP4 first.`,
	gone: (name: string): string => `“${name}” was moved, deleted or changed while it was read. Add it again.`,
	partMissing: (name: string): string =>
		`“${name}” needs a part of Octocut that is not on this device yet. Connect, then try again.`,
	unknownThrow: (name: string, detail: string): string =>
		`“${name}” could not be added: ${detail}. Try again; if it happens again, please report it.`,
} as const;
