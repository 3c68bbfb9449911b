import type { CameraStyle } from '#core/crop/camera-path';
import type { SubjectKind } from '#core/tracking/subject-kinds';
import type { TrackScope } from './tracking-scope.ts';

/** The sentences of the camera that follows. */
export const text = {
	lead: 'Lets the crop follow someone, like a camera on a tripod. Everything is worked out on this device.',
	needsPicture: 'There is no picture in this file to look at.',
	needsShape:
		'The crop keeps the whole picture, so there is nothing to move. Take 9:16 here, or choose a shape under Crop.',
	makeUpright: 'Crop to 9:16',
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
	only: 'What',
	whatever: 'Whatever is found',
	start: 'Follow the subject',
	startAgain: 'Look again',
	pick: 'Choose who in the picture',
	picking: (touch: boolean) => `${touch ? 'Tap' : 'Click'} the one to follow in the picture.`,
	pickAnother: 'Someone else too',
	pickingAnother: (touch: boolean) => `${touch ? 'Tap' : 'Click'} the one to keep in the picture as well.`,
	pickHint: 'Shift and click: as well as who is followed',
	pickMiddle: 'Follow who is in the middle of the crop',
	cancelPick: 'Never mind',
	cancel: 'Cancel',
	retry: 'Try again',
	dismiss: 'OK',
	queued: 'Waits for its turn',
	done: 'The camera follows now.',
	doneIn: (name: string) => `The crop follows now in ${name}.`,
	showFile: 'Show',
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
	apart:
		'Those you chose do not always fit into the crop together. It then rests between them; a wider shape under Crop holds both.',
	reading: 'Reading what was seen',
	unseen: 'What this detector sees here is not on this device. Look again to see it.',
	fromHere: 'Find the way again from here',
	forgetSegment: 'Not in this segment',
	forgetMarked: (from: string, to: string) => `Not from ${from} to ${to}`,
	quiet: 'Nobody in this shot',
	unquiet: 'Someone in this shot again',
	quietHere: 'Nobody is followed in this shot.',
	gap: (from: string, to: string) => `The crop stands still from ${from} to ${to}: nothing is followed there.`,
	toEnd: 'Follow all of it',
	fixes: 'Placed by hand',
	noFixes: 'Not where it should be? Drag the crop box, or the curve on the timeline: the camera will pass there.',
	goToFix: (time: string) => `Go to ${time}`,
	removeFix: (time: string) => `No longer lead the camera through the place at ${time}`,
	off: 'Stop following here',
	offAll: 'Stop following in the whole file',
	show: 'Show',
	boxes: 'Boxes around what was seen',
	curve: 'Path on the timeline',
	compare: 'Compare with a still crop',
	comparing: { title: 'Still and following', still: 'Still crop', moving: 'Following', close: 'Close the comparison' },
	follow: (label: string, id: number) => `Follow ${label} ${id}`,
} as const;

/** How a camera with this jerk (widths/s³) feels. */
export const calmness = (jerk: number): string =>
	jerk < 0.5 ? text.calm.still : jerk < 4 ? text.calm.calm : jerk < 15 ? text.calm.lively : text.calm.rough;

/** Where the detector's word is not what people say. */
const WORDS: Readonly<Record<string, string>> = {
	'cell phone': 'Phone',
	'dining table': 'Table',
	tv: 'Television',
	motorcycle: 'Motorbike',
	'sports ball': 'Ball',
};

/** What a detector's name for a thing is called: "Person". */
export const thingName = (label: string): string =>
	WORDS[label] ?? `${label.charAt(0).toLocaleUpperCase()}${label.slice(1)}`;
