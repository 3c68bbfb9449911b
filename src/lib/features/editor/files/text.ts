/** Every sentence about the list of files. */
export const text = {
	list: 'Files',
	search: 'Search by name',
	nothing: 'No file has these words in its name.',
	notInLibrary: 'This file is not in the library.',
	hidden: (name: string) => `${name} is hidden in this profile.`,
	shown: (name: string) => `${name} is shown again.`,
	hide: (name: string) => `Hide ${name} in this profile`,
	show: (name: string) => `Show ${name} again`,
	showHidden: (count: number) => `Show hidden (${count})`,
	progress: (done: number, all: number) => `${done} of ${all} done`,
	progressLabel: 'Files with exports in this profile',
	groups: (count: number) => (count === 1 ? '1 group' : `${count} groups`),
	previous: 'Previous file',
	next: 'Next file',
	unreadable: 'Cannot be opened',
} as const;
