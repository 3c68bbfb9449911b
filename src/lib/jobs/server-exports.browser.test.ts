import { afterEach, expect, test, vi } from 'vitest';
import type { JobRecord } from '$lib/storage/job-record';
import { batchRequests } from './export-groups-fixture.ts';
import { closeTabs, endless, openTab, request } from './export-queue-fixture.ts';
import { ExportQueue } from './export-queue.ts';
import { TestServer } from './test-server.ts';

/* Exports into the folder of a server, which is played by the test. */

const watching: { unsubscribe(): void }[] = [];
const closeAll = async (): Promise<void> => {
	for (const subscription of watching.splice(0)) subscription.unsubscribe();
	await closeTabs();
};
afterEach(closeAll);

const destination = { kind: 'server', place: '', name: 'attic' } as const;
const onServer = (name: string) => ({ ...request(name), destination });
const running = { state: 'running', attempts: 1, startedAt: '2026-01-01T00:00:00.000Z' } as const;

async function openOn(server: TestServer, name = `test-${crypto.randomUUID()}`) {
	// Nothing of it is made on this device.
	const tab = await openTab(endless, { name, server: server.side });
	let shown: readonly JobRecord[] = [];
	watching.push(tab.queue.watch().subscribe((records) => (shown = records)));
	const shows = (id: string, words: object) =>
		vi.waitFor(() => expect(shown.find(({ job }) => job.id === id)?.job).toMatchObject(words));
	return { ...tab, shows, name };
}

test('an export is made there: its progress is shown as told, and the record says what came out', async () => {
	const server = new TestServer();
	const { queue, until, shows, storage } = await openOn(server);
	const [id = ''] = await queue.enqueue([onServer('a')]);
	queue.start();
	await shows(id, { state: 'queued', step: 'Waits for its turn on attic' });
	server.change(id, { ...running, progress: 0.4, step: 'Encoding', speed: 2, etaS: 7 });
	await shows(id, { state: 'running', progress: 0.4, step: 'Encoding', speed: 2, etaS: 7 });
	server.finish(id);
	expect(await until(id, 'done')).toMatchObject({
		engine: 'server',
		result: { fileName: 'a.mp4', files: ['a.mp4'], frames: 25 },
		recorded: { trouble: [] },
	});
	expect(await storage.files.list('exports')).toEqual([]);
});

test('asking whose answer is lost makes nothing twice', async () => {
	const server = new TestServer();
	server.lost = 1;
	const { queue, until } = await openOn(server);
	const ids = await queue.enqueue([onServer('a'), onServer('b')]);
	queue.start();
	await vi.waitFor(() => expect([...server.jobs.keys()].sort()).toEqual([...ids].sort()));
	for (const id of ids) {
		server.finish(id);
		await until(id, 'done');
		expect(server.begun.get(id)).toBe(1);
	}
});

test('one whose id names something else there fails with the sentence; those beside it are made', async () => {
	const server = new TestServer();
	const { queue, until } = await openOn(server);
	const [a = '', b = '', c = ''] = await queue.enqueue([onServer('a'), onServer('b'), onServer('c')]);
	server.taken.add(b);
	queue.start();
	const error = { kind: 'server-refused', subject: 'b.mp4', detail: 'Known by another.' };
	expect((await until(b, 'failed')).job.error).toEqual(error);
	await vi.waitFor(() => expect([...server.jobs.keys()]).toEqual([a, c]));
	server.finish(a);
	server.finish(c);
	await until(a, 'done');
	await until(c, 'done');
});

test('while the server is away the record waits for it, and what ended meanwhile is found', async () => {
	const server = new TestServer();
	const { queue, until, shows } = await openOn(server);
	const [id = ''] = await queue.enqueue([onServer('a')]);
	queue.start();
	await vi.waitFor(() => expect(server.jobs.has(id)).toBe(true));
	server.change(id, { ...running, progress: 0.4, step: 'Encoding' });
	await shows(id, { progress: 0.4, step: 'Encoding' });
	server.goAway();
	await shows(id, { state: 'running', progress: 0.4, step: 'Waits for attic' });
	server.finish(id);
	server.comeBack();
	await until(id, 'done');
});

test('a page that was closed finds its exports again, and those made meanwhile', async () => {
	const server = new TestServer();
	const first = await openOn(server);
	const [a = '', b = ''] = await first.queue.enqueue([onServer('a'), onServer('b')]);
	first.queue.start();
	await vi.waitFor(() => expect(server.jobs.size).toBe(2));
	server.change(a, { ...running, progress: 0.5 });
	await first.until(a, 'running');
	await closeAll();
	server.finish(a);
	const second = await openOn(server, first.name);
	second.queue.start();
	await second.until(a, 'done');
	server.finish(b);
	await second.until(b, 'done');
	expect([...server.begun.values()]).toEqual([1, 1]);
});

test('a cancel is told when the server is back; one that it was too late for ends as a file', async () => {
	const server = new TestServer();
	const { queue, until, one } = await openOn(server);
	const [a = '', b = ''] = await queue.enqueue([onServer('a'), onServer('b')]);
	queue.start();
	await vi.waitFor(() => expect(server.jobs.size).toBe(2));
	server.goAway();
	await queue.cancel(a);
	await queue.cancel(b);
	expect([(await one(a)).job.state, (await one(b)).job.state]).toEqual(['cancelled', 'cancelled']);
	server.finish(b);
	server.comeBack();
	await vi.waitFor(() => expect(server.jobs.get(a)?.state).toBe('cancelled'));
	await until(b, 'done');
});

test('one that was removed from the list while the server was away is cancelled there, and stays gone', async () => {
	const server = new TestServer();
	const { queue, storage } = await openOn(server);
	const [id = ''] = await queue.enqueue([onServer('a')]);
	queue.start();
	await vi.waitFor(() => expect(server.jobs.has(id)).toBe(true));
	server.goAway();
	await queue.remove(id);
	server.comeBack();
	await vi.waitFor(() => expect(server.jobs.get(id)?.state).toBe('cancelled'));
	expect(await storage.jobs.all()).toEqual([]);
});

test('a server that has moved makes what was meant for it, and hears of the cancels, also those of an older version', async () => {
	const server = new TestServer({ id: 'attic-id', place: 'https://attic' });
	const { queue, until, storage } = await openOn(server);
	const moved = { destination: { ...destination, place: 'http://192.0.2.7', id: 'attic-id' } };
	const [a = '', b = '', c = ''] = await queue.enqueue(['a', 'b', 'c'].map((name) => ({ ...request(name), ...moved })));
	queue.start();
	await vi.waitFor(() => expect([...server.jobs.keys()].sort()).toEqual([a, b, c].sort()));
	await queue.cancel(b);
	await vi.waitFor(() => expect(server.jobs.get(b)?.state).toBe('cancelled'));
	await storage.settings.set('server.errands', [
		{ place: 'http://192.0.2.7', id: a, forget: false },
		{ place: 'https://attic', id: c, forget: false },
	]);
	await vi.waitFor(() => expect(server.jobs.get(c)?.state).toBe('cancelled'));
	server.finish(a);
	await until(a, 'done');
});

test('another server at the address of the one that is meant makes nothing of it until a person retries', async () => {
	const server = new TestServer({ id: 'new-id' });
	const { queue, until, shows } = await openOn(server);
	const [id = ''] = await queue.enqueue([{ ...request('a'), destination: { ...destination, id: 'old-id' } }]);
	const [next = ''] = await queue.enqueue([onServer('b')]);
	queue.start();
	await shows(id, {
		state: 'queued',
		step: 'Waits for attic, but another server is at its address now. Cancel and retry to use that one',
	});
	await vi.waitFor(() => expect([...server.jobs.keys()]).toEqual([next]));
	await queue.cancel(id);
	await queue.retry(id);
	await vi.waitFor(() => expect(server.jobs.has(id)).toBe(true));
	server.finish(id);
	expect((await until(id, 'done')).destination).toEqual({ ...destination, id: 'new-id' });
});

test('one that failed is made again under the same id', async () => {
	const server = new TestServer();
	const { queue, until } = await openOn(server);
	const [id = ''] = await queue.enqueue([onServer('a')]);
	queue.start();
	await vi.waitFor(() => expect(server.jobs.has(id)).toBe(true));
	const error = { kind: 'out-of-space', subject: 'a.mp4' } as const;
	server.change(id, { state: 'failed', error, endedAt: new Date().toISOString() });
	expect((await until(id, 'failed')).job.error).toEqual(error);
	await queue.retry(id);
	await vi.waitFor(() => expect(server.begun.get(id)).toBe(2));
	await until(id, 'queued');
	server.finish(id);
	await until(id, 'done');
});

test('one that the server has forgotten fails with a sentence, and can be made again', async () => {
	const server = new TestServer();
	const { queue, until } = await openOn(server);
	const [id = ''] = await queue.enqueue([onServer('a')]);
	queue.start();
	await vi.waitFor(() => expect(server.jobs.has(id)).toBe(true));
	server.goAway();
	server.jobs.clear();
	server.comeBack();
	expect((await until(id, 'failed')).job.error).toMatchObject({ kind: 'server-refused', subject: 'a.mp4' });
	await queue.retry(id);
	await vi.waitFor(() => expect(server.jobs.has(id)).toBe(true));
	server.finish(id);
	await until(id, 'done');
});

test('a batch is kept there as one group; here nothing is written down, and it is deleted there', async () => {
	const server = new TestServer();
	const { queue, until, storage } = await openOn(server);
	const requests = batchRequests({ destination, count: 2, markerId: 'm1' });
	const ids = await queue.enqueue(requests);
	queue.start();
	await vi.waitFor(() => expect([...server.jobs.values()].map(({ group }) => group)).toEqual(['m1', 'm1']));
	for (const id of ids) {
		server.finish(id);
		await until(id, 'done');
	}
	const profile = await storage.profiles.open('default');
	expect(profile.profile.markers).toEqual([]);
	const marker = { ...requests[0]!.after!.marker, clips: [] };
	expect(await queue.deleteGroup(marker, { only: ['x.mp4'] })).toMatchObject({ ok: true });
	expect(await queue.deleteGroup(marker)).toMatchObject({ ok: true });
	expect(server.deleted).toEqual(['m1 x.mp4', 'm1']);
	expect(await storage.jobs.all()).toEqual([]);
	server.goAway();
	expect(await queue.deleteGroup(marker)).toMatchObject({ ok: false, error: { kind: 'source-offline' } });
});

test('a group in the folder of another server is not tried at the one that is connected', async () => {
	const cellar = new TestServer({ id: 'cellar-id', place: 'http://cellar' });
	const { queue, storage } = await openOn(cellar);
	const [first] = batchRequests({ destination, count: 1, markerId: 'm1' });
	const marker = { ...first!.after!.marker, clips: [{ path: 'walk/a.mp4', inS: 0, outS: 1 }] };
	const inAttic = { kind: 'on-other-server', subject: 'walk/a.mp4', server: 'attic' };
	const deleted = (destination: string) => queue.deleteGroup({ ...marker, destination, serverName: 'attic' });
	expect(await deleted('server:attic-id')).toEqual({ ok: false, error: inAttic });
	expect(cellar.deleted).toEqual([]);
	expect(await deleted('server:cellar-id')).toMatchObject({ ok: true });
	expect(cellar.deleted).toEqual(['m1']);
	// The server of an older mark is known from the jobs that were handed over, as long as they are in the list.
	await queue.enqueue(
		batchRequests({ destination: { ...destination, place: 'http://attic' }, count: 1, markerId: 'm1' }),
	);
	expect(await queue.deleteGroup({ ...marker, destination: 'server' })).toEqual({ ok: false, error: inAttic });
	expect(cellar.deleted).toEqual(['m1']);
	const [job] = await storage.jobs.all();
	expect(job!.job.state).toBe('queued');
	expect(await queue.results(job!.job.id)).toMatchObject({ ok: false, error: { kind: 'on-other-server' } });
	cellar.goAway();
	expect(await deleted('server:attic-id')).toEqual({ ok: false, error: inAttic });
});

test('a mark that does not tell its server stays when the one that is connected has nothing of it', async () => {
	const cellar = new TestServer({ id: 'cellar-id', place: 'http://cellar' });
	cellar.lacks.add('m1');
	const { queue, storage } = await openOn(cellar);
	const [first] = batchRequests({ destination, count: 1, markerId: 'm1' });
	const marker = { ...first!.after!.marker, clips: [{ path: 'walk/a.mp4', inS: 0, outS: 1 }] };
	const profile = await storage.profiles.open('default');
	const clips = () => profile.profile.markers.flatMap((mark) => mark.clips.map(({ path }) => path));
	profile.putMarker({ ...marker, destination: 'server' });
	const detail =
		'It knows no such group, which may be in the export folder of another server. Connect that one in Settings, then try again.';
	const error = { kind: 'server-refused', subject: 'walk/a.mp4', detail };
	expect(await queue.deleteGroup({ ...marker, destination: 'server' })).toEqual({ ok: false, error });
	expect(clips()).toEqual(['walk/a.mp4']);
	expect(await queue.deleteGroup({ ...marker, destination: 'server:cellar-id' })).toMatchObject({ ok: true });
	expect(clips()).toEqual([]);
});

test('exports of this device go on beside those that wait for the server', async () => {
	const server = new TestServer();
	server.goAway();
	const tab = await openOn(server);
	const made: string[] = [];
	const engine = {
		name: 'webcodecs' as const,
		assess: () => Promise.resolve({ able: true as const, how: 'encode' as const, costS: 1, encoder: '', notes: [] }),
		run: () => {
			made.push('here');
			return Promise.resolve({ ok: false as const, error: { kind: 'interrupted' as const, subject: 'a' } });
		},
	};
	const queue = new ExportQueue({
		storage: tab.storage,
		engines: [engine],
		lock: `${tab.name}:b`,
		server: server.side,
	});
	await queue.enqueue([onServer('a'), request('b')]);
	queue.start();
	await vi.waitFor(() => expect(made).toEqual(['here']));
	await queue.close();
});
