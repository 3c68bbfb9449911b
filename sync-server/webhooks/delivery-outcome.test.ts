import { ok } from '#core/result';
import { expect, test } from 'vitest';
import { outcomeOf } from './delivery-outcome.ts';

const NOW = Date.UTC(2026, 10, 30, 8);
const answered = (status: number, headers: Record<string, string> = {}) =>
	outcomeOf(ok({ status, headers }), 'discord', NOW);

test.each<[Record<string, string>, number]>([
	[{ 'retry-after': '3' }, 3000],
	[{ 'retry-after': '0.734' }, 734],
	[{ 'retry-after': 'Mon, 30 Nov 2026 08:00:30 GMT' }, 30_000],
	[{ 'retry-after': 'Mon, 30 Nov 2026 07:00:00 GMT' }, 0],
	[{ 'x-ratelimit-reset-after': '1.5', 'x-ratelimit-remaining': '0' }, 1500],
	[{ 'retry-after': '999999999' }, 3_600_000],
	[{ 'retry-after': 'Mon, 30 Nov 2099 08:00:00 GMT' }, 3_600_000],
	[{ 'x-ratelimit-reset-after': '999999999' }, 3_600_000],
	[{ 'retry-after': 'soon' }, 5000],
	[{ 'retry-after': '-5' }, 5000],
	[{}, 5000],
])('429 with %o is tried again in %d ms', (headers, pauseMs) => {
	expect(answered(429, headers)).toMatchObject({ state: 'again', status: 429, pauseMs });
});

test('after the last message that is allowed there is a rest', () => {
	expect(answered(204, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '2' })).toEqual({
		...{ state: 'done', status: 204, restMs: 2000 },
	});
	expect(answered(204, { 'x-ratelimit-remaining': '4', 'x-ratelimit-reset-after': '2' })).toEqual({
		state: 'done',
		status: 204,
	});
});

test.each([
	[503, 'again'],
	[599, 'again'],
	[408, 'again'],
	[400, 'failed'],
	[404, 'failed'],
	[302, 'failed'],
	[101, 'failed'],
])('status %d: %s', (status, state) => {
	expect(answered(status)).toMatchObject({ state, status });
});
