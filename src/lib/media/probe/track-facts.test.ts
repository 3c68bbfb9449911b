import { expect, test } from 'vitest';
import { bitDepthOf, internalName } from './track-facts.ts';

test.each([
	['avc1.64001f', 8],
	['avc1.6E001F', 10],
	['avc3.42e01e', 8],
	['hvc1.1.6.L93.B0', 8],
	['hev1.2.4.L120.90', 10],
	['vp8', 8],
	['vp09.00.10.08', 8],
	['vp09.02.10.10.01.09.16.09.00', 10],
	['av01.0.01M.08', 8],
	['av01.0.13M.10', 10],
	['apch', undefined],
	[undefined, undefined],
])('%s has %d bits a sample', (codec, bits) => expect(bitDepthOf(codec)).toBe(bits));

test('a codec that is not known keeps the name that the container gives it', () => {
	expect(internalName('mp4v')).toBe('mp4v');
	expect(internalName(0x1b)).toBe('0x1b');
	expect(internalName(null)).toBe('unknown');
});
