import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, renameSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../sync-server/app.ts';
import { TestLibrary } from '../../sync-server/library/test-library.ts';
import { type Listening, listen } from '../../sync-server/listen.ts';
import { rawRoutes, sharingHeaders } from '../../sync-server/streaming/raw-routes.ts';

const its = new TestLibrary();
const content = randomBytes(3_000_000);
const HUGE_BYTES = 10_000_000_000;
const TAIL = Buffer.from('the very end of ten gigabytes');
let server: Listening;
let file: string;
let huge: string;
let clip: string;

beforeAll(async () => {
	writeFileSync(join(its.media, 'clip.mp4'), content);
	writeFileSync(join(its.media, 'empty.mp4'), '');
	writeFileSync(join(its.media, 'it\'s "50%" ü\n.mkv'), 'odd');
	const path = join(its.media, 'huge.mp4');
	truncateSync(writeAndName(path), HUGE_BYTES);
	const handle = await open(path, 'r+');
	await handle.write(TAIL, 0, TAIL.length, HUGE_BYTES - TAIL.length);
	await handle.close();
	const library = await its.open();
	const app = createApp({
		appFolder: its.folder,
		version: '1',
		onError: (error) => its.errors.push(error),
		rooms: [rawRoutes(library, sharingHeaders([]))],
	});
	const opened = await listen((asked, env) => app.fetch(asked, env), { host: '127.0.0.1', port: 0 });
	if (!opened.ok) throw new Error(opened.error);
	server = opened.value;
	clip = join(its.media, 'clip.mp4');
	file = `${server.url}/api/media/${its.idOf('clip.mp4')}/raw`;
	huge = `${server.url}/api/media/${its.idOf('huge.mp4')}/raw`;
});
afterAll(async () => {
	await server.close(0);
	await its.close();
	its.remove();
	expect(its.errors).toEqual([]);
});

function writeAndName(path: string): string {
	writeFileSync(path, '');
	return path;
}
const get = (url: string, headers: Record<string, string> = {}, method = 'GET') => fetch(url, { headers, method });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const openFiles = () => readdirSync('/proc/self/fd').length;

/** Descriptors go a moment after the sockets. */
async function settlesAt(before: number): Promise<number> {
	for (let n = 0; n < 200 && openFiles() > before; n += 1) await new Promise((resolve) => setTimeout(resolve, 20));
	return openFiles();
}

describe('a whole file', () => {
	test('comes as it is, with its type, tag, date and name', async () => {
		const response = await get(file);
		expect(Object.fromEntries(response.headers)).toMatchObject({
			'content-length': '3000000',
			'content-type': 'video/mp4',
			'accept-ranges': 'bytes',
			'content-disposition': `inline; filename="clip.mp4"; filename*=UTF-8''clip.mp4`,
			'cross-origin-resource-policy': 'same-origin',
			'x-content-type-options': 'nosniff',
			etag: expect.stringMatching(/^"[\da-z]+-[\da-z]+-[\da-z]+"$/) as string,
		});
		expect((await bytesOf(response)).equals(content)).toBe(true);
	});

	test('HEAD says the same without a body', async () => {
		const [head, whole] = [await get(file, {}, 'HEAD'), await get(file)];
		await whole.arrayBuffer();
		for (const name of ['content-length', 'etag', 'last-modified', 'content-type', 'accept-ranges'])
			expect(head.headers.get(name)).toBe(whole.headers.get(name));
		expect((await bytesOf(head)).length).toBe(0);
	});

	test('an odd name is told in a form that every client reads, without a line break', async () => {
		const odd = its.library.list.page({ sort: 'name', limit: 50, query: '50%' });
		const { id } = odd.ok ? odd.value.items[0]! : { id: '' };
		const response = await get(`${server.url}/api/media/${id}/raw?download=true`);
		expect(response.headers.get('Content-Disposition')).toBe(
			`attachment; filename="it's _50__ __.mkv"; filename*=UTF-8''it%27s%20%2250%25%22%20%C3%BC%EF%BF%BD.mkv`,
		);
		expect(await response.text()).toBe('odd');
	});

	test('an empty file is empty', async () => {
		const response = await get(`${server.url}/api/media/${its.idOf('empty.mp4')}/raw`);
		expect([response.status, response.headers.get('Content-Length'), await response.text()]).toEqual([200, '0', '']);
	});
});

describe('ranges', () => {
	test.each([
		['bytes=0-0', 206, [0, 1]],
		['bytes=100-299', 206, [100, 300]],
		['bytes=2999990-', 206, [2_999_990, 3_000_000]],
		['bytes=-500', 206, [2_999_500, 3_000_000]],
		['bytes=-9999999', 206, [0, 3_000_000]],
		['bytes=5-99999999', 206, [5, 3_000_000]],
		['bytes=0-1,5-6', 200, [0, 3_000_000]],
		['bytes=9-3', 200, [0, 3_000_000]],
		['items=0-5', 200, [0, 3_000_000]],
		['bytes=abc', 200, [0, 3_000_000]],
	] as const)('%s is %i', async (range, status, [from, to]) => {
		const response = await get(file, { Range: range });
		expect(response.status).toBe(status);
		expect(response.headers.get('Content-Range')).toBe(status === 206 ? `bytes ${from}-${to - 1}/3000000` : null);
		expect(response.headers.get('Content-Length')).toBe(`${to - from}`);
		expect((await bytesOf(response)).equals(content.subarray(from, to))).toBe(true);
	});

	test.each(['bytes=3000000-', 'bytes=-0', 'bytes=99999999999-'])('%s lies outside', async (range) => {
		const response = await get(file, { Range: range });
		expect([response.status, response.headers.get('Content-Range')]).toEqual([416, 'bytes */3000000']);
		expect(await response.json()).toMatchObject({ code: 'range_not_satisfiable' });
	});

	test('any part of ten gigabytes comes at once', async () => {
		const end = await get(huge, { Range: `bytes=-${TAIL.length}` });
		expect([end.status, await end.text()]).toEqual([206, TAIL.toString()]);
		const middle = await get(huge, { Range: 'bytes=8999999990-9000000009' });
		expect(middle.headers.get('Content-Range')).toBe(`bytes 8999999990-9000000009/${HUGE_BYTES}`);
		expect((await bytesOf(middle)).equals(Buffer.alloc(20))).toBe(true);
		const head = await get(huge, {}, 'HEAD');
		expect(head.headers.get('Content-Length')).toBe(`${HUGE_BYTES}`);
	});
});

describe('conditions', () => {
	test('what the client has is not sent again, until the file changes', async () => {
		const first = await get(file, {}, 'HEAD');
		const [etag, date] = [first.headers.get('ETag')!, first.headers.get('Last-Modified')!];
		expect((await get(file, { 'If-None-Match': etag })).status).toBe(304);
		expect((await get(file, { 'If-None-Match': `"x", W/${etag}` })).status).toBe(304);
		expect((await get(file, { 'If-Modified-Since': date })).status).toBe(304);
		expect((await get(file, { 'If-Modified-Since': new Date(0).toUTCString() }, 'HEAD')).status).toBe(200);
		expect((await get(file, { 'If-Modified-Since': date, 'If-None-Match': '"x"' }, 'HEAD')).status).toBe(200);
		expect((await get(file, { 'If-Modified-Since': 'yesterday' }, 'HEAD')).status).toBe(200);
		utimesSync(clip, 1e9, 1e9);
		expect((await get(file, { 'If-None-Match': etag }, 'HEAD')).status).toBe(200);
	});

	test('a part is for those who hold the rest of the same file', async () => {
		const first = await get(file, {}, 'HEAD');
		const part = { Range: 'bytes=0-9' };
		for (const [condition, status] of [
			[first.headers.get('ETag')!, 206],
			[first.headers.get('Last-Modified')!, 206],
			['"another"', 200],
			[`W/${first.headers.get('ETag')!}`, 200],
			[new Date(0).toUTCString(), 200],
		] as const) {
			const response = await get(file, { ...part, 'If-Range': condition });
			expect([condition, response.status]).toEqual([condition, status]);
			await response.arrayBuffer();
		}
	});
});

describe('clients as they are', () => {
	test('two hundred that go away in the middle leave no descriptor open', async () => {
		const before = openFiles();
		for (let n = 0; n < 200; n += 20) {
			await Promise.all(
				Array.from({ length: 20 }, async () => {
					const abort = new AbortController();
					const response = await fetch(huge, { signal: abort.signal });
					await response.body!.getReader().read();
					abort.abort();
				}),
			);
		}
		expect(await settlesAt(before + 5)).toBeLessThanOrEqual(before + 5);
		expect((await get(file)).status).toBe(200);
	});

	test('a thousand parts asked for at once are all right', async () => {
		const before = openFiles();
		const parts = await Promise.all(
			Array.from({ length: 1000 }, async (_, n) => {
				const from = (n * 2971) % 2_990_000;
				const response = await get(file, { Range: `bytes=${from}-${from + 9_999}` });
				return (await bytesOf(response)).equals(content.subarray(from, from + 10_000));
			}),
		);
		expect(parts.filter((right) => right)).toHaveLength(1000);
		// The client keeps its own sockets for the next request.
		expect(await settlesAt(before + 300)).toBeLessThan(before + 1000);
	});

	test('one that reads slowly gets every byte, and costs no memory meanwhile', async () => {
		const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) =>
			request(huge, { headers: { Range: 'bytes=0-199999999' } }, resolve)
				.on('error', reject)
				.end(),
		);
		const memory = process.memoryUsage().rss;
		let got = 0;
		answer.pause();
		for (let n = 0; n < 20; n += 1) {
			await new Promise((resolve) => setTimeout(resolve, 10));
			got += ((answer.read() as Buffer | null) ?? Buffer.alloc(0)).length;
		}
		expect(process.memoryUsage().rss - memory).toBeLessThan(60e6);
		answer.on('data', (chunk: Buffer) => (got += chunk.length)).resume();
		await new Promise((resolve) => answer.on('end', resolve));
		expect(got).toBe(200_000_000);
	});

	test('one that sends its request and closes its side still gets the answer or nothing, and the server goes on', async () => {
		const port = Number(new URL(server.url).port);
		await new Promise<void>((resolve) => {
			const socket = connect(port, '127.0.0.1', () =>
				socket.end(`GET ${new URL(huge).pathname} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
			);
			socket.on('data', () => socket.destroy()).on('close', () => resolve());
		});
		expect((await get(file, {}, 'HEAD')).status).toBe(200);
	});
});

test('a file that shrinks while it is sent ends the connection, not the server', async () => {
	const path = join(its.media, 'shrinks.mp4');
	truncateSync(writeAndName(path), 500_000_000);
	await its.scan();
	const url = `${server.url}/api/media/${its.idOf('shrinks.mp4')}/raw`;
	const response = await fetch(url);
	const reader = response.body!.getReader();
	await reader.read();
	truncateSync(path, 1000);
	const rest = async () => {
		while (!(await reader.read()).done);
	};
	await expect(rest()).rejects.toThrow();
	expect((await get(url)).headers.get('Content-Length')).toBe('1000');
});

test('a file replaced under its name is sent whole, under a new tag', async () => {
	const path = join(its.media, 'replaced.mp4');
	writeFileSync(path, 'first');
	await its.scan();
	const url = `${server.url}/api/media/${its.idOf('replaced.mp4')}/raw`;
	const before = await get(url);
	expect(await before.text()).toBe('first');
	writeFileSync(`${path}.new`, 'second, longer');
	renameSync(`${path}.new`, path);
	const after = await get(url, { Range: 'bytes=2-', 'If-Range': before.headers.get('ETag')! });
	expect([after.status, await after.text()]).toEqual([200, 'second, longer']);
	expect(after.headers.get('ETag')).not.toBe(before.headers.get('ETag'));
});

test.each(['nope', '..%2f..%2fetc%2fpasswd', '%00', 'a'.repeat(500)])('%s is no file', async (id) => {
	const response = await get(`${server.url}/api/media/${id}/raw`);
	expect([400, 404]).toContain(response.status);
	expect(await response.text()).not.toMatch(/root:|\/tmp\//);
});

test('what is sent over the socket is what the hash says', async () => {
	const hash = createHash('sha256').update(content).digest('hex');
	const got = await Promise.all(Array.from({ length: 70 }, async () => bytesOf(await get(file))));
	expect(new Set(got.map((bytes) => createHash('sha256').update(bytes).digest('hex')))).toEqual(new Set([hash]));
});
