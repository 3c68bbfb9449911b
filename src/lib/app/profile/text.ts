/** Every word about choosing a profile. */
export const text = {
	profile: 'Profile',
	add: 'New profile …',
	name: 'Name of the new profile',
	make: 'Make',
	remove: 'Remove this profile',
	removeTitle: 'Remove this profile?',
	removeText: (name: string): string =>
		`Its exported groups, labels, extra folders and hidden files are forgotten. The files that “${name}” has made stay on disk.`,
	removeYes: 'Remove',
} as const;
