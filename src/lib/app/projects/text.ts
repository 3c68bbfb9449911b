/** Words about projects. */
export const text = {
	title: 'Projects',
	open: 'Projects',
	words:
		'A project holds segments, crops and films. Projects of the server open on every device that is connected to it.',
	newName: 'Name of the new project',
	create: 'Create',
	rename: 'Rename',
	renameOf: (name: string) => `New name of ${name}`,
	save: 'Save',
	openProject: (name: string) => `Open ${name}`,
	more: (name: string) => `What to do with ${name}`,
	current: 'open',
	here: 'on this device',
	both: 'on this device and on the server',
	server: 'on the server',
	removeHere: 'Remove from this device',
	removeEverywhere: 'Remove from every device',
	removeHereTitle: (name: string) => `Remove “${name}” from this device?`,
	removeHereText: (onServer: boolean) =>
		onServer
			? 'It stays on the server and can be opened from there again. Your files stay.'
			: 'Its segments, crops and films are forgotten; this cannot be undone. Your files stay.',
	removeEverywhereTitle: (name: string) => `Remove “${name}” from every device?`,
	removeEverywhereText:
		'Its segments, crops and films are forgotten on the server and on every device that has nothing newer; this cannot be undone. Files stay.',
	remove: 'Remove',
	serverSilent: 'The projects of the server cannot be listed now. Those of this device are here.',
	states: {
		offline: 'Kept on this device',
		connecting: 'Sending to the server',
		synced: 'On the server, up to the last change',
	},
} as const;
