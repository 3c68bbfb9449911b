import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeJellyfin } from './fake-jellyfin.ts';
import { FakePlex } from './fake-plex.ts';
import { makeFilms } from './films.ts';
import { startEvening } from './evening.ts';

/** `npm run fakes`: a Plex, a Jellyfin and an Emby that play generated films, until Ctrl-C. */
const folder = await mkdtemp(join(tmpdir(), 'octocut-fakes-'));
process.stderr.write('Making films …\n');
const films = await makeFilms(join(folder, 'media'));
const [plex, jellyfin, emby] = [new FakePlex(), new FakeJellyfin('jellyfin', '12.0.0'), new FakeJellyfin('emby')];
emby.base = '/emby';
await Promise.all([plex, jellyfin, emby].map((server) => server.start()));
startEvening({ plex, jellyfin, emby }, films);

process.stdout.write(
	`Start the server with these, then open “Now playing”:

MEDIA_DIRS="${films.folder}"
PLEX_URL=${plex.url}
PLEX_TOKEN=${plex.token}
JELLYFIN_URL=${jellyfin.url}
JELLYFIN_API_KEY=${jellyfin.apiKey}
EMBY_URL=${emby.url}
EMBY_API_KEY=${emby.apiKey}

Plex tells paths below /data: the wizard under Settings, Media servers proposes where they lie. Ctrl-C ends it.
`,
);

const ended = new Promise<void>((resolve) => {
	process.once('SIGINT', resolve);
	process.once('SIGTERM', resolve);
});
await ended;
await Promise.all([plex, jellyfin, emby].map((server) => server.stop()));
await rm(folder, { recursive: true, force: true });
