import { formatShortTime } from '#core/time/timecode';

/** Every sentence of the lists panel. */
export const text = {
	import: 'Bring cuts in',
	importTeach: 'Choose a list, or drop it anywhere on the editor. Its cuts become segments.',
	importKinds:
		'Logs of timestamps, CSV, LosslessCut, YouTube chapters, SRT, EDL, OpenTimelineIO, OpenShot, and Octocut projects.',
	choose: 'Choose a list',
	chooseHint: 'A list of cuts, or an Octocut project',
	paste: 'Or paste a list',
	pastePlaceholder: '00:00:01.000\n00:00:04.500',
	drop: 'Drop the list here',
	reading: (name: string) => `Reading ${name}`,
	notReady: 'Wait until the video is open, then bring the list in.',
	pastedName: 'the pasted text',

	preview: (count: number, format: string) => `${cuts(count)}, read as ${format}`,
	accept: (count: number) => `Add ${cuts(count)}`,
	more: (count: number) => `and ${count} more`,
	added: (count: number, name: string) =>
		count === 0 ? `No cut of ${name} was added.` : `${cuts(count)} added from ${name}.`,
	addedAs: (format: string) => `Format: ${format}.`,
	skipped: (count: number) => (count === 1 ? '1 was left out' : `${count} were left out`),
	notes: 'Good to know',
	line: (line: number) => `Line ${line}`,
	tooShort: 'it is shorter than one frame',
	close: 'Close the report',
	failed: (name: string, why: string) => `${name} could not be read: ${why}. Try again, or choose another file.`,

	project: (name: string) => `The project ${name} was added to this one.`,
	projectNothing: (name: string) => `Everything in ${name} is here already.`,
	projectRefused: (name: string, why: string) => `${name} ${why}.`,
	projectParts: (segments: number, film: number, marks: number) =>
		[
			segments > 0 ? `${segments} ${segments === 1 ? 'segment' : 'segments'}` : '',
			film > 0 ? `${film} ${film === 1 ? 'part' : 'parts'} of the film` : '',
			marks > 0 ? `${marks} ${marks === 1 ? 'mark' : 'marks'} of exports` : '',
		]
			.filter((part) => part !== '')
			.join(', '),
	mediaMissing: (name: string) => `“${name}” is not on this device: link it in the library.`,
	mediaUnread: 'Its frames are not known yet: add this file again.',
	mediaWrong: (name: string) => `The video in the project is not the “${name}” that it names, so it was left out.`,
	mediaNotKept: (name: string, why: string) => `“${name}” was not copied out of the project. ${why}`,
	copying: (name: string) => `Copying ${name}`,
	stop: 'Stop',

	export: 'Take cuts out',
	exportTeach: 'Mark segments first (keys I and O), then take them to another program.',
	scope: 'Which cuts',
	scopeFile: 'This video',
	scopeFilm: 'Film',
	scopeAll: 'All videos',
	formats: {
		osp: 'OpenShot',
		csv: 'CSV',
		'losslesscut-csv': 'LosslessCut CSV',
		llc: 'LosslessCut',
		edl: 'EDL',
		otio: 'OpenTimelineIO',
		youtube: 'YouTube chapters',
		log: 'Timestamps',
		octocut: 'Octocut project',
	},
	hints: {
		osp: 'A project with the cuts in order; crops are keyframes that can be changed there',
		csv: 'Two times and a name on each line, in seconds',
		'losslesscut-csv': 'Start, end and name, as LosslessCut reads it',
		llc: 'A LosslessCut project with names, tags and ticks',
		edl: 'CMX 3600: for most editing programs; rounded to frames',
		otio: 'For newer editing programs',
		youtube: 'Starts in whole seconds, to paste into a description',
		log: 'IN and OUT in turn, one on each line',
		octocut: 'This whole project, to go on with on another device',
	},
	youtubeNote: 'YouTube shows chapters when the first begins at 0:00 and each lasts ten seconds or more.',
	oneFileOnly: 'This list can hold the cuts of one video only, so it has those of this one.',
	withMedia: 'Put the videos in',
	saved: (name: string, count: number) => `${name} is saved: ${cuts(count)}.`,
	savedProject: (name: string) => `${name} is saved.`,
	packing: 'Packing',
	aVideo: 'A video of the project',
	mediaLeftOut: (name: string, why: string) => `“${name}” is not in it. ${why}`,
	pathLeftOut: (name: string) =>
		`A camera path of “${name}” has not come from the server yet, so it is not in it. Save the project again when it is here: it comes by itself once both are online.`,
	notSaved: (why: string) => `It could not be saved. ${why}`,
	noFacts: (name: string) => `The cuts of “${name}” were left out: the video was never read on this device.`,
	span: (inS: number, outS: number) => `${formatShortTime(inS, true)} – ${formatShortTime(outS, true)}`,
} as const;

function cuts(count: number): string {
	return count === 1 ? '1 cut' : `${count} cuts`;
}
