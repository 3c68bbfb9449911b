import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { err, ok } from '#core/result';
import { type Database, openDatabase } from '../db/open-database.ts';
import { type CacheItem, type CacheOptions, MediaCache, type ProduceParts } from './media-cache.ts';

let folder: string;
let db: Database;
let now = 0;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'octocut-cache-'));
	now = 0;
	open();
});
afterEach(() => {
	db.close();
	rmSync(folder, { recursive: true });
});

function open(): void {
	const opened = openDatabase(join(folder, 'db.sqlite'));
	if (!opened.ok) throw new Error(opened.error);
	db = opened.value;
}

async function cacheOf(options: Partial<CacheOptions> = {}): Promise<MediaCache> {
	const cache = new MediaCache({
		...{ db, folder: join(folder, 'cache'), maxBytes: 1000, minFreeBytes: 0, now: () => (now += 100_000) },
		...options,
	});
	await cache.start();
	return cache;
}
const item = (recipe: string, mediaId = 'a'): CacheItem => ({ mediaId, version: '1', recipe, ending: '.bin' });
const bytes = (count: number) => async (path: string) => ok(await writeFile(path, Buffer.alloc(count)));
const names = () => readdirSync(join(folder, 'cache'));

test('an item is made once for all who wait, and read from then on', async () => {
	const cache = await cacheOf();
	let made = 0;
	const slow = async (path: string) => {
		made += 1;
		await new Promise((resolve) => setImmediate(resolve));
		return bytes(10)(path);
	};
	await Promise.all(Array.from({ length: 20 }, () => cache.make(item('x'), slow)));
	await cache.make(item('x'), slow);
	expect(made).toBe(1);
	const file = await cache.open(item('x'));
	expect(file?.bytes).toBe(10);
	await file?.handle.close();
	expect(await cache.open({ ...item('x'), version: '2' })).toBeUndefined();
});

test('the longest unused go when there is too much; what is being read stays', async () => {
	const cache = await cacheOf();
	for (const name of ['a', 'b', 'c']) await cache.make(item(name), bytes(300), { expectedBytes: 300 });
	const held = await cache.open(item('a'));
	await (await cache.open(item('b')))?.handle.close();
	await cache.make(item('d'), bytes(300), { expectedBytes: 300 });
	expect(['a', 'b', 'c', 'd'].map((name) => cache.has(item(name)))).toEqual([300, 300, undefined, 300]);
	await cache.make(item('e'), bytes(600), { expectedBytes: 600 });
	expect(['a', 'b', 'd', 'e'].map((name) => cache.has(item(name)))).toEqual([300, undefined, undefined, 600]);
	await held?.handle.close();
	expect(names()).toHaveLength(2);
	expect(cache.bytes).toBe(900);
});

test('what can never fit is refused before it is begun, and so is what leaves too little of the disk', async () => {
	const cache = await cacheOf();
	let begun = false;
	const produce = () => {
		begun = true;
		return Promise.resolve(ok(undefined));
	};
	expect(await cache.make(item('x'), produce, { expectedBytes: 2000 })).toMatchObject({
		ok: false,
		error: { kind: 'out-of-space', neededBytes: 2000 },
	});
	const full = await cacheOf({ minFreeBytes: 1e15, maxBytes: 1e18 });
	expect(await full.make(item('y'), produce, { expectedBytes: 1 })).toMatchObject({
		ok: false,
		error: { kind: 'out-of-space' },
	});
	expect(begun).toBe(false);
});

test('two that are made together are promised room together', async () => {
	const cache = await cacheOf();
	let go: () => void = () => undefined;
	const gate = new Promise<void>((resolve) => (go = resolve));
	const first = cache.make(item('x'), async (path) => (await gate, bytes(600)(path)), { expectedBytes: 600 });
	await new Promise((resolve) => setTimeout(resolve, 5));
	expect(await cache.make(item('y'), bytes(600), { expectedBytes: 600 })).toMatchObject({ ok: false });
	go();
	expect(await first).toEqual(ok(undefined));
});

test('a failure, a full disk and a crash leave nothing that could be taken for whole', async () => {
	const cache = await cacheOf();
	const failing = async (path: string) => {
		await writeFile(path, 'half');
		return err({ kind: 'source-unreadable' as const, subject: 'x', detail: 'broken' });
	};
	expect(await cache.make(item('x'), failing)).toMatchObject({ ok: false });
	const full = async (path: string) => {
		await writeFile(path, 'half');
		throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
	};
	expect(await cache.make(item('x'), full)).toMatchObject({ ok: false, error: { kind: 'out-of-space' } });
	expect(names()).toEqual([]);
	writeFileSync(join(folder, 'cache', `${'a'.repeat(40)}.1.part`), 'left by a crash');
	mkdirSync(join(folder, 'cache', `${'a'.repeat(40)}.2.part.tiles`));
	writeFileSync(join(folder, 'cache', `${'a'.repeat(40)}.2.part.tiles`, '1.webp'), 'left by a crash');
	writeFileSync(join(folder, 'cache', `${'b'.repeat(40)}.bin`), 'its row was never written');
	writeFileSync(join(folder, 'cache', 'notes.txt'), 'not ours');
	await cacheOf();
	expect(names()).toEqual(['notes.txt']);
});

test('what is kept is kept over a restart; what somebody deleted or cut is made again', async () => {
	const cache = await cacheOf();
	for (const name of ['x', 'y', 'z']) await cache.make(item(name), bytes(20));
	const [cut, deleted] = names();
	db.close();
	truncateSync(join(folder, 'cache', cut!), 5);
	rmSync(join(folder, 'cache', deleted!));
	open();
	const again = await cacheOf();
	const files = await Promise.all(['x', 'y', 'z'].map((name) => again.open(item(name))));
	expect(files.filter((file) => file !== undefined)).toHaveLength(1);
	for (const file of files) await file?.handle.close();
	for (const name of ['x', 'y', 'z']) await again.make(item(name), bytes(20));
	expect(again.bytes).toBe(60);
});

test('what nobody waits for any more is stopped; while one waits it goes on', async () => {
	const cache = await cacheOf();
	let stopped = false;
	const until = (path: string, signal: AbortSignal) =>
		new Promise<Awaited<ReturnType<ReturnType<typeof bytes>>>>((resolve, reject) => {
			signal.addEventListener('abort', () => {
				stopped = true;
				reject(signal.reason as Error);
			});
			finish = () => void bytes(10)(path).then(resolve);
		});
	let finish: () => void = () => undefined;
	const [one, other] = [new AbortController(), new AbortController()];
	const waits = [one, other].map(({ signal }) => cache.make(item('x'), until, { signal }));
	one.abort();
	await expect(waits[0]).rejects.toThrow('Nobody waits');
	expect(stopped).toBe(false);
	other.abort();
	await expect(waits[1]).rejects.toThrow('Nobody waits');
	await cache.settled(item('x'));
	expect([stopped, names()]).toEqual([true, []]);
	const third = cache.make(item('x'), until);
	await new Promise((resolve) => setTimeout(resolve, 5));
	finish();
	expect(await third).toEqual(ok(undefined));
});

test('a media file that is deleted takes along what was made of it', async () => {
	const cache = await cacheOf();
	for (const media of ['a', 'b']) await cache.make(item('x', media), bytes(5));
	await cache.forget('a');
	expect([cache.has(item('x', 'a')), cache.has(item('x', 'b')), names().length]).toEqual([undefined, 5, 1]);
});

test('what is told of an item while it is made is read from its beginning by all who follow it', async () => {
	const cache = await cacheOf();
	let [goOn, made]: [() => void, number] = [() => undefined, 0];
	const gate = new Promise<void>((resolve) => (goOn = resolve));
	const slow: ProduceParts = async (path, _, growing) => {
		made += 1;
		growing.add(Uint8Array.of(1));
		await gate;
		growing.add(Uint8Array.of(2));
		growing.finish();
		return bytes(2)(path);
	};
	const first = cache.follow(item('x'), slow);
	expect(await first.growing.part(0)).toEqual(Uint8Array.of(1));
	const second = cache.follow(item('x'), slow);
	expect(await second.growing.part(0)).toEqual(Uint8Array.of(1));
	const next = [first.growing.part(1), second.growing.part(1)];
	goOn();
	expect(await Promise.all(next)).toEqual([Uint8Array.of(2), Uint8Array.of(2)]);
	expect([await first.growing.part(2), first.growing.whole, await second.made]).toEqual([
		undefined,
		true,
		ok(undefined),
	]);
	const later = cache.follow(item('x'), slow);
	expect([await later.growing.part(0), await later.made, made]).toEqual([undefined, ok(undefined), 1]);
});

test('who has enough of its beginning leaves the making alone, and is none of those who wait', async () => {
	const cache = await cacheOf();
	const stopped: string[] = [];
	const endless = (name: string): ProduceParts => {
		return (_, signal, growing) => {
			growing.add(Uint8Array.of(1));
			return new Promise((_, reject) => {
				signal.addEventListener('abort', () => (stopped.push(name), reject(signal.reason as Error)));
			});
		};
	};
	const head = cache.follow(item('x'), endless('x'));
	await head.growing.part(0);
	head.leave();
	expect(stopped).toEqual([]);
	const gone = new AbortController();
	const reader = cache.follow(item('x'), endless('x'), { signal: gone.signal });
	gone.abort();
	await expect(reader.made).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }) as Error);
	await cache.settled(item('x'));
	expect([stopped, await reader.growing.part(1), reader.growing.whole]).toEqual([['x'], undefined, false]);
	expect(() => cache.follow(item('x'), endless('x'), { signal: gone.signal })).toThrow('aborted');
});
