import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { DEFAULT_BATCH } from '#core/batch/batch';
import { WHOLE_FRAME } from '#core/crop/crop';
import { encodeDocumentFrame } from '#contract/document-frame';
import { MAX_FRAME_BYTES } from '#contract/sync';
import { refuse } from '../../sync-server/errors/api-errors.ts';
import { restoreDatabase } from '../../sync-server/db/open-database.ts';
import { Documents } from '../../sync-server/sync/documents.ts';
import { dataFolder } from '../data-folder.ts';
import { Device, holding, reached } from '../sync/device.ts';
import { trialServer, type TrialOptions, type TrialServer } from '../sync/server.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0).reverse()) await close();
});

async function server(options?: TrialOptions): Promise<TrialServer> {
	const started = await trialServer(options);
	closing.push(() => started.close());
	return started;
}
function device(url: string | (() => string | undefined)): Device {
	const made = new Device(typeof url === 'string' ? () => url : url);
	closing.push(() => made.close());
	return made;
}
const socketUrl = (url: string): string => `${url.replace(/^http/, 'ws')}/api/socket`;
async function rawSocket(url: string, headers: Record<string, string> = {}): Promise<WebSocket> {
	const socket = new WebSocket(socketUrl(url), { headers });
	closing.push(() => socket.terminate());
	await once(socket, 'open');
	return socket;
}
const closed = async (socket: WebSocket): Promise<[number, string]> => {
	const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
	return [code, reason.toString()];
};
const rowsOf = ({ db }: Pick<TrialServer, 'db'>, name: string): { n: number; bytes: number } =>
	db.sqlite
		.prepare('select count(*) n, sum(length(data)) bytes from document_updates where document = ?')
		.get(name) as { n: number; bytes: number };

const NAME = 'project:one';
const MEDIA = `100-${'a'.repeat(64)}`;
const MARKER = {
	id: 'm',
	media: MEDIA,
	mediaName: 'film.mp4',
	atS: 1,
	counter: 1,
	batch: DEFAULT_BATCH,
	crop: { base: WHOLE_FRAME, keyframes: [], interpolation: 'step' },
	seed: 7,
	label: 'a dog',
	category: 'Animal',
	destination: 'server',
	createdAt: '2026-01-01T00:00:00.000Z',
} as const;

describe('two devices', () => {
	test('see each other’s edits, each stored before it is told', async () => {
		const { url, db } = await server();
		const [a, b] = [device(url).join(NAME), device(url).join(NAME)];
		await Promise.all([reached(a.shared, 'synced'), reached(b.shared, 'synced')]);
		a.doc.getMap('project').set('name', 'Holiday');
		await holding(b.doc, () => b.doc.getMap('project').get('name') === 'Holiday');
		expect(rowsOf({ db }, NAME).n).toBe(1);
	});

	test('and two tabs of one of them: a change that each tab tells is stored once, and each is told of it honestly', async () => {
		const { url, db } = await server();
		let secondUrl: string | undefined = url;
		const [first, second] = [device(url), device(() => secondUrl)];
		const [tab, other] = [first.join(NAME), second.join(NAME)];
		const b = device(url).join(NAME);
		// As tabs do: each hands on what is new to it, and not what came from the other tab.
		const hear = (from: Y.Doc, to: Y.Doc) =>
			from.on(
				'update',
				(update: Uint8Array, origin: unknown) => origin !== 'tabs' && Y.applyUpdate(to, update, 'tabs'),
			);
		hear(tab.doc, other.doc);
		hear(other.doc, tab.doc);
		await Promise.all([tab, other, b].map(({ shared }) => reached(shared, 'synced')));
		tab.doc.getMap('markers').set('m', new Y.Map([['label', 'a dog']]));
		expect([tab.shared.status.value.state, other.shared.status.value.state]).toEqual(['connecting', 'connecting']);
		await Promise.all([tab, other].map(({ shared }) => reached(shared, 'synced')));
		await holding(b.doc, () => b.doc.getMap('markers').size === 1);
		expect(rowsOf({ db }, NAME).n).toBe(1);
		// A tab without a line says so, whatever the other one has sent.
		secondUrl = undefined;
		second.link.restart();
		tab.doc.getMap('markers').set('n', new Y.Map([['label', 'a cat']]));
		await reached(tab.shared, 'synced');
		expect([other.doc.getMap('markers').size, other.shared.status.value.state]).toEqual([2, 'offline']);
		secondUrl = url;
		second.link.restart();
		await reached(other.shared, 'synced');
		expect(rowsOf({ db }, NAME).n).toBe(2);
	});

	test('that edited without the server keep what both did', async () => {
		const { url } = await server();
		let [aUrl, bUrl]: (string | undefined)[] = [undefined, undefined];
		const [devA, devB] = [device(() => aUrl), device(() => bUrl)];
		const [a, b] = [devA.join(NAME), devB.join(NAME)];
		a.doc.getMap('segments').set('a', 1);
		b.doc.getMap('segments').set('b', 2);
		expect([a.shared.status.value, b.shared.status.value]).toEqual([{ state: 'offline' }, { state: 'offline' }]);
		[aUrl, bUrl] = [url, url];
		devA.link.restart();
		devB.link.restart();
		const both = (doc: Y.Doc) => holding(doc, () => doc.getMap('segments').size === 2);
		await Promise.all([both(a.doc), both(b.doc)]);
		await Promise.all([reached(a.shared, 'synced'), reached(b.shared, 'synced')]);
	});

	test('find everything again after the server has started anew', async () => {
		const dataDir = dataFolder();
		const first = await trialServer({ dataDir });
		const port = Number(new URL(first.url).port);
		const a = device(first.url).join(NAME);
		await reached(a.shared, 'synced');
		a.doc.getMap('segments').set('before', 1);
		await reached(a.shared, 'connecting');
		await reached(a.shared, 'synced');
		await first.close();
		await reached(a.shared, 'offline');
		a.doc.getMap('segments').set('meanwhile', 2);
		const { url } = await server({ dataDir, port });
		await reached(a.shared, 'synced');
		const late = device(url).join(NAME);
		await reached(late.shared, 'synced');
		expect(late.doc.getMap('segments').toJSON()).toEqual({ before: 1, meanwhile: 2 });
	});

	test('are told what was removed; who has newer edits keeps the document', async () => {
		const { url, app } = await server();
		let aUrl: string | undefined = url;
		const [devA, devB] = [device(() => aUrl), device(url)];
		let told = 0;
		const a = devA.join(NAME);
		const b = devB.join(NAME, new Y.Doc(), () => (told += 1));
		await Promise.all([reached(a.shared, 'synced'), reached(b.shared, 'synced')]);
		a.doc.getMap('segments').set('one', 1);
		await holding(b.doc, () => b.doc.getMap('segments').has('one'));
		aUrl = undefined;
		devA.link.restart();
		a.doc.getMap('segments').set('two', 2);
		const removed = await app.request(`/api/documents/${encodeURIComponent(NAME)}`, { method: 'DELETE' });
		expect(removed.status).toBe(200);
		expect(await reached(b.shared, 'refused')).toMatchObject({ sentence: 'It was removed on another device.' });
		expect(told).toBe(1);
		// One that comes later with nothing newer hears it too.
		const old = new Y.Doc();
		Y.applyUpdate(old, Y.encodeStateAsUpdate(b.doc));
		await reached(device(url).join(NAME, old).shared, 'refused');
		expect(await (await app.request('/api/documents')).json()).toEqual({ documents: [] });
		aUrl = url;
		devA.link.restart();
		await reached(a.shared, 'synced');
		expect(await (await app.request('/api/documents?kind=project')).json()).toMatchObject({
			documents: [{ name: NAME, kind: 'project', title: 'My project' }],
		});
		expect((await app.request('/api/documents/project%3Anone', { method: 'DELETE' })).status).toBe(404);
		expect((await app.request('/api/documents/..%2F..%2Fetc', { method: 'DELETE' })).status).toBe(400);
	});
});

describe('what is stored', () => {
	test('stays below twice the compacted document, is joined when nobody uses it, and what is known is not stored again', async () => {
		const { url, documents, db } = await server({ idleMs: 1 });
		const dev = device(url);
		const { doc, shared } = dev.join(NAME);
		await reached(shared, 'synced');
		const segments = doc.getMap('segments');
		for (let n = 0; n < 300; n += 1) {
			segments.set(`key ${n % 40}`, 'x'.repeat(500));
			if (n % 10 === 9) await reached(shared, 'synced');
		}
		await reached(shared, 'synced');
		const compacted = Y.encodeStateAsUpdate(doc).length;
		expect(rowsOf({ db }, NAME).bytes).toBeLessThanOrEqual(2 * compacted);
		dev.link.restart();
		await reached(shared, 'synced');
		const rows = rowsOf({ db }, NAME).n;
		dev.link.restart();
		await reached(shared, 'connecting');
		await reached(shared, 'synced');
		// Joined meanwhile, when nobody had it open for that moment.
		expect(rowsOf({ db }, NAME).n).toBeLessThanOrEqual(rows);
		dev.close();
		await expect.poll(() => documents.inMemory).toBe(0);
		expect(rowsOf({ db }, NAME).n).toBe(1);
	});

	test('is in a backup and back after restoring it', async () => {
		const dataDir = dataFolder();
		const first = await trialServer({ dataDir });
		first.profiles.recordClip('default', MARKER, { path: 'a.mp4', inS: 0, outS: 1 });
		const backup = join(dataFolder(), 'backup.sqlite');
		first.db.backup(backup);
		first.profiles.forgetClips('default', 'm', ['a.mp4']);
		await first.close();
		expect((await restoreDatabase(backup, join(dataDir, 'octocut.sqlite'))).ok).toBe(true);
		const { url } = await server({ dataDir });
		const { doc, shared } = device(url).join('profile:default');
		await reached(shared, 'synced');
		expect(doc.getMap('clips').size).toBe(1);
	});

	test('does not change when the disk refuses; the client is told and keeps its edit', async () => {
		const { url, db, documents } = await server();
		const { doc, shared } = device(url).join(NAME);
		await reached(shared, 'synced');
		db.sqlite.pragma('query_only = ON');
		doc.getMap('segments').set('a', 1);
		const refused = await reached(shared, 'refused');
		expect(refused).toMatchObject({ sentence: expect.stringContaining('Everything stays on this device') as string });
		db.sqlite.pragma('query_only = OFF');
		const held = documents.hold(NAME);
		expect(held.document.doc.getMap('segments').size).toBe(0);
		held.release();
		expect(doc.getMap('segments').get('a')).toBe(1);
	});

	test('a change that waits for one before it survives a restart of the server', async () => {
		const { db, documents } = await server({ idleMs: 60_000 });
		const doc = new Y.Doc();
		const updates: Uint8Array[] = [];
		doc.on('update', (update: Uint8Array) => updates.push(update));
		doc.getMap('m').set('first', 1);
		doc.getMap('m').set('second', 2);
		const early = documents.hold(NAME);
		expect(early.document.receive(updates[1]!, undefined).ok).toBe(true);
		const again = new Documents(db).hold(NAME);
		expect(again.document.receive(updates[0]!, undefined).ok).toBe(true);
		expect(again.document.doc.getMap('m').toJSON()).toEqual({ first: 1, second: 2 });
	});
});

describe('the server as a peer', () => {
	test('writes a marker that a device sees at once, once, and takes its clips away', async () => {
		const { url, profiles, db } = await server();
		const { doc, shared } = device(url).join('profile:default');
		await reached(shared, 'synced');
		const clip = { path: 'walk/a_0.mp4', inS: 0, outS: 1 };
		expect(profiles.recordClip('default', MARKER, clip).ok).toBe(true);
		await holding(doc, () => doc.getMap('clips').size === 1);
		expect(doc.getMap('meta').get('schemaVersion')).toBe(1);
		expect((doc.getMap('markers').get('m') as Y.Map<unknown>).get('label')).toBe('a dog');
		const { n } = rowsOf({ db }, 'profile:default');
		profiles.recordClip('default', MARKER, clip);
		expect(rowsOf({ db }, 'profile:default').n).toBe(n);
		profiles.forgetClips('default', 'm', [clip.path]);
		await holding(doc, () => doc.getMap('markers').size === 0 && doc.getMap('clips').size === 0);
	});

	test('touches nothing that a newer app has written, but stores and relays it', async () => {
		const { url, profiles } = await server();
		const [a, b] = [device(url).join('profile:new'), device(url).join('profile:new')];
		a.doc.getMap('meta').set('schemaVersion', 99);
		await holding(b.doc, () => b.doc.getMap('meta').get('schemaVersion') === 99);
		expect(profiles.recordClip('new', MARKER, { path: 'a.mp4', inS: 0, outS: 1 }).ok).toBe(false);
		expect(b.doc.getMap('clips').size).toBe(0);
		expect(profiles.recordClip(' bad\u0000', MARKER, { path: 'a.mp4', inS: 0, outS: 1 }).ok).toBe(false);
	});
});

describe('bad clients', () => {
	const step1 = (document: string): Uint8Array =>
		encodeDocumentFrame({ kind: 'sync', document, id: 0, message: Uint8Array.of(0, 1, 0) });

	test('a page of another origin, or who may not, gets no socket', async () => {
		const { url } = await server({
			guard: [
				(c, next) =>
					c.req.header('origin') === 'https://evil.example'
						? Promise.resolve(refuse(c, { code: 'forbidden', message: 'No.' }))
						: next(),
			],
		});
		const socket = new WebSocket(socketUrl(url), { origin: 'https://evil.example' });
		const [error] = (await once(socket, 'error')) as [Error];
		expect(error.message).toContain('403');
		expect((await rawSocket(url)).readyState).toBe(WebSocket.OPEN);
		expect((await fetch(`${url}/api/socket`)).status).toBe(400);
	});

	test.each([
		['no varuint', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255)],
		['a name longer than the frame', Uint8Array.of(200, 1, 65)],
		['a kind there is none of', Uint8Array.of(1, 65, 99)],
		['nothing', new Uint8Array()],
		[
			'a sync message of no type',
			encodeDocumentFrame({ kind: 'sync', document: NAME, id: 1, message: Uint8Array.of(9, 0) }),
		],
		[
			'a vector that is none',
			encodeDocumentFrame({ kind: 'sync', document: NAME, id: 1, message: Uint8Array.of(0, 2, 255, 255) }),
		],
		['a name that is no text', Uint8Array.of(2, 0xc3, 0x28, 0)],
	])('%s closes the socket with a reason, and the server goes on', async (_, bytes) => {
		const { url } = await server();
		const socket = await rawSocket(url);
		socket.send(bytes);
		expect(await closed(socket)).toEqual([1007, 'A frame was not one of a document.']);
		expect((await rawSocket(url)).readyState).toBe(WebSocket.OPEN);
	});

	test('a change that is none is not taken, and harms nobody', async () => {
		const { url, db } = await server();
		const good = device(url).join(NAME);
		await reached(good.shared, 'synced');
		const socket = await rawSocket(url);
		socket.send(step1(NAME));
		socket.send(
			encodeDocumentFrame({ kind: 'sync', document: NAME, id: 1, message: Uint8Array.of(2, 3, 1, 200, 200) }),
		);
		expect((await closed(socket))[0]).toBe(1007);
		good.doc.getMap('segments').set('a', 1);
		await reached(good.shared, 'connecting');
		await reached(good.shared, 'synced');
		expect(rowsOf({ db }, NAME).n).toBe(1);
	});

	test.each([
		'project:../../etc/passwd',
		'project:',
		'profile:',
		'other:x',
		'profile: x',
		'profile:a\u0000b',
		'/etc/passwd',
		`profile:${'x'.repeat(81)}`,
	])('%j is no document: told, not closed', async (name) => {
		const { url, documents } = await server();
		const socket = await rawSocket(url);
		const answered = new Promise<Buffer>((resolve) =>
			socket.on('message', (data: Buffer, isBinary) => isBinary && resolve(data)),
		);
		socket.send(step1(name));
		expect((await answered).toString('latin1')).toContain('invalid_request');
		expect(socket.readyState).toBe(WebSocket.OPEN);
		expect(documents.list()).toEqual([]);
	});

	test('text that is none of ours is refused in words', async () => {
		const { url } = await server();
		const socket = await rawSocket(url);
		const said = new Promise<string>((resolve) =>
			socket.on('message', (data: Buffer) => data.toString().includes('refused') && resolve(data.toString())),
		);
		socket.send('{"type":"sudo"}');
		expect(JSON.parse(await said)).toMatchObject({ type: 'refused', code: 'invalid_request' });
	});

	test('a flood, a frame that is too large, and one device too many are closed with a reason', async () => {
		const { url, hub } = await server({ flood: { windowMs: 60_000, messages: 20, bytes: 1e9 }, mostClients: 2 });
		const flooding = await rawSocket(url);
		const ended = closed(flooding);
		for (let n = 0; n < 30; n += 1) flooding.send('{"type":"ping"}');
		expect(await ended).toEqual([1008, 'Too much was sent at once. Wait a moment, then connect again.']);
		const large = await rawSocket(url);
		large.send(new Uint8Array(MAX_FRAME_BYTES + 1));
		expect((await closed(large))[0]).toBe(1009);
		await expect.poll(() => hub.clients).toBe(0);
		await rawSocket(url);
		await rawSocket(url);
		await expect.poll(() => hub.clients).toBe(2);
		const third = new WebSocket(socketUrl(url));
		expect(await closed(third)).toEqual([1013, 'Too many devices are connected. Close some, then try again.']);
	});

	test('who reads too slowly is let go and catches up on the next connection', async () => {
		const { url, hub } = await server({ mostBufferedBytes: 1_000_000 });
		const slow = await rawSocket(url);
		await expect.poll(() => hub.clients).toBe(1);
		slow.pause();
		const event = { type: 'refused', code: 'x', message: 'y'.repeat(1_000_000) } as const;
		for (let n = 0; n < 40; n += 1) hub.broadcast(event);
		slow.resume();
		expect(await closed(slow)).toEqual([1013, 'This device reads too slowly. Connect again to catch up.']);
	});

	test('who no longer answers is cut off', async () => {
		const { url, hub } = await server({ pingMs: 20 });
		const dead = await rawSocket(url);
		await expect.poll(() => hub.clients).toBe(1);
		dead.pause();
		await expect.poll(() => hub.clients).toBe(0);
	});
});
