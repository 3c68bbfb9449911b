import { formatShortTime } from '#core/time/timecode';

/** Every sentence about several segments, and the list of them. */
export const text = {
	notReady: 'The picture is not ready yet.',
	nothingToSplit: 'The playhead stands in no segment, so there is nothing to split.',
	wasSplit: (time: string) => `Split at ${time}.`,
	nothingAfter: 'The playhead stands at the end, so no segment can begin here.',
	added: (frames: string) => `Segment added: ${frames}.`,
	nothingToMerge: (touch: boolean) =>
		`No segments overlap or touch. ${touch ? 'Choose all of them' : 'Choose two or more with Ctrl or Shift'}, then merge.`,
	merged: (count: number, into: number) => `${count} segments are now ${into === 1 ? 'one' : into}.`,
	nothingToInvert: 'The segments leave nothing of the file between them.',
	inverted: (count: number) =>
		count === 1 ? 'One segment: what was left out.' : `${count} segments: what was left out.`,
	removed: (count: number) => (count === 1 ? 'Segment deleted.' : `${count} segments deleted.`),

	list: 'Segments',
	tools: 'What to do with the segments',
	add: 'Add here',
	split: 'Split here',
	merge: 'Merge chosen, or those that overlap',
	invert: 'Invert: keep what lies between',
	sort: 'Sort by time',
	chooseAll: 'Choose all',
	removeChosen: (count: number) => (count === 1 ? 'Delete the chosen segment' : `Delete ${count} chosen segments`),
	playTicked: 'Play the ticked segments',
	stopPlaying: 'Stop',
	toFiles: 'Use for other files',
	more: 'More for segments',
	tick: (name: string) => `Export ${name}`,
	tickAll: 'Export all segments',
	ticked: (count: number, all: number, length: string) =>
		count === all ? `All ${all} · ${length}` : `${count} of ${all} · ${length}`,
	length: (seconds: number) => formatShortTime(seconds, true),
	several: (count: number) => `${count} segments chosen`,
	label: 'Label',
	colour: 'Colour',
	colours: {
		'': 'None',
		'#e5484d': 'Red',
		'#f5a524': 'Orange',
		'#e8d44d': 'Yellow',
		'#46a758': 'Green',
		'#2aa6b8': 'Teal',
		'#4f8ff7': 'Blue',
		'#9b6bf2': 'Violet',
		'#e05fae': 'Pink',
	},
} as const;
