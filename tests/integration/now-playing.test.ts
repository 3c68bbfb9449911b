import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { type FakeItem, fakeFilm, fakePart, fakePlay } from '../fakes/stage.ts';
import { useWorld } from './playing-world.ts';

const world = useWorld();

/** Played on every server at the clock's time. */
const playsEverywhere = (item: FakeItem, more: Parameters<typeof fakePlay>[1] = {}) => {
	for (const server of world.all) server.plays = [fakePlay(item, { sinceMs: world.its.clock, ...more })];
};

describe('what plays', () => {
	test('is nothing while nothing does, and every media server is well', async () => {
		world.jellyfin.plays = [fakePlay(fakeFilm('/x.mkv'), { idle: true })];
		await world.its.start({ servers: world.all });
		const { sessions, sources } = await world.its.list();
		expect(sessions).toEqual([]);
		expect(sources).toMatchObject([
			{ id: 'plex', kind: 'plex', name: 'Attic', state: 'ok' },
			{ id: 'jellyfin', kind: 'jellyfin', name: 'Cellar', state: 'ok' },
			{ id: 'emby', kind: 'emby', name: 'Den', state: 'ok' },
		]);
	});

	test('is told alike by all three, with the file of the library', async () => {
		const path = world.its.put('Films/Big Walk.mkv');
		playsEverywhere(fakeFilm(path, { title: "It's a <Big> “Walk” & more" }), {
			positionS: 60,
			user: 'Ada',
			device: 'SHIELD',
		});
		await world.its.start({ servers: world.all });
		const [id] = (await world.its.sessions()).map(({ media }) => (media.state === 'file' ? media.media : ''));
		const sessions = await world.its.sessions();
		expect(sessions.map((one) => one.id)).toEqual([
			`plex-${world.plex.plays[0]!.id}`,
			`jf-${world.jellyfin.plays[0]!.id}`,
			`emby-${world.emby.plays[0]!.id}`,
		]);
		for (const one of sessions) {
			expect(one).toMatchObject({
				...{ title: "It's a <Big> “Walk” & more", year: 2021, user: 'Ada', device: 'SHIELD', mediaKind: 'movie' },
				...{ state: 'playing', positionS: 60, durationS: 600, transcoding: false, media: { state: 'file', media: id } },
				picture: { image: 'poster' },
			});
		}
		expect(world.its.rooms.library.list.item(id!)?.name).toBe('Big Walk.mkv');
	});

	test.each([
		[{ season: 5, episode: 14 }, 'S05E14 — Ozymandias'],
		[{ season: 0, episode: 3 }, 'S00E03 — Ozymandias'],
		[{ season: 12, episode: 104 }, 'S12E104 — Ozymandias'],
		[{ episode: 2 }, 'E02 — Ozymandias'],
		[{}, 'Ozymandias'],
	])('of a series %j: its name, then %s', async (numbers, line) => {
		playsEverywhere(fakeFilm('/x.mkv', { type: 'episode', series: 'Breaking Bad', title: 'Ozymandias', ...numbers }));
		await world.its.start({ servers: world.all });
		for (const one of await world.its.sessions()) {
			expect(one).toMatchObject({ title: 'Breaking Bad', subtitle: line, mediaKind: 'episode' });
		}
	});

	test.each([
		['live television', { type: 'live', title: 'Channel 4', versions: [] }, 'live', 'Live television'],
		['music', { type: 'track', title: 'Song', artist: 'The Band', album: 'First' }, 'music', 'no picture'],
		['a photo', { type: 'photo', title: 'Beach' }, 'photo', 'photo'],
	] as const)('%s is shown, and cannot be captured', async (_, item, kind, why) => {
		playsEverywhere(fakeFilm('/x.mkv', item));
		await world.its.start({ servers: world.all });
		const sessions = await world.its.sessions();
		expect(sessions).toHaveLength(3);
		for (const one of sessions) {
			expect(one).toMatchObject({ mediaKind: kind, media: { state: 'none' } });
			expect(one.media).toMatchObject({ message: expect.stringContaining(why) as string });
			if (kind === 'live') expect(one.durationS).toBeUndefined();
			if (kind === 'music') expect(one.subtitle).toBe('The Band — First');
			const details = await world.its.playing.nowPlaying.details(one.id, 0, new AbortController().signal);
			expect(details).toMatchObject({ ok: false, error: { kind: 'not-capturable' } });
		}
	});

	test('without what Plex shows before the film, with its extras', async () => {
		world.plex.plays = [
			fakePlay(fakeFilm('/pre.mkv', { type: 'clip', title: 'Preroll', section: -2 })),
			fakePlay(fakeFilm('/extra.mkv', { type: 'clip', title: 'Deleted scene', extra: true })),
		];
		await world.its.start({ servers: [world.plex] });
		expect((await world.its.sessions()).map(({ title, mediaKind }) => [title, mediaKind])).toEqual([
			['Deleted scene', 'clip'],
		]);
	});

	test('of Plex is the same in XML and in JSON', async () => {
		const path = world.its.put('TV/a.mkv');
		world.plex.plays = [
			fakePlay(
				fakeFilm(path, { type: 'episode', series: 'Show & Tell', title: "It's\na pilot", season: 1, episode: 4 }),
				{ sinceMs: world.its.clock },
			),
			fakePlay(fakeFilm('/song.flac', { type: 'track', artist: 'X' }), { sinceMs: world.its.clock }),
			fakePlay(fakeFilm(path), { transcoding: true, state: 'paused', sinceMs: world.its.clock }),
		];
		await world.its.start({ servers: [world.plex] });
		const inJson = await world.its.sessions();
		world.plex.xmlOnly = true;
		await world.its.test('plex');
		const byId = (sessions: typeof inJson) => [...sessions].sort((a, b) => a.id.localeCompare(b.id));
		expect(byId(await world.its.sessions())).toEqual(byId(inJson));
		expect(inJson[0]).toMatchObject({
			title: 'Show & Tell',
			subtitle: "S01E04 — It's a pilot",
			media: { state: 'file' },
		});
	});

	test('with one that cannot be read does not lose the others', async () => {
		world.plex.plays = [
			fakePlay(fakeFilm('/a.mkv')),
			fakePlay({ ...fakeFilm('/b.mkv'), id: 'odd' as unknown as number }),
		];
		await world.its.start({ servers: [world.plex] });
		expect(await world.its.sessions()).toHaveLength(1);
	});

	test('with a path that is none does not keep it', async () => {
		world.plex.plays = [fakePlay(fakeFilm(`/${'x'.repeat(100_000)}.mkv`)), fakePlay(fakeFilm('/b.mkv'))];
		await world.its.start({ servers: [world.plex] });
		expect(await world.its.sessions()).toHaveLength(2);
		expect((await world.its.paths('plex')).unmatched).toEqual(['/b.mkv']);
	});

	test('by more than could is told as far as it goes', async () => {
		world.plex.plays = Array.from({ length: 2100 }, (_, n) => fakePlay(fakeFilm(`/f${n}.mkv`)));
		await world.its.start({ servers: [world.plex] });
		expect(await world.its.sessions()).toHaveLength(2000);
	});

	test('by five hundred people is told whole', async () => {
		for (const server of world.all)
			server.plays = Array.from({ length: 500 }, (_, n) => fakePlay(fakeFilm(`/f${n}.mkv`, { title: `It's ${n}` })));
		world.plex.xmlOnly = true;
		await world.its.start({ servers: world.all });
		const sessions = await world.its.sessions();
		expect(sessions).toHaveLength(1500);
		expect(new Set(sessions.map(({ id }) => id)).size).toBe(1500);
	});
});

describe('where it is', () => {
	test('runs on between the reports of Plex and Emby, and is not counted twice with Jellyfin', async () => {
		playsEverywhere(fakeFilm('/x.mkv'), { positionS: 100 });
		await world.its.start({ servers: world.all });
		expect((await world.its.sessions()).map(({ positionS }) => positionS)).toEqual([100, 100, 100]);
		expect((await world.its.sessions(3)).map(({ positionS }) => positionS)).toEqual([103, 103, 103]);
		for (const n of [1, 2, 3, 4, 5, 6]) {
			const positions = (await world.its.sessions(5)).map(({ positionS }) => positionS);
			expect(positions).toEqual([103 + n * 5, 103 + n * 5, 103 + n * 5]);
		}
		const one = world.its.playing.nowPlaying.session((await world.its.sessions())[0]!.id)!;
		world.its.clock += 2000;
		expect(world.its.playing.nowPlaying.session(one.id)!.positionS).toBe(one.positionS + 2);
	});

	test('stands still while paused or waiting for data', async () => {
		playsEverywhere(fakeFilm('/x.mkv'), { positionS: 100, state: 'paused' });
		await world.its.start({ servers: world.all });
		await world.its.sessions();
		for (const one of await world.its.sessions(30)) expect(one).toMatchObject({ state: 'paused', positionS: 100 });
		world.plex.plays[0]!.state = 'buffering';
		expect((await world.its.sessions(10))[0]).toMatchObject({ state: 'buffering', positionS: 100 });
	});

	test('is never past the end', async () => {
		playsEverywhere(fakeFilm('/x.mkv', { durationS: 120 }), { positionS: 110 });
		await world.its.start({ servers: world.all });
		await world.its.sessions();
		for (const one of await world.its.sessions(60)) expect(one.positionS).toBe(120);
	});

	test('of a player that nobody has heard of for long is no longer shown, unless it is paused', async () => {
		world.jellyfin.plays = [
			fakePlay(fakeFilm('/a.mkv', { title: 'Gone' }), { silentS: 120 }),
			fakePlay(fakeFilm('/b.mkv', { title: 'Paused' }), { silentS: 120, state: 'paused' }),
			fakePlay(fakeFilm('/c.mkv', { title: 'Here' }), { silentS: 20 }),
		];
		await world.its.start({ servers: [world.jellyfin] });
		expect((await world.its.sessions()).map(({ title }) => title)).toEqual(['Paused', 'Here']);
		// Its clock is an hour ahead of ours: both dates are its own.
		world.jellyfin.now = () => world.its.clock + 3600_000;
		expect((await world.its.sessions(10)).map(({ title }) => title)).toEqual(['Paused', 'Here']);
	});

	test('is remembered for an hour after the end, where it stood', async () => {
		playsEverywhere(fakeFilm('/x.mkv'), { positionS: 100 });
		await world.its.start({ servers: [world.plex] });
		const [{ id } = { id: '' }] = await world.its.sessions();
		world.plex.plays = [];
		expect(await world.its.sessions(10)).toEqual([]);
		expect(world.its.playing.nowPlaying.session(id)).toMatchObject({ id, positionS: 100 });
		world.its.clock += 3599_000;
		expect(world.its.playing.nowPlaying.session(id)).toMatchObject({ positionS: 100 });
		world.its.clock += 2000;
		expect(world.its.playing.nowPlaying.session(id)).toBeUndefined();
		expect(await world.its.playing.nowPlaying.details(id, 0, new AbortController().signal)).toMatchObject({
			ok: false,
		});
	});
});

describe('the file that plays', () => {
	const details = async (atS = 0, n = 0) => {
		const one = (await world.its.sessions())[n]!;
		const told = await world.its.playing.nowPlaying.details(one.id, atS, new AbortController().signal);
		if (!told.ok) throw new Error(JSON.stringify(told.error));
		return told.value;
	};

	test('is asked for when Plex transcodes, once for an item', async () => {
		const path = world.its.put('a.mkv');
		world.plex.plays = [fakePlay(fakeFilm(path), { transcoding: true })];
		await world.its.start({ servers: [world.plex] });
		expect(await world.its.sessions()).toMatchObject([{ transcoding: true, media: { state: 'file' } }]);
		await world.its.sessions(10);
		await world.its.sessions(10);
		expect(world.plex.paths.filter((one) => one.startsWith('/library/metadata'))).toHaveLength(1);
		expect((await details()).media).toMatchObject({ kind: 'file', file: { path, name: 'a.mkv' } });
	});

	test('is the version that plays, of several', async () => {
		const [small, large] = [world.its.put('small.mkv'), world.its.put('large.mkv')];
		const item = fakeFilm(small);
		const versions = [item.versions[0]!, { id: 99, width: 3840, height: 2160, parts: [fakePart(large, 600)] }];
		playsEverywhere({ ...item, versions }, { version: 99 });
		await world.its.start({ servers: world.all });
		for (const n of [0, 1, 2]) {
			expect((await world.its.sessions())[n]!.media.state).toBe('file');
			expect((await details(0, n)).media).toMatchObject({ kind: 'file', file: { name: 'large.mkv' } });
		}
	});

	test('is the part that shows the time, of a film in several files', async () => {
		const [one, two] = [world.its.put('cd1.mkv'), world.its.put('cd2.mkv')];
		const item = {
			...fakeFilm(one),
			versions: [{ id: 5, width: 1, height: 1, parts: [fakePart(one, 100), fakePart(two, 50)] }],
		};
		world.plex.plays = [fakePlay(item, { positionS: 120, state: 'paused' })];
		await world.its.start({ servers: [world.plex] });
		expect((await world.its.sessions())[0]).toMatchObject({ durationS: 150, positionS: 120 });
		expect(await details(20)).toMatchObject({ offsetS: 0, media: { file: { name: 'cd1.mkv' } } });
		expect(await details(100)).toMatchObject({ offsetS: 100, media: { file: { name: 'cd2.mkv' } } });
		expect(await details(9999)).toMatchObject({ offsetS: 100, media: { file: { name: 'cd2.mkv' } } });
	});

	test('is read from the media server when it is not here, with what proves us there in headers', async () => {
		const file = world.its.put('elsewhere-here.mkv');
		const item = {
			...fakeFilm(''),
			versions: [{ id: 5, width: 1, height: 1, parts: [fakePart('F:\\Films\\x.mkv', 100, { file })] }],
		};
		playsEverywhere(item);
		await world.its.start({ servers: world.all });
		for (const n of [0, 1, 2]) {
			expect((await world.its.sessions())[n]!.media.state).toBe('stream');
			const { media } = await details(0, n);
			if (media.kind !== 'stream') throw new Error('not streamed');
			const read = await fetch(media.address, { headers: { ...media.headers, Range: 'bytes=4-7' } });
			expect([read.status, await read.text()]).toEqual([206, 'ftyp']);
			expect((await fetch(media.address)).status).toBe(401);
			expect(media.address).not.toMatch(/donottell/i);
		}
	});

	test('that is gone from the disk is read from the media server', async () => {
		const path = world.its.put('a.mkv');
		const item = {
			...fakeFilm(''),
			versions: [{ id: 5, width: 1, height: 1, parts: [fakePart(path, 100, { file: path })] }],
		};
		world.plex.plays = [fakePlay(item)];
		await world.its.start({ servers: [world.plex] });
		expect((await world.its.sessions())[0]!.media.state).toBe('file');
		await rm(path);
		expect((await details()).media).toMatchObject({ kind: 'stream' });
	});

	test('that is nowhere cannot be captured, and that is said', async () => {
		world.jellyfin.plays = [fakePlay({ ...fakeFilm('/nowhere.mkv'), versions: [] })];
		await world.its.start({ servers: [world.jellyfin] });
		const [one] = await world.its.sessions();
		expect(one!.media).toMatchObject({
			state: 'none',
			message: expect.stringContaining('Settings, Media servers') as string,
		});
	});

	test('that was not met yet is not said to be nowhere while the folders are read', async () => {
		world.jellyfin.plays = [fakePlay({ ...fakeFilm('/nowhere.mkv'), versions: [] })];
		await world.its.start({ servers: [world.jellyfin] });
		world.its.forgetThatFoldersWereRead();
		const [one] = await world.its.sessions();
		expect(one!.media).toMatchObject({
			message: expect.stringMatching(/^The media folders are still being read/) as string,
		});
	});
});

describe('subtitles', () => {
	const streams = [
		{ id: 1, index: 0, type: 'video', codec: 'h264' },
		{ id: 2, index: 1, type: 'audio', codec: 'aac' },
		{ id: 3, index: 2, type: 'subtitle', codec: 'ass', language: 'ger', title: 'German' },
		{ id: 4, index: 4, type: 'subtitle', codec: 'pgs', language: 'eng', title: 'English' },
		{
			id: 5,
			type: 'subtitle',
			codec: 'srt',
			language: 'fre',
			title: 'French',
			forced: true,
			text: '1\n00:00:01,000 --> 00:00:02,000\nÇa va\n',
		},
	] as const;

	const play = async (subtitle: number | undefined) => {
		const path = world.its.put('a.mkv');
		const item = {
			...fakeFilm(''),
			versions: [{ id: 5, width: 1, height: 1, parts: [fakePart(path, 100, { streams })] }],
		};
		playsEverywhere(item, subtitle === undefined ? {} : { subtitle });
		await world.its.start({ servers: world.all });
		return Promise.all(
			(await world.its.sessions()).map(async ({ id }) => {
				const told = await world.its.playing.nowPlaying.details(id, 0, new AbortController().signal);
				if (!told.ok) throw new Error(JSON.stringify(told.error));
				return told.value;
			}),
		);
	};

	test.each([
		[3, { kind: 'stream', index: 2 }],
		[4, { kind: 'stream', index: 4 }],
		[5, { kind: 'external', id: 'e0' }],
		[undefined, undefined],
	])('%s shows on the screen that plays', async (shown, expected) => {
		for (const { subtitle } of await play(shown)) expect(subtitle).toEqual(expected);
	});

	test('beside the film are fetched from the media server', async () => {
		for (const { external } of await play(undefined)) {
			expect(external).toMatchObject([{ id: 'e0', label: 'French', language: 'fre', codec: 'srt', forced: true }]);
			const text = await external[0]!.fetch(new AbortController().signal);
			expect(text).toEqual({ ok: true, value: expect.stringContaining('Ça va') as string });
		}
		world.plex.odd.failStatus = 503;
		const [one] = await world.its.sessions();
		const told = await world.its.playing.nowPlaying.details(one!.id, 0, new AbortController().signal);
		if (!told.ok) throw new Error('known');
		expect(await told.value.external[0]!.fetch(new AbortController().signal)).toMatchObject({
			ok: false,
			error: { kind: 'source-offline' },
		});
	});
});
