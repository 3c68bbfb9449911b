import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import type * as Y from 'yjs';
import { DEFAULT_BATCH } from '#core/batch/batch';
import { WHOLE_FRAME } from '#core/crop/crop';
import type { Marker } from '#core/project/profile';
import { present } from '#core/result';
import { openDatabase } from '../db/open-database.ts';
import { Settings } from '../db/settings.ts';
import { serverIdentity } from '../server-identity.ts';
import { Documents } from '../sync/documents.ts';
import { ProfilePeer } from '../sync/profile-peer.ts';
import { profileHistory } from './profile-history.ts';

test('a mark says which server it lies on, the same at every start, whatever the app has called it', () => {
	const database = openDatabase(':memory:');
	if (!database.ok) throw new Error(database.error);
	const settings = new Settings(database.value);
	const { id, name } = serverIdentity(settings);
	expect(serverIdentity(settings)).toEqual({ id, name: hostname() });
	const documents = new Documents(database.value);
	const history = profileHistory(new ProfilePeer(documents), { id, name });
	const marker: Omit<Marker, 'clips'> = {
		...{ id: 'm', media: `100-${'a'.repeat(64)}`, mediaName: 'film.mp4', atS: 1, counter: 1, batch: DEFAULT_BATCH },
		crop: { base: WHOLE_FRAME, keyframes: [], interpolation: 'step' },
		...{ seed: 7, label: 'a dog', category: '', destination: 'server', createdAt: '2026-01-01T00:00:00.000Z' },
	};
	expect(history.onMade('default', marker, { path: 'walk/a_0.mp4', inS: 0, outS: 1 })).toBeUndefined();
	const { document } = documents.hold('profile:default');
	const markers = document.doc.getMap<Y.Map<unknown>>('markers');
	const noted = present(markers.get('m'), 'the mark').toJSON();
	expect(noted).toMatchObject({ label: 'a dog', destination: `server:${id}`, serverName: name });
});
