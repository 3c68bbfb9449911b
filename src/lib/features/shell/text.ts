const counted = (count: number, one: string, many: string): string => (count === 1 ? `1 ${one}` : `${count} ${many}`);

/** Every word of the frame around the pages. */
export const text = {
	skip: 'Skip to the page',
	navigation: 'Pages',
	library: 'Library',
	edit: 'Edit',
	now: 'Now playing',
	gallery: 'Gallery',
	exports: 'Exports',
	settings: 'Settings',
	places: { offline: 'Offline', device: 'On device', server: 'Server' },
	placeHints: {
		offline: 'The network is off; everything here works without it. Show exports.',
		device: 'All work happens on this device. Show exports.',
		server: 'Connected to a server. Show exports.',
	},
	serverHint: (name: string, connected: boolean): string =>
		connected
			? `Connected to ${name}. Show exports.`
			: `${name} is not reachable now; everything here works without it. Show exports.`,
	underWay: (exports: number, searches: number): string =>
		searches === 0
			? counted(exports, 'export', 'exports')
			: exports === 0
				? counted(searches, 'search', 'searches')
				: `${exports + searches} jobs`,
	underWayHint: (exports: number, searches: number): string =>
		[
			...(exports > 0 ? [`${counted(exports, 'export is', 'exports are')} under way.`] : []),
			...(searches > 0 ? [`${counted(searches, 'search', 'searches')} for who to follow under way.`] : []),
			'Show exports.',
		].join(' '),
	newVersion: 'A new version of Octocut is ready.',
	reload: 'Reload',
	isolate: 'Reload once to use all of this device’s speed.',
	startTitle: 'Octocut could not start here',
	startUnknown:
		'What is kept on this device could not be opened, for a reason the browser does not tell. Reload the page; if it happens again, close the other tabs of Octocut and reload.',
	startMissing:
		'The network went off before all of Octocut was on this device. Connect, then try again; from the second visit on it works without.',
	partMissing:
		'A part of Octocut could not be fetched, so something here does not work yet. Connect, then press Reload: what you made is kept.',
	stillMissing: 'Octocut cannot be reached: the network or its host is off. Connect, then press Reload.',
	unreachable: 'There is still no connection to Octocut.',
	again: 'Try again',
	errorTitle: 'This page stopped',
	errorWords: 'What you made is kept. Try again; if it happens again, please report it.',
	errorOffline:
		'The network went off before this page was on this device. Connect, then try again; what you made is kept.',
	notFound: 'There is no such page',
	notFoundWords: 'The address is wrong or the page has moved.',
	toLibrary: 'To the library',
	nothingOpen: 'No file is open',
	nothingOpenWords: 'Choose a file in the library: here you mark its segments, crop the picture and export.',
} as const;
