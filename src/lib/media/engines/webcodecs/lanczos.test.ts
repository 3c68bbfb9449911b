import { expect, test } from 'vitest';
import { scalingTaps, PlaneScaler } from './lanczos.ts';
import { rotatePlane } from './planes.ts';

const scaled = (
	data: Uint8Array,
	from: { width: number; height: number },
	to: { width: number; height: number },
): Uint8Array => {
	const target = new Uint8Array(to.width * to.height);
	new PlaneScaler(from, to).scale(data, from.width, target);
	return target;
};

test('the weights of every output sample sum to one', () => {
	for (const [from, to] of [
		[1920, 288],
		[270, 480],
		[7, 5],
		[4, 2],
		[2, 9],
	] as const) {
		const { weights, perSample } = scalingTaps(from, to);
		for (let i = 0; i < to; i += 1) {
			const sum = weights.slice(i * perSample, (i + 1) * perSample).reduce((total, weight) => total + weight, 0);
			expect(sum).toBeCloseTo(1, 5);
		}
	}
});

test('a flat plane stays flat, smaller and larger', () => {
	const flat = new Uint8Array(64 * 48).fill(117);
	expect(new Set(scaled(flat, { width: 64, height: 48 }, { width: 20, height: 14 }))).toEqual(new Set([117]));
	expect(new Set(scaled(flat, { width: 64, height: 48 }, { width: 130, height: 97 }))).toEqual(new Set([117]));
});

test('a ramp keeps its values in the middle', () => {
	const ramp = Uint8Array.from({ length: 240 * 4 }, (_, i) => i % 240);
	const half = scaled(ramp, { width: 240, height: 4 }, { width: 120, height: 4 });
	for (let x = 10; x < 110; x += 1) expect(Math.abs(half[x]! - (2 * x + 0.5))).toBeLessThanOrEqual(1);
});

test('detail finer than the output can hold becomes grey instead of a pattern', () => {
	const stripes = Uint8Array.from({ length: 400 * 8 }, (_, i) => (i % 2 === 0 ? 0 : 255));
	const small = scaled(stripes, { width: 400, height: 8 }, { width: 100, height: 8 });
	for (let x = 10; x < 90; x += 1) expect(Math.abs(small[x]! - 127.5)).toBeLessThan(4);
});

test('planes turn clockwise', () => {
	const plane = { data: Uint8Array.from([1, 2, 3, 4, 5, 6]), width: 3, height: 2 };
	expect(rotatePlane(plane, 90)).toEqual({ data: Uint8Array.from([4, 1, 5, 2, 6, 3]), width: 2, height: 3 });
	expect(rotatePlane(plane, 180)).toEqual({ data: Uint8Array.from([6, 5, 4, 3, 2, 1]), width: 3, height: 2 });
	expect(rotatePlane(plane, 270)).toEqual({ data: Uint8Array.from([3, 6, 2, 5, 1, 4]), width: 2, height: 3 });
});
