/** A server under an account that may not do everything. */
import type { ChildProcess } from 'node:child_process';
import {
	chmodSync,
	chownSync,
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ServerJob } from '../../src/lib/contract/jobs.ts';
import { fixturePath } from '../fixtures/make.ts';
import { addressIn, startServerProcess } from '../server-process.ts';
import { clip, needFilms } from './export-server.ts';

needFilms('no-audio.mp4');

/** Nobody, in every Linux. Only root may start a process as somebody else; as anybody else these tests are skipped. */
const NOBODY = { uid: 65534, gid: 65534 };
const isRoot = process.getuid?.() === 0;

let folder: string;
let dataDir: string;
let mediaDir: string;
const started: ChildProcess[] = [];

beforeAll(() => {
	if (!isRoot) console.info('Skipped: only root can start a server under another account.');
});
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'octocut-account-'));
	chmodSync(folder, 0o755);
	[dataDir, mediaDir] = [join(folder, 'data'), join(folder, 'media')];
	for (const path of [dataDir, mediaDir]) mkdirSync(path, { mode: 0o755 });
	chownSync(dataDir, NOBODY.uid, NOBODY.gid);
});
afterEach(() => {
	for (const child of started.splice(0)) child.kill('SIGKILL');
	rmSync(folder, { recursive: true, force: true });
});

function run(env: Record<string, string> = {}) {
	const all = { DATA_DIR: dataDir, MEDIA_DIRS: mediaDir, PORT: '0', HOME: folder, ENCODER: 'software', ...env };
	const server = startServerProcess(all, { account: NOBODY });
	started.push(server.child);
	return server;
}

async function up(env: Record<string, string> = {}) {
	const server = run(env);
	const address = addressIn(await server.says('Octocut is ready'));
	const get = async <T>(path: string) => (await (await fetch(`${address}${path}`)).json()) as T;
	const scanned = () =>
		vi.waitFor(async () => {
			const library = await get<{ scan: { state: string; endedAt?: string; problems: unknown[] } }>('/api/library');
			expect(library.scan).toMatchObject({ state: 'idle', endedAt: expect.any(String) as string });
			return library;
		});
	const post = (path: string, body: unknown) =>
		fetch(`${address}${path}`, {
			method: 'POST',
			body: JSON.stringify(body),
			headers: { 'Content-Type': 'application/json' },
		});
	return { address, get, scanned, post };
}

describe.skipIf(!isRoot)('under an account that may not', () => {
	test('write into DATA_DIR, it says so and leaves nothing there', async () => {
		chownSync(dataDir, 0, 0);
		const { code, said } = await run().ended();
		expect(code).toBe(1);
		expect(said).toContain(`DATA_DIR ${dataDir} cannot be used`);
		expect(said).toContain('Set DATA_DIR to a folder that this account may write.');
		expect(said).not.toContain('    at ');
		expect(readdirSync(dataDir)).toEqual([]);
	});

	test('make EXPORT_DIR, it says which setting puts that right', async () => {
		const { code, said } = await run({ EXPORT_DIR: join(folder, 'exports') }).ended();
		expect(code).toBe(1);
		expect(said).toMatch(/cannot be made .*Set CACHE_DIR or EXPORT_DIR to one that can\./);
		expect(readdirSync(folder).sort()).toEqual(['data', 'media']);
	});

	test.each([
		['only be read', 0o555],
		['not even be looked into', 0o700],
	])('write into EXPORT_DIR, which may %s: an export fails with a sentence, nothing is left', async (_what, mode) => {
		const exportDir = join(folder, 'exports');
		mkdirSync(exportDir);
		chmodSync(exportDir, mode);
		copyFileSync(fixturePath('no-audio.mp4'), join(mediaDir, 'no-audio.mp4'));
		const { get, scanned, post } = await up({ EXPORT_DIR: exportDir });
		await scanned();
		const reply = await post('/api/exports', { items: [{ task: clip('no-audio.mp4', 0, 10) }], destination: 'server' });
		expect(reply.status).toBe(202);
		const { jobs } = (await reply.json()) as { jobs: ServerJob[] };
		const job = await vi.waitFor(async () => {
			const found = await get<ServerJob>(`/api/jobs/${jobs[0]!.id}`);
			expect(found.endedAt).toBeDefined();
			return found;
		});
		expect(job).toMatchObject({ state: 'failed', error: { kind: 'output-permission', on: 'server' } });
		expect(readdirSync(exportDir)).toEqual([]);
	});

	test('read a film or a folder, the others are there, and each answer says why', async () => {
		copyFileSync(fixturePath('no-audio.mp4'), join(mediaDir, 'open.mp4'));
		copyFileSync(fixturePath('no-audio.mp4'), join(mediaDir, 'shut.mp4'));
		chmodSync(join(mediaDir, 'shut.mp4'), 0o600);
		mkdirSync(join(mediaDir, 'private'));
		writeFileSync(join(mediaDir, 'private/secret.mp4'), '');
		chmodSync(join(mediaDir, 'private'), 0o700);
		const { address, get, scanned } = await up();
		const library = await scanned();
		expect(JSON.stringify(library.scan.problems)).toContain('private');
		const { items } = await get<{ items: { id: string; name: string }[] }>('/api/media?deep=true');
		expect(items.map(({ name }) => name).sort()).toEqual(['open.mp4', 'shut.mp4']);
		const idOf = (name: string) => items.find((item) => item.name === name)!.id;
		expect((await fetch(`${address}/api/media/${idOf('open.mp4')}/index`)).status).toBe(200);
		for (const what of ['raw', 'index', 'thumbnail', 'strip', 'peaks', 'stream?quality=low', 'audio']) {
			const reply = await fetch(`${address}/api/media/${idOf('shut.mp4')}/${what}`);
			const body = await reply.text();
			expect([what, reply.status]).toEqual([what, expect.toSatisfy((status: number) => status >= 400 && status < 500)]);
			expect(JSON.parse(body)).toMatchObject({ code: expect.any(String) as string });
			expect(body).not.toContain(mediaDir);
		}
	});
});
