import { createReadStream, readFileSync, statSync, writeFileSync, chmodSync, existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readStripPack } from '../../src/lib/core/media/strip-pack.ts';
import { readFrameNumbers } from '../fixtures/decode.ts';
import { fixturePath } from '../fixtures/make.ts';
import { CaptureServer, playing } from './capture-server.ts';

const TOKEN = 'sEcReT-tOkEn-0123456789';
const film = fixturePath('long-gop.mp4');

let its: CaptureServer;
let upstream: Server;
let address = '';
let mode: 'fine' | 401 | 404 = 'fine';
const asked: string[] = [];

beforeEach(async () => {
	mode = 'fine';
	asked.length = 0;
	upstream = createServer((request, response) => {
		if (request.headers['x-plex-token'] !== TOKEN) return void response.writeHead(401).end();
		if (mode !== 'fine') return void response.writeHead(mode).end();
		const { size } = statSync(film);
		const [, from = '0', to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
		asked.push(request.headers.range ?? 'all');
		const [first, last] = [Number(from), to === undefined || to === '' ? size - 1 : Number(to)];
		const ranged = request.headers.range !== undefined;
		response.writeHead(ranged ? 206 : 200, {
			...{ 'Content-Type': 'video/mp4', 'Content-Length': last - first + 1, 'Accept-Ranges': 'bytes' },
			...(ranged && { 'Content-Range': `bytes ${first}-${last}/${size}` }),
		});
		createReadStream(film, { start: first, end: last }).pipe(response);
	}).listen(0, '127.0.0.1');
	await once(upstream, 'listening');
	address = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/library/parts/77/file.mp4`;
	its = new CaptureServer([]);
	// Programs that write down what they were started with.
	const noted = (program: string): string => {
		const path = join(its.folder, program);
		writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$*" >> ${join(its.folder, 'arguments')}\nexec ${program} "$@"\n`);
		chmodSync(path, 0o755);
		return path;
	};
	await its.start({ ffmpegPath: noted('ffmpeg'), ffprobePath: noted('ffprobe') });
	const media = { kind: 'stream', address, headers: { 'X-Plex-Token': TOKEN } } as const;
	its.play(playing('far.mp4', 31.01, 60, { media: { state: 'stream', message: 'It is read from Home.' } }), { media });
});
afterEach(async () => {
	await its.stop();
	upstream.close();
	expect(its.errors).toEqual([]);
	its.remove();
});

const session = 'plex-far.mp4';
/** How often ffmpeg was started to draw pictures. */
const programs = (): number => {
	const path = join(its.folder, 'arguments');
	return existsSync(path)
		? readFileSync(path, 'utf8')
				.split('\n')
				.filter((line) => line.includes('.webp')).length
		: 0;
};

test('a film that lies on the media server is captured to the frame, and its address and token reach nobody', async () => {
	const still = await its.make({ type: 'screenshot', session });
	expect(await readFrameNumbers(still.path)).toEqual([930]);
	const span = { kind: 'exact', startS: 12.5, endS: 14 } as const;
	const precise = await its.make({ type: 'clip', session, span, shortSide: 90 });
	expect(await readFrameNumbers(precise.path)).toEqual(Array.from({ length: 45 }, (_, n) => 375 + n));
	const fast = await its.make({ type: 'clip', session, span, mode: 'fast' });
	expect(fast.capture.startS).toBe(10);
	// Far less than the film is fetched for a picture of it.
	expect(asked.some((range) => /^bytes=[1-9]/.test(range))).toBe(true);

	const told = [
		...['/api/captures', `/api/sessions/${session}/details`, '/api/jobs'].map(async (path) =>
			(await its.request(path)).text(),
		),
		Promise.resolve(readFileSync(join(its.folder, 'arguments'), 'utf8')),
		Promise.resolve(JSON.stringify(its.queue.list().map(({ id }) => [its.queue.log(id), its.queue.payload(id)]))),
		Promise.resolve(JSON.stringify(its.db.sqlite.prepare('SELECT * FROM captures').all())),
	];
	const { port } = upstream.address() as AddressInfo;
	for (const text of await Promise.all(told)) {
		for (const secret of [TOKEN, '/library/parts/77', `:${port}`, 'X-Plex-Token']) expect(text).not.toContain(secret);
	}
});

test('the form sees exact pictures and key frames of it', async () => {
	const bytes = await (
		await its.request(`/api/sessions/${session}/frames?fromS=12&toS=14&count=5&height=128`)
	).arrayBuffer();
	const pack = readStripPack(bytes);
	expect(pack?.tiles.map(({ timeUs }) => timeUs / 1e6)).toEqual([12, 12.5, 13, 13.5, 14]);
	const wide = await (
		await its.request(`/api/sessions/${session}/frames?fromS=0&toS=60&count=4&height=128`)
	).arrayBuffer();
	const numbers: number[] = [];
	for (const { picture } of [...(pack?.tiles ?? []), ...(readStripPack(wide)?.tiles ?? [])]) {
		const path = join(its.folder, 'tile.webp');
		writeFileSync(path, picture);
		numbers.push(...(await readFrameNumbers(path)));
	}
	expect(numbers).toEqual([360, 375, 390, 405, 420, 0, 600, 1200, 1799]);
	expect(await its.json(`/api/sessions/${session}/key-frames?fromS=5&toS=31`)).toEqual({ keyFramesS: [10, 20, 30] });
});

test('pictures of one instant, and those beyond the end, are made once', async () => {
	for (const [query, count] of [
		['fromS=12&toS=12&count=60', 60],
		['fromS=12&toS=12.000000001&count=60', 60],
		['fromS=100&toS=1000000&count=60', 60],
	] as const) {
		const before = programs();
		const answer = await its.request(`/api/sessions/${session}/frames?${query}&height=64`);
		expect(answer.status, query).toBe(200);
		const pictures = (readStripPack(await answer.arrayBuffer())?.tiles ?? []).map(({ picture }) => picture.join());
		expect([pictures.length, new Set(pictures).size], query).toEqual([count, 1]);
		expect(programs() - before, query).toBeLessThanOrEqual(2);
	}
});

test('pictures that nobody waits for any more are not made', async () => {
	const before = programs();
	const asked = Array.from({ length: 20 }, (_, n) => {
		const leaving = new AbortController();
		const path = `http://localhost/api/sessions/${session}/frames?fromS=${n}&toS=59&count=60`;
		const answer = its.app.request(new Request(path, { signal: leaving.signal }));
		return { leaving, answer };
	});
	await expect.poll(programs).toBeGreaterThan(before);
	for (const { leaving } of asked) leaving.abort();
	const statuses = await Promise.all(asked.map(async ({ answer }) => (await answer).status));
	expect(statuses.every((status) => status >= 400)).toBe(true);
	expect(programs() - before).toBeLessThan(20);
});

test.each([
	[401, 503, /does not let Octocut read “far\.mp4”/],
	[404, 404, /“far\.mp4” is not where it was/],
	['down', 503, /does not answer/],
] as const)('a media server that answers %s is told', async (trouble, status, sentence) => {
	if (trouble === 'down') {
		upstream.closeAllConnections();
		upstream.close();
	} else mode = trouble;
	const refused = await its.refused({ type: 'screenshot', session });
	expect(refused).toMatchObject({ status, message: expect.stringMatching(sentence) as string });
	expect(refused.message).not.toMatch(/127\.0\.0\.1|http:/);
});

test('one that refuses in the middle fails the capture with the reason', async () => {
	expect((await its.request(`/api/sessions/${session}/details`)).status).toBe(200);
	mode = 401;
	const failed = await its.take({ type: 'screenshot', session });
	expect(failed).toMatchObject({
		status: 'failed',
		message: expect.stringMatching(/Check its token under Settings/) as string,
	});
	expect(existsSync(join(its.captureDir, failed.id))).toBe(false);
});
