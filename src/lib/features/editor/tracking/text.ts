import type { CameraStyle } from '#core/crop/camera-path';
import type { SubjectKind } from '#core/tracking/subject-kinds';
import type { TrackScope } from './tracking-scope.ts';

/** The sentences of the camera that follows. */
export const text = {
	lead: 'Lets the crop follow someone, like a camera on a tripod. Everything is worked out on this device.',
	needsPicture: 'There is no picture in this file to look at.',
	needsShape:
		'The crop keeps the whole picture, so there is nothing to move. Choose a shape like 9:16 under Crop first.',
	scope: 'Where',
	scopes: {
		segment: 'This segment',
		ticked: 'Ticked segments',
		batch: 'Clips of the batch',
		file: 'Whole file',
	} satisfies Record<TrackScope, string>,
	style: 'How it moves',
	styles: { steady: 'Steady', follow: 'Close', lively: 'Lively', clip: 'Still' } satisfies Record<CameraStyle, string>,
	styleHints: {
		steady: 'A tripod with a fluid head: rests, then pans',
		follow: 'Stays nearer to the subject',
		lively: 'Moves right with the subject',
		clip: 'One place for the whole span',
	} satisfies Record<CameraStyle, string>,
	kind: 'Who',
	kinds: {
		people: 'People',
		faces: 'Faces',
		animals: 'Animals',
		vehicles: 'Vehicles',
		anything: 'Anything',
	} satisfies Record<SubjectKind, string>,
	start: 'Follow the subject',
	startAgain: 'Look again',
	pick: 'Choose who in the picture',
	picking: 'Click the one to follow in the picture.',
	pickHint: 'Someone else? Click them in the picture.',
	cancelPick: 'Never mind',
	cancel: 'Cancel',
	retry: 'Try again',
	dismiss: 'OK',
	queued: 'Waits for its turn',
	done: 'The camera follows now.',
	cancelled: 'Cancelled. What was seen so far is kept for the next time.',
	left: (seconds: string) => `${seconds} left`,
	backends: { webgpu: 'on the graphics processor', wasm: 'on the processor' },
	here: 'Here',
	noPathHere: 'No camera follows at the playhead.',
	inside: (percent: string) => `Wholly in the picture ${percent} of the time`,
	loss: (seconds: string) => `longest cut off ${seconds} s`,
	noLoss: 'never cut off',
	calm: { still: 'very calm', calm: 'calm', lively: 'lively', rough: 'rough' },
	nobody: 'Nobody was found here; the crop stays where you put it.',
	reading: 'Reading what was seen',
	unseen: 'What was seen is not on this device. Look again to see it.',
	fromHere: 'Solve again from here',
	forgetSegment: 'Not in this segment',
	off: 'Stop following here',
	offAll: 'Stop following in the whole file',
	wasOff: 'The camera no longer follows.',
	show: 'Show',
	boxes: 'Boxes around what was seen',
	curve: 'Path on the timeline',
	compare: 'Compare with a still crop',
	comparing: { still: 'Still crop', moving: 'Following' },
	thing: (label: string, id: number, percent: string) => `${label} ${id} · ${percent}`,
	follow: (label: string, id: number) => `Follow ${label} ${id}`,
} as const;

/** How a camera with this jerk (widths/s³) feels. */
export const calmness = (jerk: number): string =>
	jerk < 0.5 ? text.calm.still : jerk < 4 ? text.calm.calm : jerk < 15 ? text.calm.lively : text.calm.rough;
