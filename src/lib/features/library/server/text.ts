const counted = (count: number, one: string, many: string): string => (count === 1 ? `1 ${one}` : `${count} ${many}`);

/** Every word of the server's side of the library. */
export const serverLibraryText = {
	places: 'Where the files are',
	here: 'This device',
	all: 'All folders',
	above: 'Folders above',
	folders: 'Folders',
	files: 'Files on the server',
	inFolder: (files: number, folders: number): string =>
		[counted(files, 'file', 'files'), ...(folders > 0 ? [counted(folders, 'folder', 'folders')] : [])].join(', '),
	missing: 'not there at the moment',
	search: 'Search on the server',
	sort: 'Order',
	sortBy: { name: 'Name', '-modified': 'Last changed', '-added': 'Last added', '-size': 'Size' },
	more: 'Show more',
	loading: 'Looking',
	scanning: (seen: number): string =>
		`The server is still looking through its folders: ${counted(seen, 'file', 'files')} so far.`,
	nothing: 'Nothing is found here.',
	noFolders: 'The server has no folders of media yet. Set MEDIA_DIRS where it runs, then start it again.',
	opening: 'Opening',
	retry: 'Try again',
	cannotOpen: (name: string): string =>
		`“${name}” could not be opened. Look at the library of this device for the reason.`,
} as const;
