import { expect, test } from 'vitest';
import type { Planes } from './mix.ts';
import { joinedLength, pieceSamples, SoundJoin } from './sound-join.ts';

const piece = (lengthS: number, crossfadeS?: number) => ({
	...{ inS: 5, outS: 5 + lengthS },
	...(crossfadeS === undefined ? {} : { crossfadeS }),
});
const RATE = 1000;

/** Every piece is a constant: 1, 2, 3 …; handed over in blocks of `block` samples. */
function joined(pieces: readonly ReturnType<typeof piece>[], block: number): number[] {
	const samples = pieceSamples(pieces, RATE);
	const all = samples.flatMap(({ length }, p) => Array.from({ length }, () => p + 1));
	const join = new SoundJoin(samples, 1);
	const made: Planes[] = [];
	for (let at = 0; at < all.length; at += block) {
		made.push(...join.push([Float32Array.from(all.slice(at, at + block))]));
	}
	return made.flatMap((planes) => [...planes[0]!]);
}

test.each([1, 7, 100, 10_000])('pieces follow each other without a gap, in blocks of %i', (block) => {
	const made = joined([piece(0.2), piece(0.1), piece(0.3)], block);
	expect(made).toEqual([...Array<number>(200).fill(1), ...Array<number>(100).fill(2), ...Array<number>(300).fill(3)]);
});

test.each([1, 7, 100, 10_000])('a cross-fade keeps the power of both together, in blocks of %i', (block) => {
	const pieces = [piece(0.2), piece(0.2, 0.1), piece(0.1, 0.05)];
	const made = joined(pieces, block);
	expect(made.length).toBe(350);
	expect(joinedLength(pieceSamples(pieces, RATE))).toBe(350);
	expect(made.slice(0, 100).every((value) => value === 1)).toBe(true);
	const middle = made[150]!;
	expect(middle).toBeCloseTo(Math.SQRT1_2 * 3, 1);
	for (let i = 0; i < 100; i += 1) {
		const angle = (((i + 0.5) / 100) * Math.PI) / 2;
		expect(made[100 + i]).toBeCloseTo(Math.cos(angle) + 2 * Math.sin(angle), 5);
	}
	expect(made.slice(200, 250).every((value) => value === 2)).toBe(true);
	expect(made.slice(300).every((value) => value === 3)).toBe(true);
});

test('edges are rounded on the timeline of the output, so that nothing adds up', () => {
	const pieces = Array.from({ length: 30 }, () => piece(1 / 3));
	const samples = pieceSamples(pieces, 44_100);
	expect(joinedLength(samples)).toBe(441_000);
});
