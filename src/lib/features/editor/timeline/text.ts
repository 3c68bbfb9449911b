import type { FoundPart } from './find-kinds.ts';
import { counted } from '$lib/app/counted';

/** Every sentence of the timeline that is not the editor's own. */
export const text = {
	marker: (label: string, profile: string, time: string) =>
		[label === '' ? 'Exported' : label, `at ${time}`, profile].filter((part) => part !== '').join(', '),
	markerHint: 'Click to choose, double-click to make its clips again',
	keyframe: (time: string) => `Crop keyframe at ${time}`,
	fix: (time: string) => `Fixed place of the path at ${time}`,
	fixAcross: (percent: number) => `${percent} % from the left`,
	fixDown: (percent: number) => `${percent} % from the top`,
	snap: 'Snap to edges, key frames and the playhead',

	find: 'Find scene cuts or silences',
	findWord: 'Find',
	close: 'Close',
	kind: 'What',
	scenes: 'Scene cuts',
	silences: 'Silences',
	sensitivity: 'Sensitivity',
	sensitivityWords: (share: number) => (share > 0.8 ? 'finds most' : share < 0.4 ? 'finds only the clearest' : 'usual'),
	quieter: 'Quieter than',
	decibels: 'dB',
	longer: 'Longer than',
	seconds: 's',
	search: 'Search',
	searchAgain: 'Search again',
	searching: (percent: number) => `Searching, ${percent} %`,
	stop: 'Stop',
	clear: 'Clear',
	findFailed: (why: string) => `The search stopped: ${why}. Search again.`,
	foundScenes: (count: number) => (count === 0 ? 'No scene cuts found.' : `${counted(count, 'cut', 'cuts')} found.`),
	foundSilences: (count: number) =>
		count === 0 ? 'No silences found.' : `${counted(count, 'silence', 'silences')} found.`,
	impossible: {
		scenes: 'This file has no picture that can be searched yet.',
		silences: 'This file has no sound that can be searched yet.',
	},
	make: { shots: 'Make a segment of each shot', sound: 'Make segments of the sound', silences: 'Of the silences' },
	made: (count: number) => `${counted(count, 'segment', 'segments')} made. Undo takes them all back.`,
	foundName: (part: FoundPart, position: number) =>
		`${{ shots: 'Shot', sound: 'Sound', silences: 'Silence' }[part]} ${position}`,

	cutAt: (time: string) => `Scene cut at ${time}`,
	batchBox: (from: string, to: string, clips: number) =>
		`Batch of ${counted(clips, 'clip', 'clips')}: ${from} to ${to}`,
} as const;
