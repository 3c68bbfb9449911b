import { expect, test } from 'vitest';
import type { ExportTask } from '#core/export/export-task';
import type { FrameIndex } from '#core/time/frame-index';
import { cropOfShown, pictureCount, pictureDuration, planPictures, shareOfFrame } from './frame-plan.ts';

const evenly = (count: number, stepUs: number, firstUs = 0): FrameIndex => ({
	ptsUs: Float64Array.from({ length: count }, (_, n) => firstUs + Math.round(n * stepUs)),
	key: Uint8Array.from({ length: count }, (_, n) => (n % 60 === 0 ? 1 : 0)),
	endUs: firstUs + Math.round(count * stepUs),
});

const crop = { x: 0, y: 0, width: 640, height: 360 };

function task(
	spans: readonly (readonly [number, number])[],
	rate: 'source' | { num: number; den: number },
	frames: number,
): ExportTask {
	const pieces = spans.map(([inS, outS]) => ({ media: `1-${'a'.repeat(64)}`, inS, outS, crop }));
	return {
		id: 'task',
		container: 'mp4',
		pieces,
		video: {
			kind: 'mp4',
			codec: 'avc',
			size: { width: 640, height: 360 },
			rate,
			frames,
			quality: { crf: 23 },
			scaling: 'fast',
		},
		audio: { kind: 'none' },
		output: { name: 'clip', extension: 'mp4' },
		durationS: spans.reduce((sum, [inS, outS]) => sum + outS - inS, 0),
	};
}

test('at source rate the frames are those with IN ≤ pts < OUT, from 0 on', () => {
	const index = evenly(300, 1e6 / 30);
	const [span] = planPictures(task([[1, 2]], 'source', 30), () => index);
	expect(span!.sourceUs.length).toBe(30);
	expect(span!.sourceUs[0]).toBe(1e6);
	expect(span!.atS[0]).toBe(0);
	expect(span!.atS[29]).toBeCloseTo(29 / 30, 5);
	expect(pictureDuration([span!], 0, 29)).toBeCloseTo(1 / 30, 5);
});

test('a cut between two frames keeps the others in step with the sound', () => {
	const [span] = planPictures(task([[0.99, 2]], 'source', 30), () => evenly(300, 1e6 / 30));
	expect(span!.sourceUs[0]).toBe(1e6);
	expect(span!.atS[0]).toBe(0);
	expect(span!.atS[1]).toBeCloseTo(1 + 1 / 30 - 0.99, 5);
});

test('at a constant rate every output frame shows what is on screen at its time', () => {
	const index = evenly(300, 1e6 / 30, 5e6);
	const [span] = planPictures(task([[6, 8]], { num: 25, den: 1 }, 50), () => index);
	expect(span!.atS[7]).toBe(7 / 25);
	expect([...span!.sourceUs].map((us) => Math.round(((us - 5e6) * 30) / 1e6))).toEqual(
		Array.from({ length: 50 }, (_, i) => Math.floor(30 + (i * 30) / 25 + 1e-6)),
	);
});

test('several pieces follow each other without a gap, at source rate and at a constant one', () => {
	const index = evenly(300, 1e6 / 30);
	const source = planPictures(
		task(
			[
				[1, 2],
				[5, 5.5],
			],
			'source',
			45,
		),
		() => index,
	);
	expect(source[1]!.atS[0]).toBe(1);
	expect(pictureDuration(source, 0, 29)).toBeCloseTo(1 / 30, 5);
	const constant = planPictures(
		task(
			[
				[1, 2.02],
				[5, 5.5],
			],
			{ num: 25, den: 1 },
			38,
		),
		() => index,
	);
	expect(pictureCount(constant)).toBe(38);
	expect(constant.flatMap(({ atS }) => [...atS])).toEqual(Array.from({ length: 38 }, (_, i) => i / 25));
	expect(constant[1]!.sourceUs[0]).toBeGreaterThanOrEqual(5e6);
});

test('times rounded to milliseconds neither repeat nor lose a frame at their own rate', () => {
	const ptsUs = Float64Array.from({ length: 300 }, (_, n) => Math.round((n * 1000) / 30) * 1000);
	const index: FrameIndex = { ptsUs, key: new Uint8Array(300).fill(1), endUs: 10e6 };
	const [span] = planPictures(task([[0, 10]], { num: 30, den: 1 }, 300), () => index);
	expect([...span!.sourceUs]).toEqual([...ptsUs]);
});

/** A film of two pieces of 1 s at 30 fps that overlap by 0.2 s. */
const crossfaded = (rate: 'source' | { num: number; den: number }): ExportTask => {
	const film = task(
		[
			[1, 2],
			[4, 5],
		],
		rate,
		54,
	);
	const pieces = film.pieces.map((piece, p) => (p === 0 ? piece : { ...piece, crossfadeS: 0.2 }));
	return { ...film, pieces, durationS: 1.8 };
};

test.each(['source', { num: 30, den: 1 }] as const)('a cross-fade shows both pieces at once (%o)', (rate) => {
	const index = evenly(300, 1e6 / 30);
	const [one, two] = planPictures(crossfaded(rate), () => index);
	expect(one!.sourceUs.length).toBe(24);
	expect(one!.endS).toBeCloseTo(0.8, 6);
	expect(two!.atS[0]).toBeCloseTo(0.8, 6);
	expect(two!.sourceUs.length).toBe(30);
	expect([...two!.under!.sourceUs].map((us) => Math.round((us * 30) / 1e6))).toEqual([54, 55, 56, 57, 58, 59]);
	expect([...two!.under!.nth]).toEqual([24, 25, 26, 27, 28, 29]);
	expect([0, 5, 6].map((i) => shareOfFrame(two!, i))).toEqual([1 / 7, 6 / 7, 1]);
	expect(pictureCount([one!, two!])).toBe(54);
});

test('a crop that moves is taken by the frame that is shown, however often', () => {
	const index = evenly(300, 1e6 / 30);
	const count = 30;
	const path = {
		x: Array.from({ length: count }, (_, i) => 2 * i),
		...{ y: Array.from({ length: count }, () => 0), width: Array.from({ length: count }, () => 100) },
		height: Array.from({ length: count }, () => 100),
	};
	const still = task([[1, 2]], { num: 60, den: 1 }, 60);
	const [span] = planPictures({ ...still, pieces: [{ ...still.pieces[0]!, path }] }, () => index);
	expect([0, 1, 2, 59].map((i) => cropOfShown(span!, i).x)).toEqual([0, 0, 2, 58]);
});
