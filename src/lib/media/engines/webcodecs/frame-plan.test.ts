import { expect, test } from 'vitest';
import type { ExportTask } from '#core/export-task';
import type { FrameIndex } from '#core/frame-index';
import { pictureCount, pictureDuration, planPictures } from './frame-plan.ts';

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
