import { expect, test } from 'vitest';
import type { Session } from '#contract/sessions';
import { positionAt, ServerClock } from './server-clock.ts';

const AT = Date.parse('2026-01-01T20:00:00.000Z');
const session = (more: Partial<Session> = {}): Session => ({
	...{ id: 'plex-1', source: 'plex', kind: 'plex', sourceName: 'Attic', title: 'Big Walk', mediaKind: 'movie' },
	...{ state: 'playing', positionS: 100, at: new Date(AT).toISOString(), durationS: 600, transcoding: false },
	media: { state: 'none', message: 'no' },
	...more,
});

test('a film that plays runs on from where it was told to be', () => {
	expect(positionAt(session(), AT + 2500)).toBe(102.5);
});

test('a film that is paused, or waits for data, stands still', () => {
	expect(positionAt(session({ state: 'paused' }), AT + 60_000)).toBe(100);
	expect(positionAt(session({ state: 'buffering' }), AT + 60_000)).toBe(100);
});

test('it ends at its end, and live television does not', () => {
	expect(positionAt(session(), AT + 3_600_000)).toBe(600);
	const { durationS, ...live } = session();
	expect(durationS).toBe(600);
	expect(positionAt(live, AT + 3_600_000)).toBe(3700);
});

test('a time before it was told takes nothing back', () => {
	expect(positionAt(session(), AT - 5000)).toBe(100);
	expect(positionAt(session(), undefined)).toBe(100);
});

test('a clock that is hours off here does not move the film', () => {
	const clock = new ServerClock();
	expect(clock.at(0)).toBeUndefined();
	clock.hear(AT, 1000);
	expect(clock.at(4000)).toBe(AT + 3000);
});

test('of slow and quick replies the quickest sets the clock, and what is long ago is forgotten', () => {
	const clock = new ServerClock();
	clock.hear(AT, 900);
	clock.hear(AT + 5000, 5020);
	clock.hear(AT + 10_000, 11_500);
	expect(clock.at(12_000)).toBe(AT + 11_980);
	// The server's clock was set back by a minute: after a minute of replies it is believed.
	for (let n = 3; n < 15; n += 1) clock.hear(AT - 60_000 + n * 5000, n * 5000);
	expect(clock.at(80_000)).toBe(AT - 60_000 + 80_000);
});
