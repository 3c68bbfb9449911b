import { describe, expect, it } from 'vitest';
import type { Played } from './media-server.ts';
import { follow, type Playback, positionAt } from './playback.ts';

const played = (toldS: number, more: Partial<Played> = {}): Played => ({
	...{ key: 'a', item: '1', title: 'Film', mediaKind: 'movie', state: 'playing', toldS, durationS: 600 },
	...{ transcoding: false, revision: '' },
	...more,
});

/** Looks at [second, told] one after the other. */
const looks = (steps: readonly (readonly [number, Played])[], movesItself = false): Playback =>
	steps.reduce<Playback | undefined>((before, [atS, one]) => follow(before, one, atS * 1000, movesItself), undefined)!;

describe('a position that players tell every ten seconds', () => {
	it('runs on from when it was seen first', () => {
		const followed = looks([
			[0, played(100)],
			[5, played(100)],
		]);
		expect(positionAt(followed, 8000)).toBe(108);
	});

	it('is never far from the truth, however the looks fall between the reports', () => {
		for (const everyS of [2, 3, 5, 7]) {
			for (const shift of [0, 1.3, 4.9, 8]) {
				let followed: Playback | undefined;
				for (let atS = 0; atS < 60; atS += everyS) {
					const told = 100 + Math.floor((atS + shift) / 10) * 10;
					followed = follow(followed, played(told), atS * 1000, false);
				}
				// After a minute, within the time between two looks of what it is.
				const off = 100 + 60 + shift - positionAt(followed!, 60_000);
				expect(off).toBeGreaterThanOrEqual(0);
				expect(off).toBeLessThanOrEqual(everyS);
			}
		}
	});

	it('does not jitter when a report comes late', () => {
		const followed = looks([
			[0, played(100)],
			[10, played(106)],
		]);
		expect(positionAt(followed, 10_000)).toBe(110);
	});

	it('follows a jump back', () => {
		const followed = looks([
			[0, played(100)],
			[5, played(40)],
		]);
		expect(positionAt(followed, 6000)).toBe(41);
	});

	it('follows a jump ahead', () => {
		const followed = looks([
			[0, played(100)],
			[5, played(300)],
		]);
		expect(positionAt(followed, 6000)).toBe(301);
	});

	it('stands still while it is paused or waits for data, and runs on afterwards', () => {
		for (const state of ['paused', 'buffering'] as const) {
			const still = looks([
				[0, played(100)],
				[5, played(103, { state })],
			]);
			expect(positionAt(still, 500_000)).toBe(103);
			expect(positionAt(follow(still, played(103), 500_000, false), 502_000)).toBe(105);
		}
	});

	it('begins anew with the next film', () => {
		const followed = looks([
			[0, played(590)],
			[5, played(0, { item: '2' })],
		]);
		expect(positionAt(followed, 6000)).toBe(1);
	});

	it('ends with the film', () => expect(positionAt(looks([[0, played(595)]]), 60_000)).toBe(600));

	it('is not before the film when a clock was set back', () =>
		expect(positionAt(looks([[100, played(1)]]), 0)).toBe(0));
});

it('a position that the media server moves on itself is taken as it is told', () => {
	const followed = looks(
		[
			[0, played(100)],
			[5, played(104)],
		],
		true,
	);
	expect(positionAt(followed, 5000)).toBe(104);
});
