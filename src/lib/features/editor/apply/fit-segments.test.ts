import { expect, test } from 'vitest';
import { WHOLE_FRAME } from '#core/crop/crop';
import type { Segment } from '#core/project/project';
import { framesAt } from '#core/media/minute-fixture';
import { fitSegments, fitTrack } from './fit-segments.ts';

const segment = (inS: number, outS: number, more: Partial<Segment> = {}): Segment => ({
	id: `${inS}`,
	media: 'a',
	inS,
	outS,
	name: '',
	label: '',
	category: '',
	tags: [],
	selected: true,
	order: 'a0',
	...more,
});
/** 10 s at 25 frames a second. */
const shorter = { index: framesAt(25, 250), firstS: 0, endS: 10 };

test('segments keep their words and are put on the other file’s frames', () => {
	const { segments } = fitSegments(
		[segment(1.01, 2.03, { label: 'dog', color: '#e5484d', selected: false })],
		0,
		shorter,
	);
	expect(segments).toEqual([
		{ inS: 1, outS: 2.04, name: '', label: 'dog', category: '', tags: [], color: '#e5484d', selected: false },
	]);
});

test('what is longer than the file is cut short, what lies behind its end is left out', () => {
	const fitted = fitSegments([segment(1, 4), segment(8, 12), segment(10, 12), segment(20, 22)], 0, shorter);
	expect(fitted.segments.map(({ inS, outS }) => [inS, outS])).toEqual([
		[1, 4],
		[8, 10],
	]);
	expect([fitted.shortened, fitted.dropped]).toEqual([1, 2]);
});

test('times count from the beginning of each file', () => {
	const late = { index: undefined, firstS: 2, endS: 12 };
	expect(fitSegments([segment(101, 102)], 100, late).segments).toMatchObject([{ inS: 3, outS: 4 }]);
});

test('a crop over time goes along, as far as the file does', () => {
	const crop = { ...WHOLE_FRAME, zoom: 2 };
	const track = {
		base: WHOLE_FRAME,
		keyframes: [3.01, 11].map((atS) => ({ atS, crop })),
		interpolation: 'smooth' as const,
	};
	expect(fitTrack(track, 0, shorter)).toEqual({
		base: WHOLE_FRAME,
		keyframes: [{ atS: 3, crop }],
		interpolation: 'smooth',
	});
});
