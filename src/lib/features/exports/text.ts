import type { JobState } from '#core/job';

const states: Record<JobState, string> = {
	queued: 'Waiting',
	running: 'Running',
	done: 'Ready',
	failed: 'Failed',
	cancelled: 'Cancelled',
};

const files = (count: number): string => (count === 1 ? '1 file' : `${count} files`);

/** Every word of the exports page, in one place. */
export const text = {
	title: 'Exports',
	states,
	list: 'Exports, newest first',
	emptyTitle: 'Nothing exported yet',
	empty:
		'Mark a piece of a video with I and O, press Export, and it is made here while you go on editing. Each file is opened again and counted before it is called ready. Closing the tab does no harm: what was not finished starts again.',
	toLibrary: 'Go to the library',
	underWay: (count: number): string => `${files(count)} under way`,
	waits: 'Waits for its turn.',
	cancelled: 'Cancelled. Nothing of it was kept.',
	again: (attempts: number): string => `Started again from the beginning (start ${attempts}).`,
	inFolder: (folder: string): string => `In the folder “${folder}”.`,
	inBrowser: 'Kept by the browser until you save it.',
	progressOf: (name: string): string => `Progress of ${name}`,
	speed: (times: string): string => `${times}× speed`,
	left: (time: string): string => `${time} left`,
	frames: (count: number): string => (count === 1 ? '1 frame' : `${count} frames`),
	made: (time: string, encoder: string): string => `made in ${time}, ${encoder}`,
	notes: 'Notes',
	save: 'Save',
	saveCopy: 'Save a copy',
	open: 'Open',
	openNamed: (name: string): string => `Open ${name}`,
	share: 'Share',
	notShared: (name: string): string => `“${name}” was not taken by the other app. Save it, then share it from there.`,
	cancel: 'Cancel',
	retry: 'Retry',
	remove: 'Remove from the list',
	clear: 'Clear finished',
	clearHint: 'Takes everything that has ended off the list',
	clearTitle: 'Clear finished exports?',
	clearText: (count: number): string =>
		`${files(count)} that only the browser keeps and that you did not save in this visit will be deleted. Files in folders stay.`,
	clearYes: 'Delete and clear',
	removeTitle: (name: string): string => `Remove ${name}?`,
	removeText:
		'The browser keeps the only copy of this file, and you did not save it in this visit. It will be deleted.',
	removeYes: 'Delete',
	announceDone: (name: string): string => `${name} is ready.`,
	announceFailed: (name: string, why: string): string => `${name} failed. ${why}`,
	announceCancelled: (name: string): string => `${name} was cancelled.`,
	noPreview: 'The browser cannot play this file. Save it and open it with a player.',
};
