import { describe, expect, test } from 'vitest';
import type { DetectedFrame, Detection } from './detection.ts';
import { generator, normal } from './camera-path-fixture.ts';
import { associate } from './tracker.ts';
import type { Track } from './track.ts';

const person = (x: number, { y = 0.3, score = 0.9, width = 0.1, label = 'person' } = {}): Detection => ({
	box: { x, y, width, height: 0.5 },
	score,
	label,
});
/** 6 looks a second. */
const frames = (count: number, seen: (n: number) => readonly Detection[]): readonly DetectedFrame[] =>
	Array.from({ length: count }, (_, n) => ({ atS: n / 6, detections: seen(n) }));
const places = (track: Track | undefined): readonly number[] => track?.sightings.map(({ box }) => box.x) ?? [];

test('nothing seen is nothing tracked', () => {
	expect(associate([], [])).toEqual([]);
	expect(
		associate(
			frames(10, () => []),
			[0.5],
		),
	).toEqual([]);
});

test('one who walks is one track', () => {
	const tracks = associate(
		frames(30, (n) => [person(0.1 + n * 0.02)]),
		[],
	);
	expect(tracks).toHaveLength(1);
	expect(tracks[0]).toMatchObject({ id: 1, label: 'person', shot: 0 });
	expect(tracks[0]?.sightings).toHaveLength(30);
});

test('two who cross keep their ids', () => {
	const tracks = associate(
		frames(40, (n) => [person(0.05 + n * 0.02, { y: 0.3 }), person(0.85 - n * 0.02, { y: 0.33 })]),
		[],
	);
	expect(tracks).toHaveLength(2);
	const [right, left] = tracks.map(places);
	expect(right?.every((x, n) => n === 0 || x > right[n - 1]!)).toBe(true);
	expect(left?.every((x, n) => n === 0 || x < left[n - 1]!)).toBe(true);
});

test('three who cross while one hides another keep their ids', () => {
	const seen = (n: number): readonly Detection[] => {
		const a = 0.02 + n * 0.02;
		const b = 0.88 - n * 0.02;
		const all = [person(a), person(b, { y: 0.34 }), person(0.45, { y: 0.1 })];
		return Math.abs(a - b) < 0.05 ? all.filter((_, k) => k !== 1) : all;
	};
	const tracks = associate(frames(44, seen), []);
	expect(tracks).toHaveLength(3);
	expect(tracks.map((track) => Math.sign(places(track).at(-1)! - places(track)[0]!))).toEqual([1, -1, 0]);
});

test('one who is hidden for up to two seconds is the same one afterwards', () => {
	const hidden = (n: number): boolean => n >= 12 && n < 23;
	const tracks = associate(
		frames(30, (n) => (hidden(n) ? [] : [person(0.1 + n * 0.015)])),
		[],
	);
	expect(tracks).toHaveLength(1);
	expect(tracks[0]?.sightings).toHaveLength(19);
});

test('one who is hidden for longer is another one afterwards', () => {
	const tracks = associate(
		frames(50, (n) => (n >= 12 && n < 26 ? [] : [person(0.4)])),
		[],
	);
	expect(tracks.map(({ sightings }) => sightings.length)).toEqual([12, 24]);
});

test('one who is seldom seen well is followed for all of the time', () => {
	const tracks = associate(
		frames(30, (n) => [person(0.1 + n * 0.015, { score: n % 10 === 7 ? 0.55 : 0.35 })]),
		[],
	);
	expect(tracks.map(({ sightings }) => sightings.length)).toEqual([30]);
});

test('what is never seen well is nobody', () => {
	expect(
		associate(
			frames(30, () => [person(0.4, { score: 0.45 })]),
			[],
		),
	).toEqual([]);
});

test('one who comes out from behind a pole is found again by what the detector doubts', () => {
	const score = (n: number): number => (n < 12 || n > 16 ? 0.9 : 0.2);
	const tracks = associate(
		frames(30, (n) => (n > 9 && n < 15 ? [] : [person(0.1 + n * 0.015, { score: score(n) })])),
		[],
	);
	expect(tracks.map(({ sightings }) => sightings.length)).toEqual([25]);
});

test('one who starts to run with the legs together is followed, by twice the width of the box a look', () => {
	const x = (n: number): number => 0.2 + 0.107 * Math.min(5, Math.max(0, n - 9));
	const tracks = associate(
		frames(20, (n) => [person(x(n), { width: n % 2 === 0 ? 0.055 : 0.083 })]),
		[],
	);
	expect(tracks.map(({ sightings }) => sightings.length)).toEqual([20]);
});

test('one who is badly seen for a while is kept by what the detector doubts', () => {
	const tracks = associate(
		frames(30, (n) => [person(0.1 + n * 0.015, { score: n > 8 && n < 20 ? 0.25 : 0.9 })]),
		[],
	);
	expect(tracks.map(({ sightings }) => sightings.length)).toEqual([30]);
});

test('one who dashes by more than the own width between two looks is one track', () => {
	const at = (n: number): number => 0.1 + Math.min(0.65, Math.max(0, n - 10) * 0.11);
	const tracks = associate(
		frames(30, (n) => [person(at(n))]),
		[],
	);
	expect(tracks.map(({ sightings }) => sightings.length)).toEqual([30]);
});

test('no track crosses a cut, and each knows its shot', () => {
	const tracks = associate(
		frames(30, () => [person(0.4)]),
		[1, 3],
	);
	expect(tracks.map(({ shot, sightings }) => [shot, sightings.length])).toEqual([
		[0, 6],
		[1, 12],
		[2, 12],
	]);
	expect(tracks.map(({ id }) => id)).toEqual([1, 2, 3]);
});

test('a cut every second gives a track a second', () => {
	const tracks = associate(
		frames(60, (n) => [person((Math.floor(n / 6) % 3) * 0.2)]),
		Array.from({ length: 9 }, (_, n) => n + 1),
	);
	expect(tracks).toHaveLength(10);
	expect(tracks.every(({ sightings }) => sightings.length === 6)).toBe(true);
});

test('a person is never a dog', () => {
	const tracks = associate(
		frames(12, (n) => [person(0.4, { label: n % 4 < 2 ? 'person' : 'dog' })]),
		[],
	);
	for (const { label, sightings } of tracks) {
		for (const { atS } of sightings) expect(Math.round(atS * 6) % 4 < 2 ? 'person' : 'dog').toBe(label);
	}
});

test('what is seen once and never again is noise', () => {
	const tracks = associate(
		frames(20, (n) => (n === 7 ? [person(0.1), person(0.7)] : [person(0.1)])),
		[],
	);
	expect(tracks).toHaveLength(1);
});

test('frames that come every ten seconds show the same one again', () => {
	const slow = Array.from({ length: 8 }, (_, n) => ({ atS: 10 * n, detections: [person(0.4 + n * 0.01)] }));
	expect(associate(slow, []).map(({ sightings }) => sightings.length)).toEqual([8]);
});

test('one look is enough on the first frame', () => {
	expect(associate([{ atS: 5, detections: [person(0.4)] }], [])).toHaveLength(1);
});

describe('200 people who mill about', () => {
	const random = generator(7);
	const start = Array.from({ length: 200 }, (_, n) => ({ x: (n % 20) / 20, y: Math.floor(n / 20) / 10 }));
	const detected = frames(48, () =>
		start.map(({ x, y }) => ({
			box: { x: x + 0.002 * normal(random), y: y + 0.002 * normal(random), width: 0.03, height: 0.08 },
			score: 0.9,
			label: 'person',
		})),
	);
	test('are 200 tracks', () => {
		const tracks = associate(detected, []);
		expect(tracks).toHaveLength(200);
		expect(tracks.every(({ sightings }) => sightings.length === 48)).toBe(true);
	});
});
