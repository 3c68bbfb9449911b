import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ok } from '../../src/lib/core/result.ts';
import { openDatabase } from '../../sync-server/db/open-database.ts';
import { MediaLibrary } from '../../sync-server/library/media-library.ts';
import type { MediaServer } from '../../sync-server/nowplaying/media-server.ts';
import { PlexServer } from '../../sync-server/nowplaying/plex-server.ts';
import { JellyfinServer } from '../../sync-server/nowplaying/jellyfin-server.ts';
import { SourceFiles } from '../../sync-server/nowplaying/source-files.ts';
import { SourceWatch, WATCH_TIMES } from '../../sync-server/nowplaying/source-watch.ts';
import type { KnownSource } from '../../sync-server/nowplaying/sources.ts';
import { FakeJellyfin } from '../fakes/fake-jellyfin.ts';
import { FakePlex } from '../fakes/fake-plex.ts';
import { fakeFilm, fakePlay } from '../fakes/stage.ts';
import { type Bench, row } from './bench.ts';

const EACH = 250;

export const bench: Bench = {
	name: 'capture-sessions',
	about: `what ${EACH * 2} people play, on a Plex and a Jellyfin, merged with the files of the library`,
	rounds: 20,
	async run({ folder, rounds, say }) {
		const media = join(folder, 'films');
		await mkdir(media);
		const paths = Array.from({ length: EACH }, (_, n) => join(media, `Film ${n}.mkv`));
		await Promise.all(paths.map((path, n) => writeFile(path, `${n}`)));
		const db = openDatabase(join(folder, 'playing.sqlite'));
		if (!db.ok) throw new Error(db.error);
		const library = new MediaLibrary({
			...{ db: db.value, mediaDirs: [media], uploadsDir: join(folder, 'sent'), cacheDir: join(folder, 'cache') },
			probeFile: () => Promise.reject(new Error('nothing is looked into')),
			onError: (error) => say(error.message),
		});
		await library.start();
		await library.scanner.idle();
		const fakes = [new FakePlex(), new FakeJellyfin('jellyfin', '12.0.0')] as const;
		for (const fake of fakes) {
			await fake.start();
			fake.plays = paths.map((path, n) => fakePlay(fakeFilm(path, { title: `It's film ${n}` })));
		}
		const times = { now: Date.now, timeoutMs: 60_000, pictureTimeoutMs: 60_000 };
		const [plex, jellyfin] = fakes;
		const servers = [
			new PlexServer({ kind: 'plex', address: plex.url, secret: plex.token }, times),
			new JellyfinServer('jellyfin', { kind: 'jellyfin', address: jellyfin.url, secret: jellyfin.apiKey }, times),
		];
		const watches = await Promise.all(servers.map((server) => watchOf(server, library)));
		const merged: number[] = [];
		const whole: number[] = [];
		for (let round = -3; round < rounds; round += 1) {
			const started = performance.now();
			for (const watch of watches) await watch.look();
			const sessions = watches.flatMap((watch) => [...watch.watched.values()]);
			const took = performance.now() - started;
			if (sessions.length !== EACH * 2 || sessions.some((one) => one.media.state !== 'file'))
				throw new Error('not all that plays was found');
			if (round >= 0) merged.push(took);
			const asked = performance.now();
			for (const server of servers) await server.playing(new AbortController().signal);
			if (round >= 0) whole.push(performance.now() - asked);
		}
		await library.close();
		db.value.close();
		for (const fake of fakes) await fake.stop();
		return [
			row('500 sessions merged with the library', 'ms', 20, 'lower', merged),
			row('the answers of both media servers asked for and read', 'ms', null, 'lower', whole),
		];
	},
};

/** Looks at what the media server told once: the time of the network and of the double is not ours. */
async function watchOf(server: MediaServer, library: MediaLibrary): Promise<SourceWatch> {
	const signal = new AbortController().signal;
	const told = await server.playing(signal);
	if (!told.ok) throw new Error(told.error.problem);
	const source: KnownSource = {
		...{ id: server.kind, kind: server.kind, from: 'environment', label: undefined, access: undefined, mappings: [] },
	};
	const once: MediaServer = {
		...{ kind: server.kind, movesPositions: server.movesPositions },
		check: () => Promise.resolve(ok({ name: 'Bench', version: '1' })),
		playing: () => Promise.resolve(told),
		files: (item, stop) => server.files(item, stop),
		libraries: (stop) => server.libraries(stop),
		picture: (item, image, width, stop) => server.picture(item, image, width, stop),
		text: (path, stop) => server.text(path, stop),
		stream: (path) => server.stream(path),
	};
	const files = new SourceFiles({ source, server: once, library, mappings: () => [], now: Date.now });
	return new SourceWatch({
		...{ source: () => source, server: once, files, times: WATCH_TIMES, now: Date.now },
		onLook: () => undefined,
		onError: (error) => {
			throw error;
		},
	});
}
