import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { restoreDatabase } from '../../sync-server/db/open-database.ts';
import { createServerClient } from '../../src/lib/remote/server-client.ts';
import { ServerBlobs } from '../../src/lib/remote/sync/server-blobs.ts';
import { dataFolder } from '../data-folder.ts';
import { Device, reached } from '../sync/device.ts';
import { trialServer, type TrialServer } from '../sync/server.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0).reverse()) await close();
});
const NAME = 'project:one';
const DAY_MS = 24 * 3600_000;

const blob = (bytes = 100_000) => {
	const data = new Uint8Array(randomBytes(bytes));
	return { data, hash: createHash('sha256').update(data).digest('hex') };
};
const kept = ({ db }: TrialServer): readonly string[] =>
	(db.sqlite.prepare('select sha256 from blobs').all() as { sha256: string }[]).map(({ sha256 }) => sha256);
/** A project as the app writes it, of which a path lies beside it. */
const speakOf = (doc: Y.Doc, hash: string, id = 'p'): void =>
	void doc.getMap('cameraPaths').set(id, { media: 'm', path: { id, centres: hash } });

async function opened(doc: Y.Doc, { url }: TrialServer) {
	const device = new Device(() => url);
	closing.push(() => device.close());
	const { shared } = device.join(NAME, doc);
	await reached(shared, 'synced');
	return { device, settle: () => reached(shared, 'connecting').then(() => reached(shared, 'synced')) };
}

test('a blob stays while a document speaks of it, and a month longer, over restarts of the server', async () => {
	let now = Date.parse('2026-01-01T00:00:00Z');
	const dataDir = dataFolder();
	let trial = await trialServer({ dataDir, now: () => new Date(now) });
	closing.push(() => trial.close());
	const [spoken, silent] = [blob(), blob()];
	for (const { hash, data } of [spoken, silent]) expect(trial.blobs.put(hash, data).ok).toBe(true);
	const doc = new Y.Doc();
	speakOf(doc, spoken.hash);
	const { device, settle } = await opened(doc, trial);
	now += 29 * DAY_MS;
	expect(await trial.blobs.sweep()).toBe(0);
	now += 2 * DAY_MS;
	expect(await trial.blobs.sweep()).toBe(1);
	expect(kept(trial)).toEqual([spoken.hash]);
	// The path goes: what the server last saw in use is a day old.
	doc.getMap('cameraPaths').delete('p');
	await settle();
	device.close();
	await trial.close();
	now += DAY_MS;
	trial = await trialServer({ dataDir, now: () => new Date(now) });
	const held = trial.documents.hold(NAME);
	held.document.compact();
	held.release();
	for (let day = 0; day < 29; day += 1) {
		expect(await trial.blobs.sweep()).toBe(0);
		now += DAY_MS;
	}
	now += 2 * DAY_MS;
	expect(await trial.blobs.sweep()).toBe(1);
	expect(kept(trial)).toEqual([]);
});

test('a device that was away and speaks of a deleted blob again brings it back first', async () => {
	let now = Date.parse('2026-01-01T00:00:00Z');
	const trial = await trialServer({ now: () => new Date(now) });
	closing.push(() => trial.close());
	const { hash, data } = blob();
	const place = new ServerBlobs(() => createServerClient(trial.url));
	expect(await place.put(hash, data)).toBeUndefined();
	now += 40 * DAY_MS;
	expect(await trial.blobs.sweep()).toBe(1);
	place.back();
	const device = new Device(() => trial.url);
	closing.push(() => device.close());
	const doc = new Y.Doc();
	const shared = device.client.join(NAME, doc, { beforeSend: () => place.put(hash, data) });
	speakOf(doc, hash);
	await reached(shared, 'synced');
	expect(Buffer.from((await place.get(hash)) ?? []).equals(Buffer.from(data))).toBe(true);
	expect(await place.get('0'.repeat(64))).toBeUndefined();
});

test('no change is on the server before the blob that it speaks of; what is not taken is said and nothing goes', async () => {
	let room = true;
	const trial = await trialServer({ room: (bytes) => room || bytes < 1000 });
	closing.push(() => trial.close());
	const place = new ServerBlobs(() => createServerClient(trial.url));
	const device = new Device(() => trial.url);
	closing.push(() => device.close());
	const { hash, data } = blob();
	const doc = new Y.Doc();
	const shared = device.client.join(NAME, doc, {
		beforeSend: async () => (doc.getMap('cameraPaths').size > 0 ? place.put(hash, data) : undefined),
	});
	await reached(shared, 'synced');
	room = false;
	speakOf(doc, hash);
	expect(await reached(shared, 'refused')).toMatchObject({
		sentence: expect.stringContaining('no space left') as string,
	});
	expect(trial.documents.list()).toEqual([]);
	room = true;
	device.link.restart();
	await reached(shared, 'synced');
	expect([kept(trial), trial.documents.list().length]).toEqual([[hash], 1]);
});

test('a change that is made while another one is about to go takes its blob along', async () => {
	const trial = await trialServer();
	closing.push(() => trial.close());
	const place = new ServerBlobs(() => createServerClient(trial.url));
	const device = new Device(() => trial.url);
	closing.push(() => device.close());
	const { hash, data } = blob();
	const doc = new Y.Doc();
	const shared = device.client.join(NAME, doc, {
		beforeSend: async () => (doc.getMap('cameraPaths').size > 0 ? place.put(hash, data) : undefined),
	});
	await reached(shared, 'synced');
	// Long enough after the last message that nothing waits for its turn.
	await new Promise((resolve) => setTimeout(resolve, 30));
	doc.getMap('crops').set('m', 1);
	speakOf(doc, hash);
	await reached(shared, 'synced');
	expect(kept(trial)).toEqual([hash]);
});

test('blobs are in a backup and back after restoring it', async () => {
	const dataDir = dataFolder();
	const first = await trialServer({ dataDir });
	const { hash, data } = blob(3_000_000);
	first.blobs.put(hash, data);
	const doc = new Y.Doc();
	speakOf(doc, hash);
	const { device } = await opened(doc, first);
	device.close();
	const backup = join(dataFolder(), 'backup.sqlite');
	first.db.backup(backup);
	first.db.sqlite.exec('delete from blobs');
	await first.close();
	expect((await restoreDatabase(backup, join(dataDir, 'octocut.sqlite'))).ok).toBe(true);
	const trial = await trialServer({ dataDir });
	closing.push(() => trial.close());
	const reply = await fetch(`${trial.url}/api/blobs/${hash}`);
	expect(Buffer.from(await reply.arrayBuffer()).equals(Buffer.from(data))).toBe(true);
	const copy = new Y.Doc();
	await opened(copy, trial);
	expect(copy.getMap('cameraPaths').toJSON()).toEqual(doc.getMap('cameraPaths').toJSON());
});

test('many blobs of one device at once: two are in memory, all arrive', async () => {
	const trial = await trialServer();
	closing.push(() => trial.close());
	const all = Array.from({ length: 20 }, () => blob(500_000));
	const client = createServerClient(trial.url);
	const place = new ServerBlobs(() => client);
	expect(await Promise.all(all.map(({ hash, data }) => place.put(hash, data)))).toEqual(all.map(() => undefined));
	expect([...kept(trial)].sort()).toEqual(all.map(({ hash }) => hash).sort());
});
