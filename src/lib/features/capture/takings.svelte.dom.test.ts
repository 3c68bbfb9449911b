import { expect, test } from 'vitest';
import type { Capture } from '#contract/captures';
import { fakeCapture, fakeServer, fakeSession } from './capture-fakes.ts';
import { Takings } from './takings.svelte.ts';

const ASK_MS = 1;
const DEFAULTS = {
	screenshot: { format: 'png', quality: 90, subtitles: 'none' },
	clip: { mode: 'precise', format: 'webm', quality: 60, shortSide: 480, subtitles: 'playing' },
} as const;

/** A server that makes what is asked for after one question. */
function maker(made: Partial<Capture> = { status: 'complete', progress: 1 }) {
	return fakeServer(({ method }) =>
		method === 'POST' ? { status: 202, body: fakeCapture() } : { body: fakeCapture(made) },
	);
}

test('a press sends the moment that was shown, with what the server takes by default', async () => {
	const server = maker();
	const takings = new Takings(server, ASK_MS);
	await takings.screenshot(fakeSession(), 100.5, DEFAULTS);
	await takings.lastSeconds(fakeSession(), 30, 130.25, DEFAULTS);
	const bodies = server.asked.filter(({ method }) => method === 'POST').map(({ body }) => body);
	expect(bodies).toEqual([
		{ type: 'screenshot', session: 'plex-1', atS: 100.5, format: 'png', quality: 90, subtitles: 'none' },
		{
			...{ type: 'clip', session: 'plex-1', span: { kind: 'last', seconds: 30, endS: 130.25 } },
			...{ mode: 'precise', format: 'webm', quality: 60, shortSide: 480, subtitles: 'playing' },
		},
	]);
	expect(takings.all.map(({ state }) => state)).toEqual(['complete', 'complete']);
});

test('a fast clip asks for no subtitles and no other size: it keeps the picture as it is', async () => {
	const server = maker();
	const fast = { ...DEFAULTS, clip: { ...DEFAULTS.clip, mode: 'fast' } } as const;
	await new Takings(server, ASK_MS).lastSeconds(fakeSession(), 15, 60, fast);
	expect(server.asked[0]?.body).toEqual({
		...{ type: 'clip', session: 'plex-1', span: { kind: 'last', seconds: 15, endS: 60 } },
		...{ mode: 'fast', format: 'webm', quality: 60 },
	});
});

test('what the server could not make says why, and is made anew there', async () => {
	let tries = 0;
	const server = fakeServer(({ method, path }) => {
		if (path.endsWith('/retry')) tries += 1;
		if (method === 'POST') return { status: tries === 0 ? 202 : 200, body: fakeCapture() };
		return {
			body: fakeCapture(tries === 0 ? { status: 'failed', message: 'The disk is full.' } : { status: 'complete' }),
		};
	});
	const takings = new Takings(server, ASK_MS);
	await takings.screenshot(fakeSession(), 100);
	expect(takings.all[0]).toMatchObject({ state: 'failed', message: 'The disk is full.' });
	await takings.retry(takings.all[0]!);
	expect(tries).toBe(1);
	expect(takings.all[0]).toMatchObject({ state: 'complete', message: '' });
});

test('what did not reach the server is sent again with the moment of the press', async () => {
	let isAway = true;
	const server = fakeServer(({ method }) =>
		isAway
			? undefined
			: method === 'POST'
				? { status: 202, body: fakeCapture() }
				: { body: fakeCapture({ status: 'complete' }) },
	);
	const takings = new Takings(server, ASK_MS);
	await takings.screenshot(fakeSession(), 100.5);
	expect(takings.all[0]).toMatchObject({ state: 'unsent' });
	expect(takings.all[0]?.message).toContain('cannot be reached');
	isAway = false;
	await takings.retry(takings.all[0]!);
	expect(server.asked[1]?.body).toMatchObject({ atS: 100.5 });
	expect(takings.all[0]?.state).toBe('complete');
});

test('a server that is away for a moment goes on with what it was asked for', async () => {
	let questions = 0;
	const server = fakeServer(({ method }) => {
		if (method === 'POST') return { status: 202, body: fakeCapture() };
		questions += 1;
		return questions < 3 ? undefined : { body: fakeCapture({ status: 'complete', progress: 1 }) };
	});
	const takings = new Takings(server, ASK_MS);
	await takings.screenshot(fakeSession(), 1);
	expect(questions).toBe(3);
	expect(takings.all[0]?.state).toBe('complete');
});
