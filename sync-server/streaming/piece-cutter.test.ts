import { expect, test } from 'vitest';
import { joined, PieceCutter } from './piece-cutter.ts';

function box(type: string, ...content: Uint8Array[]): Uint8Array<ArrayBuffer> {
	const inside = joined(content);
	const head = new Uint8Array(8);
	new DataView(head.buffer).setUint32(0, 8 + inside.length);
	head.set(Buffer.from(type), 4);
	return joined([head, inside]);
}
const bytes = (count: number, value: number): Uint8Array => new Uint8Array(count).fill(value);
const fragment = (tracks: number, value: number): Uint8Array<ArrayBuffer> =>
	joined([
		box('moof', ...Array.from({ length: tracks }, () => box('traf', bytes(9, value)))),
		box('mdat', bytes(40, value)),
	]);
const both = { video: {}, audio: [{}] } as unknown as ConstructorParameters<typeof PieceCutter>[0];

const head = joined([box('ftyp', bytes(4, 1)), box('moov', bytes(30, 2))]);
const piece = joined([head, fragment(2, 3), fragment(1, 4), box('mfra', bytes(8, 5))]);

function cut(parts: readonly Uint8Array[], of = both): { told: Uint8Array[]; hasMedia: boolean } {
	const told: Uint8Array[] = [];
	const cutter = new PieceCutter(of, (part) => told.push(part));
	for (const part of parts) cutter.add(part);
	return { told, hasMedia: cutter.hasMedia };
}

test('a head and fragments are told as they were written, however they come', () => {
	const expected = { told: [head, fragment(2, 3), fragment(1, 4)], hasMedia: true };
	expect(cut([piece])).toEqual(expected);
	expect(cut(Array.from(piece, (byte) => Uint8Array.of(byte)))).toEqual(expected);
});

test('a fragment is told as soon as its last byte is there, and no sooner', () => {
	const end = head.length + fragment(2, 3).length;
	expect(cut([piece.subarray(0, end - 1)])).toEqual({ told: [head], hasMedia: false });
	expect(cut([piece.subarray(0, end)])).toEqual({ told: [head, fragment(2, 3)], hasMedia: true });
});

test('nothing is told when a track has nothing in it, or of what is no piece', () => {
	const nothing = { told: [], hasMedia: false };
	expect(cut([joined([head, fragment(1, 3), fragment(2, 4)])])).toEqual(nothing);
	expect(cut([fragment(2, 3)])).toEqual(nothing);
	expect(cut([head])).toEqual(nothing);
	expect(cut([bytes(500, 0)])).toEqual(nothing);
	expect(cut([])).toEqual(nothing);
});
