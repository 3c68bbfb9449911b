import { describe, expect, test } from 'vitest';
import { generator, normal } from './camera-path-fixture.ts';
import { boxesAt } from './smooth-track.ts';
import type { Sighting } from './track.ts';

const times = Float64Array.from({ length: 240 }, (_, n) => n / 30);
const sighting = (atS: number, centre: number): Sighting => ({
	atS,
	score: 0.9,
	box: { x: centre - 0.05, y: 0.3, width: 0.1, height: 0.5 },
});
const sightings = (centre: (atS: number) => number, keep: (n: number) => boolean = () => true): readonly Sighting[] =>
	Array.from({ length: 48 }, (_, n) => n)
		.filter(keep)
		.map((n) => sighting(n / 6, centre(n / 6)));
const centres = (series: ReturnType<typeof boxesAt>): Float64Array => series.x.map((x, n) => x + series.width[n]! / 2);

test('no sighting is nowhere, one is known around its own time', () => {
	expect(boxesAt({ sightings: [] }, times).x.every(Number.isNaN)).toBe(true);
	const one = boxesAt({ sightings: [sighting(1, 0.4)] }, times);
	expect(centres(one)[30]).toBeCloseTo(0.4, 6);
	expect(one.x[45]).toBeNaN();
	expect(boxesAt({ sightings: [sighting(1, 0.4)] }, new Float64Array(0)).x).toHaveLength(0);
});

test('between two looks it is where an even walk would have it', () => {
	const series = centres(boxesAt({ sightings: sightings((t) => 0.1 + 0.1 * t) }, times));
	for (let n = 5; n < 235; n += 1) expect(series[n]).toBeCloseTo(0.1 + n / 300, 3);
});

test('noise is smoothed away from one who stands', () => {
	const random = generator(3);
	const series = centres(boxesAt({ sightings: sightings(() => 0.5 + 0.004 * normal(random)) }, times));
	for (const centre of series.subarray(10, 230)) expect(Math.abs(centre - 0.5)).toBeLessThan(0.004);
});

test('a swing of a second is not mistaken for noise', () => {
	const swing = (t: number): number => 0.5 + 0.08 * Math.sin((2 * Math.PI * t) / 1.1);
	const series = centres(boxesAt({ sightings: sightings(swing) }, times));
	for (let n = 10; n < 225; n += 1) expect(Math.abs(series[n]! - swing(n / 30))).toBeLessThan(0.012);
});

test('a blunder leaves no trace', () => {
	const walk = (t: number): number => 0.1 + 0.1 * t;
	const series = centres(boxesAt({ sightings: sightings((t) => walk(t) + (t === 4 ? 0.1 : 0)) }, times));
	for (let n = 100; n < 140; n += 1) expect(Math.abs(series[n]! - walk(n / 30))).toBeLessThan(0.005);
});

describe('a gap', () => {
	test('of a second is filled, and doubted in its middle', () => {
		const swing = (t: number): number => 0.5 + 0.1 * Math.sin(2 * t);
		const { x, spreadX } = boxesAt({ sightings: sightings(swing, (n) => n <= 12 || n >= 18) }, times);
		expect(x.every(Number.isFinite)).toBe(true);
		expect(Math.abs(x[75]! + 0.05 - swing(2.5))).toBeLessThan(0.05);
		expect(spreadX[75]).toBeGreaterThan(2 * spreadX[30]!);
	});
	test('of more is not', () => {
		const { x } = boxesAt(
			{
				sightings: sightings(
					() => 0.5,
					(n) => n <= 12 || n >= 20,
				),
			},
			times,
		);
		expect(x[80]).toBeNaN();
		expect(x[62]).not.toBeNaN();
	});
});

test('sightings twice at one time, out of order or without numbers do not break it', () => {
	const odd = [sighting(1, 0.5), sighting(0, 0.5), sighting(1, 0.52), sighting(NaN, 0.5), sighting(0.5, NaN)];
	const series = centres(boxesAt({ sightings: odd }, times.slice(0, 30)));
	expect(series.every(Number.isFinite)).toBe(true);
});

test('it knows how unsure it is: nine in ten true places lie within two deviations', () => {
	const swing = (t: number): number => 0.5 + 0.1 * Math.sin(t * 2);
	let inside = 0;
	for (let seed = 1; seed <= 8; seed += 1) {
		const random = generator(seed);
		const series = boxesAt({ sightings: sightings((t) => swing(t) + 0.004 * normal(random)) }, times);
		inside += [...centres(series)].filter((c, n) => Math.abs(c - swing(n / 30)) < 2 * series.spreadX[n]!).length;
	}
	expect(inside / (8 * 240)).toBeGreaterThan(0.9);
});

test('an hour of one who stands, walks and dances is smooth across its pieces', () => {
	const course = (t: number): number =>
		0.5 + (t % 60 < 20 ? 0 : t % 60 < 40 ? 0.1 * Math.sin(t / 4) : 0.08 * Math.sin((2 * Math.PI * t) / 1.1));
	const long = Array.from({ length: 6 * 3600 }, (_, n) => sighting(n / 6, course(n / 6)));
	const at = Float64Array.from({ length: 30 * 3600 }, (_, n) => n / 30);
	const series = centres(boxesAt({ sightings: long }, at));
	expect(series.every(Number.isFinite)).toBe(true);
	let wrong = 0;
	for (const [n, centre] of series.entries()) if (Math.abs(centre - course(n / 30)) > 0.03) wrong += 1;
	// The course itself jumps twice a minute.
	expect(wrong / series.length).toBeLessThan(0.02);
});
