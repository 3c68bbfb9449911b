import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../data-folder.ts';
import { startEvening } from '../fakes/evening.ts';
import { FakeJellyfin } from '../fakes/fake-jellyfin.ts';
import { FakePlex } from '../fakes/fake-plex.ts';
import { type Films, makeFilms } from '../fakes/films.ts';
import { type OwnServer, startServer } from '../sync/own-server.ts';

/** A Plex and a Jellyfin that play real films, and a server that watches them. */
export interface Evening {
	readonly plex: FakePlex;
	readonly jellyfin: FakeJellyfin;
	readonly emby: FakeJellyfin;
	readonly films: Films;
	readonly server: OwnServer;
	/** Where its database is. */
	readonly data: string;
	/** Where captures land. */
	readonly captures: string;
	stop(): Promise<void>;
}

export interface EveningOptions {
	/** Media servers that the server knows from its environment. Defaults to Plex and Jellyfin. */
	readonly known?: readonly ('plex' | 'jellyfin' | 'emby')[];
	/** More of the server's environment. */
	readonly env?: Readonly<Record<string, string>>;
	/** Called before the server first looks. */
	readonly before?: ((servers: Pick<Evening, 'plex' | 'jellyfin' | 'emby' | 'films'>) => void) | undefined;
}

export async function startEveningServer({
	known = ['plex', 'jellyfin'],
	before,
	env: more = {},
}: EveningOptions = {}): Promise<Evening> {
	const folder = dataFolder();
	const films = await makeFilms(join(folder, 'media'));
	const [plex, jellyfin, emby] = [new FakePlex(), new FakeJellyfin('jellyfin', '12.0.0'), new FakeJellyfin('emby')];
	await Promise.all([plex, jellyfin, emby].map((fake) => fake.start()));
	startEvening({ plex, jellyfin, emby }, films);
	before?.({ plex, jellyfin, emby, films });
	const captures = join(folder, 'captures');
	mkdirSync(captures);
	const env = {
		plex: { PLEX_URL: plex.url, PLEX_TOKEN: plex.token },
		jellyfin: { JELLYFIN_URL: jellyfin.url, JELLYFIN_API_KEY: jellyfin.apiKey },
		emby: { EMBY_URL: emby.url, EMBY_API_KEY: emby.apiKey },
	};
	const server = await startServer({
		...{ MEDIA_DIRS: films.folder, CAPTURE_DIR: captures, DATA_DIR: join(folder, 'data') },
		...Object.fromEntries(known.flatMap((kind) => Object.entries<string>(env[kind]))),
		...more,
	});
	const stop = async (): Promise<void> => {
		server.child.kill('SIGKILL');
		await Promise.all([plex, jellyfin, emby].map((fake) => fake.stop()));
	};
	return { plex, jellyfin, emby, films, server, data: join(folder, 'data'), captures, stop };
}
