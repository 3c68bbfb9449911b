import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Session } from '#contract/sessions';
import type { SourceStatus } from '#contract/sources';
import { AT, fakeServer, fakeSession } from './capture-fakes.ts';
import { NowPlaying } from './now-playing.svelte.ts';

/** What the device's own clock shows, in milliseconds; it says nothing of the time of day. */
let hereMs = 0;
let sessions: readonly Session[] = [];
let sources: readonly SourceStatus[] = [];
let isAway = false;
let visibility: DocumentVisibilityState = 'visible';

const server = () =>
	fakeServer(({ path }) =>
		isAway
			? undefined
			: path === '/api/sessions'
				? { body: { sessions, sources } }
				: { status: 404, body: { code: 'not_found', message: 'none' } },
	);
const playingOf = ({ client }: ReturnType<typeof server>) =>
	new NowPlaying({
		connection: { client, mediaUrl: (path) => Promise.resolve({ ok: true, value: `http://server.test${path}` }) },
		now: () => hereMs,
	});
const passed = async (ms: number): Promise<void> => {
	hereMs += ms;
	await vi.advanceTimersByTimeAsync(ms);
};

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
	[hereMs, sessions, sources, isAway, visibility] = [50_000, [fakeSession()], [], false, 'visible'];
	vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
});
afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
});

test('the position that is shown runs by itself between two replies', async () => {
	const playing = playingOf(server());
	const stop = playing.start();
	await vi.waitFor(() => expect(playing.sessions).toHaveLength(1));
	const shown: number[] = [];
	const end = $effect.root(() => {
		$effect(() => void shown.push(playing.shownPosition(playing.sessions[0]!)));
	});
	flushSync();
	await passed(250);
	flushSync();
	await passed(250);
	flushSync();
	expect(shown).toEqual([100, 100.25, 100.5]);
	end();
	stop();
});

test('a press takes where the film is at that moment, not what was shown last', async () => {
	const playing = playingOf(server());
	await playing.look();
	hereMs += 120;
	expect(playing.shownPosition(playing.sessions[0]!)).toBe(100);
	expect(playing.positionNow(playing.sessions[0]!)).toBeCloseTo(100.12, 6);
});

test('the server is asked every five seconds while the page is looked at, and not while it is hidden', async () => {
	const { client, asked } = server();
	const playing = playingOf({ client, asked });
	const looks = () => asked.filter(({ path }) => path === '/api/sessions').length;
	const stop = playing.start();
	await vi.waitFor(() => expect(looks()).toBe(1));
	await passed(5000);
	await vi.waitFor(() => expect(looks()).toBe(2));
	visibility = 'hidden';
	await passed(30_000);
	expect(looks()).toBe(2);
	visibility = 'visible';
	document.dispatchEvent(new Event('visibilitychange'));
	await vi.waitFor(() => expect(looks()).toBe(3));
	stop();
	await passed(30_000);
	expect(looks()).toBe(3);
});

test('a media server that fails hides nothing of the others', async () => {
	const failed = {
		id: 'jellyfin',
		kind: 'jellyfin',
		name: 'Cellar',
		state: 'failed',
		message: 'The key is wrong.',
	} as const;
	sources = [{ id: 'plex', kind: 'plex', name: 'Attic', state: 'ok' }, failed];
	const playing = playingOf(server());
	await playing.look();
	expect(playing.failing).toEqual([failed]);
	expect(playing.sessions).toHaveLength(1);
});

test('while the server is away its last word stays, with a sentence, and films run on', async () => {
	const playing = playingOf(server());
	await playing.look();
	isAway = true;
	hereMs += 3000;
	await playing.look();
	expect(playing.problem).toContain('cannot be reached');
	expect(playing.positionNow(playing.sessions[0]!)).toBe(103);
	isAway = false;
	sessions = [fakeSession({ positionS: 104, at: new Date(AT + 4000).toISOString() })];
	hereMs += 1000;
	await playing.look();
	expect(playing.problem).toBe('');
	expect(playing.positionNow(playing.sessions[0]!)).toBe(104);
});
