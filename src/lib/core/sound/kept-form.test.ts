import { expect, test } from 'vitest';
import { decodeWaveform, encodeWaveform, refitWaveform } from './kept-form.ts';
import { CHUNK_BUCKETS, QUIETEST, WaveformPyramid } from './pyramid.ts';

/** 25 seconds from 5 s on; each bucket carries its number. */
function whole(): ArrayBuffer {
	const pyramid = new WaveformPyramid(5, 25);
	for (let chunk = 0; chunk < 3; chunk += 1) {
		const at = (n: number) => (chunk * CHUNK_BUCKETS + n) % 100;
		pyramid.put(chunk, {
			min: Int8Array.from({ length: CHUNK_BUCKETS }, (_, n) => -at(n)),
			max: Int8Array.from({ length: CHUNK_BUCKETS }, (_, n) => at(n)),
			loudness: Uint8Array.from({ length: CHUNK_BUCKETS }, (_, n) => at(n)),
		});
	}
	return encodeWaveform(pyramid).buffer;
}

test('a waveform that was measured a little otherwise is fitted: what is heard stays at its time', () => {
	const fitted = refitWaveform(whole(), 5.05, 24.99)!;
	const pyramid = new WaveformPyramid(5.05, 24.99);
	expect(decodeWaveform(fitted.buffer, pyramid)).toBe(true);
	expect(pyramid.complete).toBe(true);
	const { max, loudness } = pyramid.finest;
	expect([max[0], max[1], max[2010], loudness[0]]).toEqual([10, 11, 20, 10]);
	// Ten buckets later it is over.
	expect([max[pyramid.count - 1], loudness[pyramid.count - 1]]).toEqual([0, QUIETEST]);
});

test('one that is not whole, or none, is not fitted', () => {
	const part = new WaveformPyramid(5, 25);
	expect(refitWaveform(encodeWaveform(part).buffer, 5, 25)).toBeUndefined();
	expect(refitWaveform(new ArrayBuffer(3), 5, 25)).toBeUndefined();
	expect(refitWaveform(whole().slice(0, 4000), 5, 25)).toBeUndefined();
});
