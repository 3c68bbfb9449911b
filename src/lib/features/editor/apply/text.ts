import type { LeftOut } from './left-out.ts';

const clips = (count: number): string => (count === 1 ? '1 clip' : `${count} clips`);
const files = (count: number): string => (count === 1 ? '1 file' : `${count} files`);
const notMade = (left: readonly LeftOut[]): string =>
	left.length === 0 ? '' : ` Not made: ${left.map(({ name, why }) => `${name} (${why})`).join(', ')}`;

/** Every sentence about using the work on one file for others. */
export const text = {
	title: 'Use for other files',
	lead: (name: string) =>
		`What is set on ${name} goes to the ticked files as well. Undo takes it back from all of them.`,
	what: 'What goes over',
	segments: (count: number) => (count === 1 ? 'The segment' : `The ${count} segments`),
	crop: 'The crop, with its keyframes',
	all: 'All files',
	none: 'There is no other file in the library.',
	tick: (name: string) => `Use for ${name}`,
	fits: 'all fit',
	shortened: (count: number) => (count === 1 ? '1 ends early' : `${count} end early`),
	dropped: (count: number) => (count === 1 ? '1 does not fit' : `${count} do not fit`),
	has: (count: number) => (count === 1 ? 'has 1 already' : `has ${count} already`),
	cancel: 'Cancel',
	apply: (count: number) => `Use for ${files(count)}`,
	applyAndExport: (count: number) => `Use and export ${clips(count)}`,
	applied: (count: number) => `Used for ${files(count)}.`,
	queued: (count: number, of: number, left: readonly LeftOut[]) =>
		`${clips(count)} of ${files(of)} ${count === 1 ? 'is' : 'are'} being made.${notMade(left)}`,
	nothingFits: 'None of the ticked segments fits.',
	nothingToExport: (name: string, left: readonly LeftOut[]) =>
		`No clip of the ticked segments of ${name} can be made.${notMade(left)}`,
	failed: (why: string) => `This could not be used for the other files: ${why}`,
} as const;
