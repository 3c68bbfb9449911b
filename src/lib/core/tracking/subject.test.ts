import { describe, expect, test } from 'vitest';
import { chooseSubjects, subjectBoxes, trackAt, wantedBoxes } from './subject.ts';
import type { Track } from './track.ts';

const CROP = { width: 0.32, height: 1 };
const track = (
	id: number,
	from: number,
	to: number,
	centre: number | ((atS: number) => number),
	{ shot = 0, width = 0.1, score = 0.9, label = 'person' } = {},
): Track => ({
	id,
	label,
	shot,
	sightings: Array.from({ length: Math.round((to - from) * 6) + 1 }, (_, n) => {
		const atS = from + n / 6;
		const x = typeof centre === 'number' ? centre : centre(atS);
		return { atS, score, box: { x: x - width / 2, y: 0.3, width, height: width * 4 } };
	}),
});
const ids = (subject: { readonly tracks: readonly Track[] } | undefined): readonly number[] | undefined =>
	subject?.tracks.map(({ id }) => id);

test('without tracks there is a subject in no shot', () => {
	expect(chooseSubjects([], [1], 2)).toMatchObject([
		{ shot: 0, chosen: 'none', tracks: [] },
		{ shot: 1, fromS: 1, toS: 2, chosen: 'none' },
	]);
});

test('who is larger, surer, more central and longer in the picture is followed', () => {
	const both = (a: Track, b: Track): readonly number[] | undefined =>
		ids(chooseSubjects([a, b], [], 8)[0])?.slice(0, 1);
	expect(both(track(1, 0, 8, 0.3), track(2, 0, 8, 0.7, { width: 0.2 }))).toEqual([2]);
	expect(both(track(1, 0, 8, 0.3, { score: 0.5 }), track(2, 0, 8, 0.7))).toEqual([2]);
	expect(both(track(1, 0, 8, 0.1), track(2, 0, 8, 0.5))).toEqual([2]);
	expect(both(track(1, 0, 2, 0.3), track(2, 0, 8, 0.7))).toEqual([2]);
});

test('labels narrow who is followed by itself', () => {
	const tracks = [track(1, 0, 8, 0.5), track(2, 0, 8, 0.2, { label: 'dog' })];
	expect(ids(chooseSubjects(tracks, [], 8, { labels: ['dog'] })[0])).toEqual([2]);
	expect(ids(chooseSubjects(tracks, [], 8, { labels: ['cat'] })[0])).toEqual([]);
});

test('one who leaves is followed by another who is there then, never by one who was there all along', () => {
	const tracks = [track(1, 0, 5, 0.5), track(2, 5.5, 8, 0.3), track(3, 2, 8, 0.2, { width: 0.05 })];
	expect(ids(chooseSubjects(tracks, [], 8)[0])).toEqual([1, 2]);
});

describe('over a cut', () => {
	const first = track(1, 0, 2, 0.3);
	const same = track(2, 2, 4, 0.3, { shot: 1 });
	test('who stands where the subject stood stays the subject', () => {
		expect(ids(chooseSubjects([first, same, track(3, 2, 4, 0.6, { shot: 1 })], [2], 4)[1])).toEqual([2]);
	});
	test('but not when another is far better', () => {
		const other = track(3, 2, 4, 0.6, { shot: 1, width: 0.2 });
		expect(ids(chooseSubjects([first, same, other], [2], 4)[1])).toEqual([3]);
	});
});

describe('a click', () => {
	const tracks = [track(1, 0, 8, 0.5, { width: 0.2 }), track(2, 0, 8, (t) => 0.1 + t * 0.05)];
	test('finds the track under it at that time', () => {
		expect(trackAt(tracks, { atS: 2.05, x: 0.2, y: 0.5 })?.id).toBe(2);
		expect(trackAt(tracks, { atS: 2.05, x: 0.5, y: 0.5 })?.id).toBe(1);
		expect(trackAt(tracks, { atS: 2.05, x: 0.9, y: 0.5 })).toBeUndefined();
		expect(trackAt(tracks, { atS: 60, x: 0.5, y: 0.5 })).toBeUndefined();
	});
	test('decides for its shot', () => {
		const [subject] = chooseSubjects(tracks, [], 8, { pins: [{ atS: 2, x: 0.2, y: 0.5 }] });
		expect(subject).toMatchObject({ chosen: 'pinned', tracks: [{ id: 2 }] });
	});
	test('beside everyone changes nothing', () => {
		const [subject] = chooseSubjects(tracks, [], 8, { pins: [{ atS: 2, x: 0.95, y: 0.05 }] });
		expect(subject).toMatchObject({ chosen: 'automatic', tracks: [{ id: 1 }] });
	});
});

test('a shot may have its own choice, or none', () => {
	const tracks = [track(1, 0, 2, 0.5), track(2, 2, 4, 0.5, { shot: 1, width: 0.2 }), track(3, 2, 4, 0.2, { shot: 1 })];
	const choose = (choice: object): readonly (readonly number[] | undefined)[] =>
		chooseSubjects(tracks, [2], 4, { shots: new Map([[1, choice]]) }).map(ids);
	expect(choose({})).toEqual([[1], [2]]);
	expect(choose({ tracks: [3] })).toEqual([[1], [3]]);
	expect(choose({ follow: 'none' })).toEqual([[1], []]);
});

describe('two who are wanted together', () => {
	const timesS = Float64Array.from({ length: 120 }, (_, n) => n / 30);
	const chosen = (a: Track, b: Track): ReturnType<typeof subjectBoxes> =>
		subjectBoxes(chooseSubjects([a, b], [], 4, { tracks: [1, 2] }), timesS, CROP);
	test('are one box when they fit', () => {
		const { x, width } = chosen(track(1, 0, 4, 0.4), track(2, 0, 4, 0.55));
		expect(x[60]).toBeCloseTo(0.35, 3);
		expect(width[60]).toBeCloseTo(0.25, 3);
	});
	test('are held in the middle when they never fit', () => {
		const { x, width } = chosen(
			track(1, 0, 4, (t) => 0.2 + 0.02 * t),
			track(2, 0, 4, 0.8),
		);
		const middles = new Set(x.map((value, n) => value + width[n]! / 2));
		expect(middles.size).toBe(1);
		expect([...middles][0]).toBeCloseTo(0.52, 1);
	});
	test('are told each for itself, with how often they do not fit', () => {
		const [left, right] = [track(1, 0, 4, 0.2), track(2, 0, 4, (t) => (t > 2 ? 0.8 : 0.3))];
		const { each, apartShare } = wantedBoxes(chooseSubjects([left, right], [], 4, { tracks: [1, 2] }), timesS, CROP);
		expect(each.map(({ x, width }) => (x[110] ?? NaN) + (width[110] ?? NaN) / 2)).toEqual([
			expect.closeTo(0.2, 2) as number,
			expect.closeTo(0.8, 2) as number,
		]);
		// What jumps is smoothed.
		expect(Math.abs(apartShare - 0.5)).toBeLessThan(0.1);
	});
	test('ask for nothing on the few frames on which they do not fit', () => {
		const { x } = chosen(
			track(1, 0, 4, 0.4),
			track(2, 0, 4, (t) => (t > 1.5 && t < 2.5 ? 0.9 : 0.5)),
		);
		expect(x[60]).toBeNaN();
		expect(x[10]).toBeCloseTo(0.35, 2);
	});
});

test('two hours of passers-by before one still camera take no more room than one of them', () => {
	const [count, everyS] = [1500, 4.8];
	const tracks = Array.from({ length: count }, (_, n) =>
		track(n + 1, n * everyS, n * everyS + 0.5, 0.2 + (n % 5) / 10),
	);
	const timesS = Float64Array.from({ length: 30 * count * everyS }, (_, n) => n / 30);
	const { x, width } = subjectBoxes(chooseSubjects(tracks, [], count * everyS), timesS, CROP);
	for (const n of [0, 777, count - 1]) {
		const frame = Math.round(30 * (n * everyS + 0.25));
		expect(x[frame]! + width[frame]! / 2).toBeCloseTo(0.2 + (n % 5) / 10, 6);
		expect(x[frame + 60]).toBeNaN();
	}
});
