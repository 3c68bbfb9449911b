import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	constantRateFrames,
	frameAt,
	frameCount,
	frameIndexFrom,
	framesBefore,
	framesIn,
	keyFrameAfter,
	keyFrameBefore,
	longestGop,
	nearestFrame,
	rateOf,
	timeOfFrame,
	type FrameIndex,
} from './frame-index.ts';

/** `clock` rounds exact seconds to what a container can say. */
const evenly = (count: number, fps: number, clock = (s: number): number => s, startS = 0): FrameIndex => ({
	ptsUs: Float64Array.from({ length: count }, (_, n) => Math.round(clock(startS + n / fps) * 1e6)),
	key: Uint8Array.from({ length: count }, (_, n) => (n % 60 === 0 ? 1 : 0)),
	endUs: Math.round(clock(startS + count / fps) * 1e6),
});
const ticks =
	(perSecond: number) =>
	(s: number): number =>
		Math.round(s * perSecond) / perSecond;

const anyIndex = fc
	.tuple(
		fc.integer({ min: -1e9, max: 1e9 }),
		fc.array(fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.boolean()), { minLength: 1, maxLength: 100 }),
	)
	.map(([start, frames]): FrameIndex => {
		let time = start;
		const ptsUs = Float64Array.from(frames, ([step], n) => (time += n === 0 ? 0 : step));
		return { ptsUs, key: Uint8Array.from(frames, ([, key]) => (key ? 1 : 0)), endUs: time + 40_000 };
	});

describe('frame and time', () => {
	test('the time of a frame leads back to it', () => {
		fc.assert(
			fc.property(anyIndex, fc.nat(99), (index, wanted) => {
				const n = wanted % frameCount(index);
				const time = timeOfFrame(index, n);
				expect(frameAt(index, time)).toBe(n);
				expect(nearestFrame(index, time)).toBe(n);
				expect(framesBefore(index, time)).toBe(n);
			}),
		);
	});

	test('exact rational times lead to their frame although the index rounds to microseconds', () => {
		for (const perSecond of [600, 12_800, 15_360, 24_000, 30_000, 44_100, 48_000, 90_000]) {
			const step = Math.ceil(perSecond / 50);
			const exact = Array.from({ length: 500 }, (_, n) => (n * step) / perSecond);
			const ptsUs = Float64Array.from(exact, (time) => Math.round(time * 1e6));
			const index = frameIndexFrom(ptsUs, new Uint8Array(500), 20_000);
			exact.forEach((time, n) => {
				expect(frameAt(index, time)).toBe(n);
				expect(framesBefore(index, time)).toBe(n);
			});
		}
	});

	test('times outside are clamped to the first and last frame', () => {
		const index = evenly(10, 25, undefined, 5);
		expect(frameAt(index, -1)).toBe(0);
		expect(frameAt(index, 99)).toBe(9);
		expect(nearestFrame(index, 0)).toBe(0);
		expect(nearestFrame(index, 5.39)).toBe(10);
		expect(timeOfFrame(index, -3)).toBe(5);
		expect(timeOfFrame(index, 10)).toBe(5.4);
	});

	test('spans are half-open: counts of neighbours add up', () => {
		fc.assert(
			fc.property(anyIndex, fc.array(fc.nat(100), { minLength: 3, maxLength: 3 }), (index, picks) => {
				const [a = 0, b = 0, c = 0] = picks
					.map((pick) => Math.min(pick, frameCount(index)))
					.sort((x, y) => x - y)
					.map((n) => timeOfFrame(index, n));
				expect(framesIn(index, a, b) + framesIn(index, b, c)).toBe(framesIn(index, a, c));
			}),
		);
	});

	test('key frames around a frame hold it in their middle', () => {
		fc.assert(
			fc.property(anyIndex, fc.nat(99), (index, wanted) => {
				const n = wanted % frameCount(index);
				const [before, after] = [keyFrameBefore(index, n), keyFrameAfter(index, n)];
				expect(before).toBeLessThanOrEqual(n);
				expect(after).toBeGreaterThanOrEqual(n);
				expect(before === 0 || index.key[before] === 1).toBe(true);
				expect(after === frameCount(index) || index.key[after] === 1).toBe(true);
			}),
		);
	});

	test('an index of nothing answers without throwing', () => {
		const empty = frameIndexFrom(new Float64Array(), new Uint8Array(), 0);
		expect([frameAt(empty, 1), framesBefore(empty, 1), framesIn(empty, 0, 9), longestGop(empty)]).toEqual([0, 0, 0, 0]);
		expect(rateOf(empty)).toEqual({ fps: { num: 1, den: 1 }, variable: false });
	});
});

describe('frameIndexFrom', () => {
	test('decode order becomes display order, with the flags', () => {
		const index = frameIndexFrom(Float64Array.of(0, 3000, 1000, 2000), Uint8Array.of(1, 1, 0, 0), 1000);
		expect(index).toEqual({ ptsUs: Float64Array.of(0, 1000, 2000, 3000), key: Uint8Array.of(1, 0, 0, 1), endUs: 4000 });
	});

	test.each([
		['I P B B P', [0, 3, 1, 2, 4], [1, 1, 0, 0, 1]],
		['a closed group after a group', [0, 2, 1, 3, 5, 4], [1, 1, 0, 1, 1, 0]],
		[
			'an open group: its key frame comes before two frames that are shown first',
			[0, 1, 4, 2, 3, 5],
			[1, 1, 1, 0, 0, 1],
		],
	] as const)('the order of storage tells where a file can be divided: %s', (_, stored, divisible) => {
		const index = frameIndexFrom(Float64Array.from(stored), new Uint8Array(stored.length), 1, 'stored');
		expect([...(index.divisible ?? [])]).toEqual(divisible);
	});

	test('packets with one timestamp are one frame, a key frame if either is', () => {
		const index = frameIndexFrom(Float64Array.of(0, 0, 1000, 1000), Uint8Array.of(1, 0, 0, 0), 0);
		expect(index).toEqual({ ptsUs: Float64Array.of(0, 1000), key: Uint8Array.of(1, 0), endUs: 2000 });
	});

	test('times before 0 and large ones stay exact', () => {
		fc.assert(
			fc.property(fc.uniqueArray(fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), { minLength: 1 }), (times) => {
				const index = frameIndexFrom(Float64Array.from(times), new Uint8Array(times.length).fill(1), 0);
				expect([...index.ptsUs]).toEqual([...times].sort((a, b) => a - b).map((time) => time + 0));
				expect(index.key.every((flag) => flag === 1)).toBe(true);
			}),
		);
	});

	test('a single frame of unknown length is shown for a moment', () => {
		expect(frameIndexFrom(Float64Array.of(5), Uint8Array.of(1), 0).endUs).toBe(40_005);
	});
});

describe('rateOf', () => {
	const rates: readonly [number, number][] = [
		[24000, 1001],
		[24, 1],
		[25, 1],
		[30000, 1001],
		[30, 1],
		[50, 1],
		[60000, 1001],
		[60, 1],
		[120, 1],
	];
	const clocks: readonly [string, ((s: number) => number) | undefined][] = [
		['exact times', undefined],
		['a 90 kHz clock', ticks(90_000)],
		['a millisecond clock', ticks(1000)],
	];
	for (const [name, clock] of clocks)
		test.each(rates)(`%d/%d is found with ${name}`, (num, den) => {
			for (const count of [150, 1000, 20_000])
				for (const startS of [0, 0.007, 1.4]) {
					const rate = rateOf(evenly(count, num / den, clock, startS));
					expect({ count, startS, ...rate }).toEqual({ count, startS, fps: { num, den }, variable: false });
				}
		});

	test('30 fps is found in a handful of frames with rounded times', () => {
		const index = frameIndexFrom(Float64Array.of(0, 33_000, 67_000, 100_000), Uint8Array.of(1, 0, 0, 0), 33_000);
		expect(rateOf(index)).toEqual({ fps: { num: 30, den: 1 }, variable: false });
		expect(rateOf(frameIndexFrom(Float64Array.of(0, 33_000), Uint8Array.of(1, 0), 33_000)).fps).toEqual({
			num: 30,
			den: 1,
		});
	});

	test('30 and 29.97 are told apart by exact times after two frames', () => {
		expect(rateOf(evenly(2, 30)).fps).toEqual({ num: 30, den: 1 });
		expect(rateOf(evenly(2, 30000 / 1001)).fps).toEqual({ num: 30000, den: 1001 });
	});

	test('one frame has the rate of its length', () => {
		expect(rateOf(frameIndexFrom(Float64Array.of(0), Uint8Array.of(1), 40_000)).fps).toEqual({ num: 25, den: 1 });
	});

	test('an unusual even rate is not called variable, however long the file', () => {
		const rate = rateOf(evenly(200_000, 29.9));
		expect(rate.variable).toBe(false);
		expect(rate.fps.num / rate.fps.den).toBeCloseTo(29.9, 3);
	});

	test('a phone that slows down in the dark is variable, with its average', () => {
		const times = Float64Array.from({ length: 300 }, (_, n) =>
			n < 150 ? n * 33_333 : 150 * 33_333 + (n - 150) * 66_667,
		);
		const rate = rateOf(frameIndexFrom(times, new Uint8Array(300), 66_667));
		expect(rate.variable).toBe(true);
		expect(rate.fps.num / rate.fps.den).toBeCloseTo(20.03, 1);
	});

	test('one dropped frame makes it variable', () => {
		const all = evenly(300, 30);
		const times = all.ptsUs.filter((_, n) => n !== 100);
		expect(rateOf({ ptsUs: times, key: new Uint8Array(299), endUs: all.endUs }).variable).toBe(true);
	});
});

describe('longestGop', () => {
	test('the span after the last key frame counts', () => {
		expect(longestGop(evenly(150, 30))).toBeCloseTo(2, 5);
		const one = { ...evenly(300, 30), key: Uint8Array.from({ length: 300 }, (_, n) => (n === 0 ? 1 : 0)) };
		expect(longestGop(one)).toBeCloseTo(10, 5);
	});
});

describe('constantRateFrames', () => {
	test('at its own rate every frame is shown once, also when the container rounds to milliseconds', () => {
		for (const [num, den] of [
			[30, 1],
			[25, 1],
			[24000, 1001],
			[30000, 1001],
			[60, 1],
		] as const)
			for (const clock of [undefined, ticks(1000), ticks(90_000)]) {
				const index = evenly(600, num / den, clock, 0.007);
				const span = { inS: timeOfFrame(index, 60), outS: timeOfFrame(index, 360) };
				const frames = constantRateFrames(index, span, { num, den });
				expect([...frames]).toEqual(Array.from({ length: 300 }, (_, i) => 60 + i));
			}
	});

	test('half the rate takes every second frame, twice the rate each one twice', () => {
		const index = evenly(60, 30);
		expect([...constantRateFrames(index, { inS: 0, outS: 0.2 }, { num: 15, den: 1 })]).toEqual([0, 2, 4]);
		expect([...constantRateFrames(index, { inS: 0, outS: 0.1 }, { num: 60, den: 1 })]).toEqual([0, 0, 1, 1, 2, 2]);
	});

	test('frames never go back and stay inside the span', () => {
		fc.assert(
			fc.property(anyIndex, fc.nat(99), fc.nat(99), fc.integer({ min: 1, max: 240 }), (index, a, b, fps) => {
				const [from, to] = [Math.min(a, b) % frameCount(index), Math.max(a, b) + 1];
				const span = { inS: timeOfFrame(index, from), outS: timeOfFrame(index, Math.min(to, frameCount(index))) };
				const frames = constantRateFrames(index, span, { num: fps, den: 1 });
				frames.forEach((frame, i) => {
					expect(frame).toBeGreaterThanOrEqual(i === 0 ? from : (frames[i - 1] ?? 0));
					if (span.outS > span.inS) expect(index.ptsUs[frame]! / 1e6).toBeLessThan(span.outS);
				});
			}),
		);
	});
});
