import type { CropTarget } from './crop-target.ts';

/** The sentences about a crop that changes over time. */
export const text = {
	keyframes: 'Over time',
	teach:
		'One crop for the whole file. To let it follow something, add a keyframe here, go on, and move the box: each change makes the next keyframe.',
	add: 'Add keyframe',
	addHint: 'Keeps the crop that is seen from this frame on',
	exists: 'There is a keyframe on this frame already; changes go to it.',
	notReady: 'The picture is not ready yet.',
	taken: 'Another keyframe stands there, so nothing was moved.',
	interpolation: 'Between keyframes',
	step: 'Jump',
	stepHint: 'Each keyframe holds until the next one',
	smooth: 'Glide',
	smoothHint: 'Centre and zoom move evenly from one keyframe to the next',
	autoKey: 'Changes make keyframes',
	autoKeyOff: 'Off: a change goes to the keyframe before.',
	randomPortrait: 'Random portrait',
	randomSquare: 'Random square',
	randomHint: 'In a batch, a third of the clips that start here, drawn at random, get this shape instead.',
	goTo: (time: string) => `Go to the keyframe at ${time}`,
	time: 'Time',
	remove: (time: string) => `Delete the keyframe at ${time}`,
	centre: (x: number) => `${Math.round(x * 100)} %`,
	zoom: (zoom: number) => `${zoom.toFixed(2)}×`,
	whole: 'whole',
	ownCrop: (name: string) => `Own crop for “${name}”`,
	ownCropElsewhere: 'The playhead stands outside of it: what is seen here is the crop of the file.',
	ownCropGo: 'Go there',
	randomNothing: (shape: string) => `The picture is ${shape} here already, so there is nothing to draw.`,
} as const;

/** What a change of the crop goes to, in a sentence; `name` is the chosen segment's, `first` the time of the first keyframe. */
export function targetText(
	target: CropTarget,
	words: {
		readonly time: (timeS: number) => string;
		readonly name: string;
		readonly firstS: number | undefined;
	},
): string {
	switch (target.kind) {
		case 'base':
			return words.firstS === undefined
				? 'Changes apply to the whole file.'
				: `Changes apply up to the first keyframe, at ${words.time(words.firstS)}.`;
		case 'keyframe':
			return target.here
				? 'Changes go to the keyframe on this frame.'
				: `Changes go to the keyframe at ${words.time(target.atS)}, which holds here.`;
		case 'new-keyframe':
			return 'A change makes a keyframe on this frame.';
		case 'path':
			return 'The camera follows here: it goes through what you set on this frame.';
		case 'segment':
			return `Changes go to the crop of “${words.name}” alone.`;
	}
}
