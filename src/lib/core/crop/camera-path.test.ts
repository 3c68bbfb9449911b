import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CameraPath, centreAt, centresOf, encodeSeries, pathPoints, withinSpan, withoutSpan } from './camera-path.ts';
import { cropOfSpan, cropOnFrame } from './crop-span.ts';
import { WHOLE_FRAME } from './crop.ts';
import type { CropTrack } from './crop-track.ts';
import { frameIndexFrom, framesIn } from '../time/frame-index.ts';

const index = frameIndexFrom(
	Float64Array.from({ length: 100 }, (_, n) => n * 40_000),
	new Uint8Array(100).fill(1),
	40_000,
);

const path = (inS: number, outS: number, x: readonly number[]): CameraPath =>
	CameraPath.parse({
		...{ id: 'a', inS, outS, style: 'steady', labels: ['person'], picks: [], fixes: [] },
		...{ x: encodeSeries(x), y: encodeSeries(x.map(() => 0.5)) },
	});

const track = (...paths: CameraPath[]): CropTrack => ({
	base: { ...WHOLE_FRAME, ratio: { width: 9, height: 16 } },
	keyframes: [],
	interpolation: 'step',
	paths,
});

describe('a series of centres', () => {
	it('comes back within half a step', () => {
		fc.assert(
			fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 }), (values) => {
				const back = centresOf(path(0, 1, values)).x;
				expect(back).toHaveLength(values.length);
				values.forEach((value, n) => expect(Math.abs((back[n] ?? 9) - value)).toBeLessThanOrEqual(0.5 / 65536 + 1e-12));
			}),
		);
	});

	it('takes a few letters for a camera at rest', () => {
		expect(encodeSeries(new Float64Array(108_000).fill(0.25))).toBe('16384 -16384 0*107998');
	});

	it.each(['', 'x', '1 2 *3', '70000', '16384 -16384 -16385', '0*99999999', '0*9999999 '])('%j is refused', (x) => {
		const { success } = CameraPath.safeParse({ ...path(0, 1, [0.5]), x });
		expect(success).toBe(false);
	});
});

describe('a camera path', () => {
	const ramp = Array.from({ length: 50 }, (_, n) => 0.3 + n * 0.008);

	it('tells the centre of each frame, and its last one after its end', () => {
		const of = (timeS: number): number => centreAt(path(1, 3, ramp), timeS, index).x;
		expect(of(1)).toBeCloseTo(0.3, 4);
		expect(of(1.04)).toBeCloseTo(0.308, 4);
		expect(of(1.079)).toBeCloseTo(0.308, 4);
		expect(of(3.9)).toBeCloseTo(0.3 + 49 * 0.008, 4);
	});

	it('takes frames to be evenly spaced where the index is not known', () => {
		expect(centreAt(path(1, 3, ramp), 2, undefined).x).toBeCloseTo(0.3 + 25 * 0.008, 4);
	});

	it('rules the centre in its span and nowhere else', () => {
		const moving = track(path(1, 3, ramp));
		expect(cropOnFrame(moving, 0.96, index).centre.x).toBe(0.5);
		expect(cropOnFrame(moving, 1, index).centre.x).toBeCloseTo(0.3, 4);
		expect(cropOnFrame(moving, 3, index).centre.x).toBe(0.5);
		expect(cropOnFrame(moving, 2, index).ratio).toEqual({ width: 9, height: 16 });
	});

	it('moves the box of a span frame by frame', () => {
		const { path: boxes, resolved } = cropOfSpan(track(path(1, 3, ramp)), { inS: 1, outS: 3 }, index, {
			width: 1920,
			height: 1080,
		});
		expect(boxes?.x).toHaveLength(50);
		expect(boxes?.x[0]).toBe(resolved.x);
		expect(boxes?.x[0]).toBe(272);
		expect(boxes?.x[49]).toBe(2 * Math.round((1920 * (0.3 + 49 * 0.008) - 304) / 2));
		expect(new Set(boxes?.width)).toEqual(new Set([608]));
	});

	it('glides between pixels where it is slow, and rests on them', () => {
		const slow = Array.from({ length: 100 }, (_, n) => 0.4 + (0.5 / 1920) * (0.7 + Math.min(40, Math.max(0, n - 20))));
		const { path: boxes } = cropOfSpan(track(path(0, 4, slow)), { inS: 0, outS: 4 }, index, {
			width: 1920,
			height: 1080,
		});
		const at = boxes!.x.map((x, n) => x + (boxes!.fine?.x[n] ?? 0) / 16);
		const steps = at.slice(1).map((x, n) => x - (at[n] ?? 0));
		expect(boxes!.x.every((x) => x % 2 === 0)).toBe(true);
		expect(boxes!.fine!.x.slice(0, 18).concat(boxes!.fine!.x.slice(62))).toEqual(new Array(56).fill(0));
		expect(Math.max(...steps.map(Math.abs))).toBeLessThan(0.7);
		expect((at[99] ?? 0) - (at[0] ?? 0)).toBe(20);
	});

	it('steps by even pixels where it is fast', () => {
		const fast = Array.from({ length: 100 }, (_, n) => 0.2 + (5 / 1920) * n);
		const { path: boxes } = cropOfSpan(track(path(0, 4, fast)), { inS: 0, outS: 4 }, index, {
			width: 1920,
			height: 1080,
		});
		expect(new Set(boxes!.fine!.x)).toEqual(new Set([0]));
	});

	it('is the same on every frame of a span that is taken out of it', () => {
		const whole = path(1, 3, ramp);
		const [part, ...more] = withinSpan([whole, path(3, 4, ramp)], 1.4, 2, index);
		expect([part?.id, part?.inS, part?.outS, more]).toEqual(['a', 1.4, 2, []]);
		for (const timeS of [1.4, 1.6, 1.96]) expect(centreAt(part!, timeS, index)).toEqual(centreAt(whole, timeS, index));
		expect(withinSpan([whole], 3, 4, index)).toEqual([]);
	});

	it('loses a span in its middle and becomes two', () => {
		const parts = withoutSpan([path(1, 3, ramp)], 1.4, 2, index, () => 'b');
		expect(parts.map(({ id, inS, outS }) => [id, inS, outS])).toEqual([
			['a', 1, 1.4],
			['b', 2, 3],
		]);
		expect(parts.map((part) => centresOf(part).x.length)).toEqual([10, 25]);
		expect(centreAt(parts[1]!, 2, index).x).toBeCloseTo(0.3 + 25 * 0.008, 4);
	});

	it('is told by the points where it bends', () => {
		const pan = Array.from({ length: 60 }, (_, n) => 0.2 + 0.5 * Math.min(1, Math.max(0, (n - 10) / 30)));
		const points = pathPoints(path(1, 3.4, pan), 1e-3);
		expect(points.map(({ atS }) => Math.round((atS - 1) / 0.04))).toEqual([0, 10, 40, 59]);
		expect(points.map(({ x }) => Math.round(x * 1000))).toEqual([200, 200, 700, 700]);
	});

	it('leaves nothing where what is left holds no frame', () => {
		// Frames stand every 40 ms: there is none from 1.01 to 1.03 s.
		expect(withoutSpan([path(1.01, 3, ramp)], 1.03, 3, index, () => 'b')).toEqual([]);
		expect(withoutSpan([path(1, 2.99, ramp)], 0, 2.97, index, () => 'b')).toEqual([]);
	});

	it('is a path after any span was taken out, with a centre for each of its frames', () => {
		const timeS = fc.double({ min: -1, max: 5, noNaN: true });
		fc.assert(
			fc.property(timeS, timeS, timeS, timeS, (a, b, c, d) => {
				const [inS, outS] = [Math.min(a, b), Math.max(a, b)];
				const frames = framesIn(index, inS, outS);
				if (frames === 0) return;
				const whole = path(
					inS,
					outS,
					Array.from({ length: frames }, (_, n) => n / frames),
				);
				for (const part of withoutSpan([whole], Math.min(c, d), Math.max(c, d), index, () => 'b')) {
					expect(CameraPath.safeParse(part).success).toBe(true);
					expect(centresOf(part).x).toHaveLength(framesIn(index, part.inS, part.outS));
				}
			}),
		);
	});

	it('is gone when all of it is taken', () => {
		expect(withoutSpan([path(1, 3, ramp)], 0, 4, index, () => 'b')).toEqual([]);
	});
});
