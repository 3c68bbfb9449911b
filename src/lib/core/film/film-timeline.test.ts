import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filmLengthS, mixShare, pieceFrames, piecePlaces } from './film-timeline.ts';

const crop = { x: 0, y: 0, width: 64, height: 64 };
const piece = (lengthS: number, crossfadeS?: number) => ({
	...{ media: `1-${'a'.repeat(64)}`, inS: 3, outS: 3 + lengthS, crop },
	...(crossfadeS === undefined ? {} : { crossfadeS }),
});

test('pieces follow each other, each overlapping the one before by its cross-fade', () => {
	const places = piecePlaces([piece(2), piece(3, 0.5), piece(1)]);
	expect(places).toEqual([
		{ startS: 0, endS: 2, fadeInS: 0, fadeOutS: 0.5 },
		{ startS: 1.5, endS: 4.5, fadeInS: 0.5, fadeOutS: 0 },
		{ startS: 4.5, endS: 5.5, fadeInS: 0, fadeOutS: 0 },
	]);
	expect(filmLengthS([piece(2), piece(3, 0.5), piece(1)])).toBe(5.5);
});

test('the first piece has nothing to fade from', () => {
	expect(piecePlaces([piece(2, 1)])[0]).toMatchObject({ startS: 0, endS: 2, fadeInS: 0 });
});

test('frames of whole-frame pieces join without a gap and overlap by whole frames', () => {
	fc.assert(
		fc.property(
			fc.constantFrom(12.5, 24000 / 1001, 25, 30, 30000 / 1001, 60),
			fc.array(fc.tuple(fc.integer({ min: 2, max: 200 }), fc.integer({ min: 0, max: 100 })), {
				minLength: 1,
				maxLength: 30,
			}),
			(fps, parts) => {
				const fades = parts.map(([frames, wanted], p) =>
					p === 0 ? 0 : Math.min(wanted, Math.floor(Math.min(frames, parts[p - 1]![0]) / 2)),
				);
				const pieces = parts.map(([frames], p) => piece(frames / fps, fades[p] === 0 ? undefined : fades[p]! / fps));
				const total = parts.reduce((sum, [frames], p) => sum + frames - fades[p]!, 0);
				expect(Math.round(filmLengthS(pieces) * fps)).toBe(total);
				const held = pieceFrames({ pieces }, fps, total);
				held.forEach(({ first, end, shared }, p) => {
					expect(end - first).toBe(parts[p]![0]);
					expect(shared).toBe(fades[p]);
					expect(first).toBe(p === 0 ? 0 : held[p - 1]!.end - shared);
				});
				expect(held.at(-1)!.end).toBe(total);
			},
		),
	);
});

test('every frame of a cross-fade is a mixture, in even steps', () => {
	expect([0, 1, 2].map((i) => mixShare(i, 3))).toEqual([0.25, 0.5, 0.75]);
});
