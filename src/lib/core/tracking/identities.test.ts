import { describe, expect, test } from 'vitest';
import { sameAgain, type Unnumbered } from './identities.ts';

const [RED, BLUE, GREEN] = [
	[180, 40, 40, 60, 60, 70],
	[40, 60, 150, 50, 50, 55],
	[60, 140, 60, 120, 110, 90],
];
type Colours = readonly number[] | undefined;

/** Six looks a second from `fromS` to `toS`, at `x`, wearing `colours` at each time. */
const track = (
	fromS: number,
	toS: number,
	x: (atS: number) => number,
	colours: (atS: number) => Colours,
	{ label = 'person', height = 0.5 } = {},
): Unnumbered => ({
	...{ label, shot: 0 },
	sightings: Array.from({ length: Math.round((toS - fromS) * 6) + 1 }, (_, n) => fromS + n / 6).map((atS) => ({
		...{ atS, score: 0.9, box: { x: x(atS), y: 0.3, width: 0.1, height } },
		// As a detector has it: never twice the same.
		colours: colours(atS)?.map((value, n) => value + ((Math.round(atS * 6) * 7 + n * 5) % 9) - 4),
	})),
});
/** How red and blue someone is at the end and at the start. */
const worn = ({ sightings }: Unnumbered): string =>
	[sightings[0], sightings.at(-1)]
		.map((seen) => {
			const { colours: [red = 0, green = 0, blue = 0] = [] } = seen ?? {};
			return red > green && red > blue ? 'red' : green > blue ? 'green' : 'blue';
		})
		.join('-');
const always = (colours: Colours) => (): Colours => colours;
const swap =
	(before: Colours, after: Colours, atS: number) =>
	(now: number): Colours =>
		now < atS ? before : after;
const same = (tracks: readonly Unnumbered[]): readonly Unnumbered[] => sameAgain(tracks, 16 / 9);

describe('two who met', () => {
	const right = (atS: number): number => 0.1 + 0.1 * atS;
	const left = (atS: number): number => 0.7 - 0.1 * atS;
	test('and were taken for each other are set right', () => {
		const met = [track(0, 6, right, swap(RED, BLUE, 3)), track(0, 6, left, swap(BLUE, RED, 3))];
		expect(met.map(worn)).toEqual(['red-blue', 'blue-red']);
		const found = same(met);
		expect(found.map(worn)).toEqual(['red-red', 'blue-blue']);
		for (const { sightings } of found) {
			expect(sightings.every(({ atS }, n) => n === 0 || atS > (sightings[n - 1]?.atS ?? 0))).toBe(true);
			expect(sightings.length).toBeGreaterThan(35);
		}
	});
	test('and were told apart stay as they are', () => {
		const met = [track(0, 6, right, always(RED)), track(0, 6, left, always(BLUE))];
		expect(same(met)).toEqual(met);
	});
	test('and wear the same stay as they are', () => {
		const met = [track(0, 6, right, always(RED)), track(0, 6, left, always(RED))];
		expect(same(met)).toEqual(met);
	});
	test('without known colours stay as they are', () => {
		const met = [track(0, 6, right, always(undefined)), track(0, 6, left, always(undefined))];
		expect(same(met)).toBe(met);
	});
});

test('three who were at one place are three again, whoever was taken for whom', () => {
	const met = [
		track(0, 6, (atS) => 0.1 + 0.1 * atS, swap(RED, GREEN, 3)),
		track(0, 6, (atS) => 0.7 - 0.1 * atS, swap(BLUE, RED, 3)),
		track(0, 6, () => 0.4, swap(GREEN, BLUE, 3)),
	];
	expect(same(met).map(worn).sort()).toEqual(['blue-blue', 'green-green', 'red-red']);
});

test('one whose track was lost in a crowd, and who has a new one behind it, is one', () => {
	const met = [
		track(0, 6, () => 0.4, always(GREEN)),
		track(0, 2.5, (atS) => 0.1 + 0.1 * atS, always(RED)),
		track(4, 6, (atS) => 0.1 + 0.1 * atS, always(RED)),
	];
	expect(same(met).map(worn)).toEqual(['green-green', 'red-red']);
});

describe('one who was gone', () => {
	const gone = (awayS: number, back: Colours, options = {}): readonly Unnumbered[] => [
		track(0, 2, () => 0.2, always(RED)),
		track(2 + awayS, 4 + awayS, () => 0.3, always(back), options),
	];
	test('for five seconds and wears the same is the same', () => {
		expect(same(gone(5, RED)).map(({ sightings }) => sightings.length)).toEqual([26]);
	});
	test('is another with other colours, another size, or after too long', () => {
		for (const two of [gone(5, BLUE), gone(5, RED, { height: 0.2 }), gone(9, RED)]) expect(same(two)).toEqual(two);
	});
	test('is nobody when two come who wear the same', () => {
		const three = [...gone(5, RED), track(7, 9, () => 0.6, always(RED))];
		expect(same(three)).toEqual(three);
	});
	test('is another where it is another kind of thing', () => {
		const two = [track(0, 2, () => 0.2, always(RED)), track(4, 6, () => 0.2, always(RED), { label: 'dog' })];
		expect(same(two)).toHaveLength(2);
	});
});

test('200 people who mill about for half a minute keep what the tracker made of them', () => {
	const crowd = Array.from({ length: 200 }, (_, n) =>
		track(
			0,
			30,
			(atS) => (n % 20) / 22 + 0.03 * Math.sin(atS / 3 + n),
			always([(n * 37) % 255, (n * 91) % 255, (n * 53) % 255, 60, 70, 80]),
		),
	);
	expect(same(crowd)).toHaveLength(200);
});
