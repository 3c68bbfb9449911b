import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFrameIndex, encodeFrameIndex, FrameIndexFormatError } from './frame-index-codec.ts';
import type { FrameIndex } from './frame-index.ts';
import { framesAt } from '../media/minute-fixture.ts';

const anyIndex = fc
	.record({
		firstUs: fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
		frames: fc.array(
			fc.record({ stepUs: fc.integer({ min: 1, max: 2 ** 36 }), key: fc.boolean(), divisible: fc.boolean() }),
			{ maxLength: 300 },
		),
		lastUs: fc.nat(2 ** 31),
		stored: fc.boolean(),
	})
	.map(({ firstUs, frames, lastUs, stored }): FrameIndex => {
		let time = firstUs;
		const ptsUs = Float64Array.from(frames, ({ stepUs }, n) => (time += n === 0 ? 0 : stepUs));
		const key = Uint8Array.from(frames, (frame) => (frame.key ? 1 : 0));
		const divisible = Uint8Array.from(frames, (frame) => (frame.divisible ? 1 : 0));
		return { ptsUs, key, endUs: (ptsUs.at(-1) ?? 0) + lastUs, ...(stored ? { divisible } : {}) };
	});

describe('frame index codec', () => {
	test('what is encoded is decoded the same', () => {
		fc.assert(
			fc.property(anyIndex, (index) => {
				expect(decodeFrameIndex(encodeFrameIndex(index))).toEqual(index);
			}),
		);
	});

	test.each([23.976, 25, 29.97, 30, 60])('a 2-hour film at %d fps takes under 2 bytes a frame', (fps) => {
		const count = Math.round(7200 * fps);
		expect(encodeFrameIndex(framesAt(fps, count)).length / count).toBeLessThan(1.2);
	});

	test('milliseconds instead of exact times take under 3 bytes a frame', () => {
		const exact = framesAt(30, 10_000);
		const index = { ...exact, ptsUs: exact.ptsUs.map((time) => Math.round(time / 1000) * 1000) };
		expect(encodeFrameIndex(index).length / 10_000).toBeLessThan(3);
	});

	test('an index of nothing is one too', () => {
		const empty: FrameIndex = { ptsUs: new Float64Array(), key: new Uint8Array(), endUs: 0 };
		expect(decodeFrameIndex(encodeFrameIndex(empty))).toEqual(empty);
	});

	test('a cut-off or lengthened index is refused', () => {
		const bytes = encodeFrameIndex(framesAt(30, 100));
		for (let length = 0; length < bytes.length; length += 1)
			expect(() => decodeFrameIndex(bytes.slice(0, length))).toThrow(FrameIndexFormatError);
		expect(() => decodeFrameIndex(Uint8Array.from([...bytes, 0]))).toThrow(FrameIndexFormatError);
	});

	test('another version is refused by number', () => {
		const bytes = encodeFrameIndex(framesAt(30, 3));
		bytes[3] = 9;
		expect(() => decodeFrameIndex(bytes)).toThrow(/version 9/);
	});

	test('garbage is refused by name or read, never anything else', () => {
		const header = Uint8Array.of(0x4f, 0x46, 0x49, 2);
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (noise, withHeader) => {
				const bytes = withHeader ? Uint8Array.from([...header, ...noise]) : noise;
				try {
					const index = decodeFrameIndex(bytes);
					expect(index.key.length).toBe(index.ptsUs.length);
				} catch (thrown) {
					expect(thrown).toBeInstanceOf(FrameIndexFormatError);
				}
			}),
		);
	});
});
