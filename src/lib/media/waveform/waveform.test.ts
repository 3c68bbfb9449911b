import { describe, expect, test } from 'vitest';
import { decodeWaveform, encodeWaveform } from '#core/sound/kept-form';
import { CHUNK_BUCKETS, decibelsOf, loudnessOf, QUIETEST, WaveformPyramid, type Buckets } from '#core/sound/pyramid';
import { between, findSilences } from './silences.ts';
import { ChunkSum } from '#core/sound/summing';

const flat = (level: number, loudness: number): Buckets => ({
	min: new Int8Array(CHUNK_BUCKETS).fill(-level),
	max: new Int8Array(CHUNK_BUCKETS).fill(level),
	loudness: new Uint8Array(CHUNK_BUCKETS).fill(loudness),
});
const columns = (count: number) => ({ min: new Int8Array(count), max: new Int8Array(count) });

describe('the pyramid', () => {
	test('one loud bucket is seen at every scale, at its place', () => {
		const pyramid = new WaveformPyramid(5, 1000);
		const loud = flat(0, QUIETEST);
		loud.max[700] = 100;
		pyramid.put(30, loud);
		const atS = 5 + (30 * CHUNK_BUCKETS + 700) / 200;
		for (const columnS of [0.001, 0.005, 0.02, 0.3, 1, 10]) {
			const into = columns(40);
			pyramid.peaks(atS - 20 * columnS, columnS, into);
			expect(into.max[20] === 100 || into.max[19] === 100, `${columnS}`).toBe(true);
			expect(Math.max(...into.max.subarray(0, 16), ...into.max.subarray(25))).toBe(0);
		}
	});

	test('it knows how much is known', () => {
		const pyramid = new WaveformPyramid(0, 25);
		expect([pyramid.filled.length, pyramid.share, pyramid.complete]).toEqual([3, 0, false]);
		for (const chunk of [2, 0, 0]) pyramid.put(chunk, flat(1, 20));
		expect(pyramid.share).toBeCloseTo(2 / 3);
		pyramid.put(1, flat(1, 20));
		expect(pyramid.complete).toBe(true);
	});

	test('four hours stay below 14 MB', () => {
		const { count } = new WaveformPyramid(0, 4 * 3600);
		expect(count * 3 + (count * 2) / 3).toBeLessThan(14e6);
	});
});

describe('summing up', () => {
	test('a sine of half the range peaks there and is 9 dB below full scale', () => {
		for (const rate of [48_000, 44_100, 11_025]) {
			const sum = new ChunkSum();
			const sine = Float32Array.from({ length: rate }, (_, n) => 0.5 * Math.sin((2 * Math.PI * 1000 * n) / rate));
			for (let at = 0; at < rate; at += 1024) sum.add(sine.subarray(at, at + 1024), at, rate);
			const { min, max, loudness } = sum.take();
			expect(max[50]).toBeGreaterThanOrEqual(60);
			expect(min[50]).toBeLessThanOrEqual(-60);
			expect(decibelsOf(loudness[50]!)).toBeCloseTo(-9, 0);
			expect([max[200], loudness[200]]).toEqual([0, QUIETEST]);
		}
	});

	test('every sample falls into one bucket, whatever the rate', () => {
		const sum = new ChunkSum();
		const rate = 44_100;
		sum.add(new Float32Array(rate * 12).fill(0.25), -rate, rate);
		const { max, loudness } = sum.take();
		expect(max.every((value) => value === 32)).toBe(true);
		expect(new Set(loudness)).toEqual(new Set([loudnessOf(0.25)]));
	});
});

describe('what is kept', () => {
	test('is what was known, chunk by chunk', () => {
		const pyramid = new WaveformPyramid(1.5, 33);
		pyramid.put(0, flat(3, 40));
		pyramid.put(3, flat(90, 2));
		const bytes = encodeWaveform(pyramid).buffer;
		const again = new WaveformPyramid(1.5, 33);
		expect(decodeWaveform(bytes, again)).toBe(true);
		expect(again.filled).toEqual(pyramid.filled);
		expect(again.finest).toEqual(pyramid.finest);
	});

	test('of another file, or cut off, is not taken', () => {
		const bytes = encodeWaveform(new WaveformPyramid(0, 33)).buffer;
		expect(decodeWaveform(bytes, new WaveformPyramid(1, 33))).toBe(false);
		expect(decodeWaveform(bytes, new WaveformPyramid(0, 34))).toBe(false);
		expect(decodeWaveform(bytes.slice(0, 100), new WaveformPyramid(0, 33))).toBe(false);
		expect(decodeWaveform(new ArrayBuffer(0), new WaveformPyramid(0, 33))).toBe(false);
	});
});

describe('silences', () => {
	const pyramid = new WaveformPyramid(10, 10);
	const sound = flat(50, 30);
	sound.loudness.fill(120, 400, 700);
	sound.loudness.fill(QUIETEST, 1000, 1020);
	sound.loudness.fill(QUIETEST, 1800);
	pyramid.put(0, sound);

	test('are the spans below the threshold that last', () => {
		expect(findSilences(pyramid, { thresholdDb: -40, minS: 0.5 })).toEqual([
			{ inS: 12, outS: 13.5 },
			{ inS: 19, outS: 20 },
		]);
		expect(findSilences(pyramid, { thresholdDb: -70, minS: 0.05 })).toEqual([
			{ inS: 15, outS: 15.1 },
			{ inS: 19, outS: 20 },
		]);
	});

	test('what is between them is the sound', () => {
		expect(between(findSilences(pyramid), 10, 20)).toEqual([
			{ inS: 10, outS: 12 },
			{ inS: 13.5, outS: 19 },
		]);
		expect(between([], 10, 20)).toEqual([{ inS: 10, outS: 20 }]);
		expect(between([{ inS: 10, outS: 20 }], 10, 20)).toEqual([]);
	});
});
