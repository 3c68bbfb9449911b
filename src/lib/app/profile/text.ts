/** Every word about choosing a profile. */
export const text = {
	profile: 'Profile',
	add: 'New profile …',
	onServer: (title: string): string => `${title} (on the server)`,
	name: 'Name of the new profile',
	make: 'Make',
	more: 'What to do with this profile',
	rename: 'Rename',
	newName: 'New name of this profile',
	save: 'Save',
	taken: (title: string): string => `Another profile is called “${title}”. Choose another name.`,
	removeHere: 'Remove from this device',
	removeEverywhere: 'Remove from every device',
	removeHereTitle: (title: string): string => `Remove “${title}” from this device?`,
	removeHereText: (title: string, onServer: boolean): string =>
		onServer
			? `It stays on the server and can be chosen from there again. The files that “${title}” has made stay on disk.`
			: `Its exported groups, labels, extra folders and hidden files are forgotten. The files that “${title}” has made stay on disk.`,
	removeEverywhereTitle: (title: string): string => `Remove “${title}” from every device?`,
	removeEverywhereText: (title: string): string =>
		`Its exported groups, labels, extra folders and hidden files are forgotten on the server and on every device that has nothing newer; this cannot be undone. The files that “${title}” has made stay on disk.`,
	removeYes: 'Remove',
	notRemoved: 'The server did not remove it. Check the connection in Settings, then try again.',
} as const;
