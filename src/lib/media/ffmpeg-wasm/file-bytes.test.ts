import { describe, expect, test } from 'vitest';
import { BlobBytes, HandleBytes, LineBytes, MemoryBytes, type SynchronousAccess } from './file-bytes.ts';

const numbered = (length: number): Uint8Array<ArrayBuffer> =>
	Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 255);

/** A blob that is there at once, and how often it was read. */
function blobOf(content: Uint8Array<ArrayBuffer>) {
	const reads: number[] = [];
	const blob = { size: content.length, slice: (from: number, to: number) => ({ from, to }) } as unknown as Blob;
	const reader = {
		readAsArrayBuffer(part: Blob): ArrayBuffer {
			const { from, to } = part as unknown as { from: number; to: number };
			reads.push(from);
			return content.slice(from, to).buffer;
		},
	};
	return { bytes: new BlobBytes(blob, reader), reads };
}

describe('a blob read in blocks', () => {
	test('gives the same bytes wherever it is asked', () => {
		const content = numbered(700_000);
		const { bytes } = blobOf(content);
		for (const [at, length] of [
			[0, 10],
			[262_140, 10],
			[100_000, 400_000],
			[699_990, 100],
			[700_000, 5],
			[900_000, 5],
		] as const) {
			const into = new Uint8Array(length);
			const read = bytes.read(into, at);
			expect(read).toBe(Math.max(0, Math.min(length, content.length - at)));
			expect(Buffer.compare(into.subarray(0, read), content.subarray(at, at + read))).toBe(0);
		}
	});

	test('reads a block once, and forgets the oldest', () => {
		const { bytes, reads } = blobOf(numbered(20 * 262_144));
		const into = new Uint8Array(32_768);
		for (let at = 0; at < 262_144; at += into.length) bytes.read(into, at);
		expect(reads).toEqual([0]);
		for (let block = 0; block < 20; block += 1) bytes.read(into, block * 262_144);
		bytes.read(into, 0);
		expect(reads.filter((from) => from === 0)).toHaveLength(2);
	});
});

describe('a file in memory', () => {
	test('grows, is written anywhere and read back', () => {
		const bytes = new MemoryBytes(1_000_000);
		bytes.write(numbered(100_000), 0);
		bytes.write(Uint8Array.of(1, 2, 3), 10);
		bytes.write(Uint8Array.of(9), 150_000);
		expect(bytes.size).toBe(150_001);
		const content = bytes.content();
		expect([...content.subarray(10, 13), content[120_000], content[150_000]]).toEqual([1, 2, 3, 0, 9]);
		bytes.truncate(5);
		expect(bytes.content()).toEqual(numbered(5));
	});

	test('refuses to grow past its limit', () => {
		expect(() => new MemoryBytes(100).write(new Uint8Array(101), 0)).toThrow(RangeError);
	});
});

test('lines come out whole, however they were cut', () => {
	const lines: string[] = [];
	const bytes = new LineBytes((line) => lines.push(line));
	for (const piece of ['fra', 'me=1\nsp', 'eed=2x\n', 'ü']) bytes.write(new TextEncoder().encode(piece));
	bytes.write(new TextEncoder().encode('\n'));
	expect(lines).toEqual(['frame=1', 'speed=2x', 'ü']);
});

test.each([200, 4_294_967_288])(
	'a write to the disk that answers %d instead of its length is a full disk',
	(answer) => {
		const access = { write: () => answer } as unknown as SynchronousAccess;
		expect(() => new HandleBytes(access).write(new Uint8Array(500), 0)).toThrow(
			expect.objectContaining({ name: 'QuotaExceededError' }),
		);
	},
);
