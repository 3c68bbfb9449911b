import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planBatch, batchSpanS } from './batch.ts';
import { cropAt, smoothCropAt, type CropTrack } from '../crop/crop-track.ts';
import { WHOLE_FRAME, type CropState } from '../crop/crop.ts';

/** "0.3 9:16 P": centre, shape ("-" for none), flags: P random portrait, S random square. */
function state(written: string): CropState {
	const [x, shape, flags = ''] = written.split(' ');
	const [width, height] = (shape === '-' ? '' : (shape ?? '')).split(':').map(Number);
	return {
		...WHOLE_FRAME,
		ratio: width === undefined || height === undefined ? null : { width, height },
		centre: { x: Number(x), y: 0.5 },
		randomPortrait: flags.includes('P'),
		randomSquare: flags.includes('S'),
	};
}

/** "0.5 -": the base, then "at=state" for each keyframe. */
function track(base: string, ...keyframes: string[]): CropTrack {
	return {
		base: state(base),
		keyframes: keyframes.map((written) => {
			const [at, rest] = written.split('=');
			return { atS: Number(at), crop: state(rest ?? '') };
		}),
		interpolation: 'step',
	};
}

const shown = ({ centre, ratio, randomPortrait, randomSquare }: CropState): string =>
	[
		String(centre.x),
		ratio === null ? '-' : `${ratio.width}:${ratio.height}`,
		`${randomPortrait ? 'P' : ''}${randomSquare ? 'S' : ''}`,
	]
		.join(' ')
		.trim();

/** A clip takes the last keyframe at or before its start + 0.05 s, with everything it holds; without one, the base. */
const CASES: readonly [name: string, track: CropTrack, startS: number, expected: string][] = [
	['no keyframe: the base', track('0.5 -'), 0, '0.5 -'],
	['no keyframe: the base, later', track('0.5 -'), 120, '0.5 -'],
	['no keyframe: the base has a shape', track('0.25 9:16'), 7, '0.25 9:16'],
	['no keyframe: the base has flags', track('0.5 - PS'), 7, '0.5 - PS'],
	['before the only keyframe', track('0.5 -', '10=0.2 9:16'), 9.9, '0.5 -'],
	['long before the only keyframe', track('0.5 4:5', '10=0.2 9:16'), 0, '0.5 4:5'],
	['at the keyframe', track('0.5 -', '10=0.2 9:16'), 10, '0.2 9:16'],
	['after the keyframe', track('0.5 -', '10=0.2 9:16'), 10.01, '0.2 9:16'],
	['long after the keyframe', track('0.5 -', '10=0.2 9:16'), 9000, '0.2 9:16'],
	['0.04 s early: inside the tolerance', track('0.5 -', '10=0.2 9:16'), 9.96, '0.2 9:16'],
	['0.05 s early: the tolerance itself', track('0.5 -', '10=0.2 9:16'), 9.95, '0.2 9:16'],
	['0.051 s early: outside', track('0.5 -', '10=0.2 9:16'), 9.949, '0.5 -'],
	['0.06 s early: outside', track('0.5 -', '10=0.2 9:16'), 9.94, '0.5 -'],
	['keyframe at 0, start at 0', track('0.5 -', '0=0.1 1:1'), 0, '0.1 1:1'],
	['keyframe at 0, start later', track('0.5 -', '0=0.1 1:1'), 3, '0.1 1:1'],
	['between two', track('0.5 -', '5=0.1 9:16', '15=0.9 4:5'), 10, '0.1 9:16'],
	['at the second', track('0.5 -', '5=0.1 9:16', '15=0.9 4:5'), 15, '0.9 4:5'],
	['just before the second', track('0.5 -', '5=0.1 9:16', '15=0.9 4:5'), 14.96, '0.9 4:5'],
	['before the first of two', track('0.5 -', '5=0.1 9:16', '15=0.9 4:5'), 4, '0.5 -'],
	['after the second', track('0.5 -', '5=0.1 9:16', '15=0.9 4:5'), 16, '0.9 4:5'],
	['three: the first', track('0.5 -', '1=0.1 -', '2=0.2 -', '3=0.3 -'), 1.5, '0.1 -'],
	['three: the second', track('0.5 -', '1=0.1 -', '2=0.2 -', '3=0.3 -'), 2.5, '0.2 -'],
	['three: the third', track('0.5 -', '1=0.1 -', '2=0.2 -', '3=0.3 -'), 3.5, '0.3 -'],
	['two within the tolerance: the later one', track('0.5 -', '10=0.2 -', '10.03=0.3 -'), 10, '0.3 -'],
	['two, only one within the tolerance', track('0.5 -', '10=0.2 -', '10.06=0.3 -'), 10, '0.2 -'],
	['a keyframe takes the shape away', track('0.5 9:16', '4=0.7 -'), 5, '0.7 -'],
	['a keyframe changes the shape only', track('0.5 9:16', '4=0.5 1:1'), 5, '0.5 1:1'],
	['a keyframe changes the centre only', track('0.5 9:16', '4=0.8 9:16'), 5, '0.8 9:16'],
	['a keyframe sets random portrait', track('0.5 -', '4=0.5 - P'), 5, '0.5 - P'],
	['a keyframe sets random square', track('0.5 -', '4=0.5 - S'), 5, '0.5 - S'],
	['a keyframe sets both', track('0.5 -', '4=0.5 - PS'), 5, '0.5 - PS'],
	['a keyframe ends random portrait of the base', track('0.5 - P', '4=0.5 -'), 5, '0.5 -'],
	['before it the base stays random', track('0.5 - P', '4=0.5 -'), 3, '0.5 - P'],
	['flags do not add up', track('0.5 - P', '4=0.5 - S'), 4, '0.5 - S'],
	['centre at the left edge', track('0.5 -', '4=0 9:16'), 4, '0 9:16'],
	['centre at the right edge', track('0.5 -', '4=1 9:16'), 4, '1 9:16'],
	['a start before 0 takes the base', track('0.5 -', '4=1 9:16'), -1, '0.5 -'],
	['a keyframe before 0 counts', track('0.5 -', '-1=0.3 9:16'), 0, '0.3 9:16'],
	['hours in', track('0.5 -', '7200=0.3 9:16', '7203=0.4 9:16'), 7202.9, '0.3 9:16'],
	['hours in, inside the tolerance', track('0.5 -', '7200=0.3 9:16', '7203=0.4 9:16'), 7202.96, '0.4 9:16'],
	['a shape of its own', track('0.5 -', '4=0.5 21:9'), 4, '0.5 21:9'],
	['same shape, random kept', track('0.1 9:16 P', '4=0.2 9:16 P'), 4.5, '0.2 9:16 P'],
];

describe('the crop of a clip', () => {
	test.each(CASES)('%s', (_, cropTrack, startS, expected) => {
		expect(shown(cropAt(cropTrack, startS))).toBe(expected);
	});
});

const shape = (count: number, lengthS = 8, spreadS = 3) => ({ count, lengthS, spreadS });

describe('a batch', () => {
	test('has clips of one length whose starts are the spread apart, from the cursor', () => {
		const clips = planBatch(100, shape(3), track('0.5 -'), 1);
		expect(clips.map(({ inS, outS }) => [inS, outS])).toEqual([
			[100, 108],
			[103, 111],
			[106, 114],
		]);
		expect(batchSpanS(shape(3))).toBe(14);
	});

	test('takes for each clip the crop at its own start', () => {
		const clips = planBatch(10, shape(4), track('0.5 -', '13=0.2 9:16', '15.96=0.3 1:1', '30=0.9 -'), 1);
		expect(clips.map(({ crop }) => shown(crop))).toEqual(['0.5 -', '0.2 9:16', '0.3 1:1', '0.3 1:1']);
	});

	test('leaves out what would run past the end', () => {
		expect(planBatch(10, shape(3), track('0.5 -'), 1, 21)).toHaveLength(2);
		expect(planBatch(10, shape(3), track('0.5 -'), 1, 17.9)).toHaveLength(0);
		expect(planBatch(10, shape(1), track('0.5 -'), 1, 18)).toHaveLength(1);
	});

	test.each([
		[1, 1],
		[2, 1],
		[3, 1],
		[5, 1],
		[6, 2],
		[9, 3],
		[20, 6],
	])('of %i clips flagged random portrait, %i are 9:16 and the others keep their crop', (count, drawn) => {
		const clips = planBatch(0, shape(count, 8, 1), track('0.4 4:5 P'), 7);
		expect(clips.filter(({ crop }) => shown(crop) === '0.4 9:16 P')).toHaveLength(drawn);
		expect(clips.filter(({ crop }) => shown(crop) === '0.4 4:5 P')).toHaveLength(count - drawn);
	});

	test.each([
		[1, 1],
		[4, 1],
		[7, 2],
	])('of %i clips flagged random square, %i are 1:1', (count, drawn) => {
		const clips = planBatch(0, shape(count, 8, 1), track('0.4 - S'), 7);
		expect(clips.filter(({ crop }) => shown(crop) === '0.4 1:1 S')).toHaveLength(drawn);
	});

	test('draws only among the clips of the flagged keyframe', () => {
		const cropTrack = track('0.5 -', '6=0.5 - P', '12=0.5 -');
		const clips = planBatch(0, shape(6), cropTrack, 3);
		const drawn = clips.flatMap(({ inS, crop }) => (crop.ratio === null ? [] : [inS]));
		expect(drawn).toHaveLength(1);
		expect([6, 9]).toContain(drawn[0]);
	});

	test('flagged both, no clip is drawn twice', () => {
		fc.assert(
			fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(), (count, seed) => {
				const clips = planBatch(0, shape(count, 8, 1), track('0.5 - PS'), seed);
				const portrait = Math.max(1, Math.floor(count / 3));
				const square = Math.max(1, Math.floor((count - portrait) / 3));
				const ratios = clips.map(({ crop }) => crop.ratio?.height ?? 0);
				expect(ratios.filter((height) => height === 16)).toHaveLength(portrait);
				expect(ratios.filter((height) => height === 1)).toHaveLength(square);
			}),
		);
	});

	test.each(['P', 'S'])('of another count keeps the shapes of each three that stay: flag %s', (flag) => {
		const count = fc.integer({ min: 3, max: 60 });
		fc.assert(
			fc.property(count, count, fc.nat(), (before, after, seed) => {
				const plan = (clips: number) => planBatch(0, shape(clips, 8, 1), track(`0.5 - ${flag}`), seed);
				const threes = 3 * Math.floor(Math.min(before, after) / 3);
				expect(plan(after).slice(0, threes)).toEqual(plan(before).slice(0, threes));
			}),
		);
	});

	test('is the same for the same seed, and draws every clip for some seed', () => {
		const plan = (seed: number) => planBatch(0, shape(3), track('0.5 - P'), seed);
		expect(plan(42)).toEqual(plan(42));
		const first = new Set(
			Array.from({ length: 60 }, (_, seed) => plan(seed).findIndex(({ crop }) => crop.ratio !== null)),
		);
		expect([...first].sort()).toEqual([0, 1, 2]);
	});
});

describe('a smooth track', () => {
	const smooth = (base: string, ...keyframes: string[]): CropTrack => ({
		...track(base, ...keyframes),
		interpolation: 'smooth',
	});

	test('moves evenly between keyframes and rests before and after them', () => {
		const moving = smooth('0.1 9:16', '10=0.2 9:16', '20=0.6 9:16');
		const at = [0, 10, 15, 20, 30].map((timeS) => smoothCropAt(moving, timeS).centre.x);
		expect(at.map((x) => Math.round(x * 1e6) / 1e6)).toEqual([0.1, 0.2, 0.4, 0.6, 0.6]);
	});

	test('jumps where the shape changes', () => {
		const moving = smooth('0.1 9:16', '10=0.2 9:16', '20=0.6 1:1');
		expect(shown(smoothCropAt(moving, 19.99))).toBe('0.2 9:16');
		expect(shown(smoothCropAt(moving, 20))).toBe('0.6 1:1');
	});
});
