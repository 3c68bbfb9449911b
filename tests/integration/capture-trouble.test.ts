import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { Capture } from '../../src/lib/contract/captures.ts';
import { readFrameNumbers } from '../fixtures/decode.ts';
import { fixturePath } from '../fixtures/make.ts';
import { CaptureServer, type CaptureServerOptions, playing } from './capture-server.ts';

const opened: CaptureServer[] = [];
const FILM = 'long-gop.mp4';

async function server(options: CaptureServerOptions = {}, films = [FILM]): Promise<CaptureServer> {
	const its = new CaptureServer(films.map(fixturePath));
	await its.start(options);
	opened.push(its);
	return its;
}

afterEach(async () => {
	for (const its of opened.splice(0)) {
		await its.stop();
		its.remove();
	}
});

/** All files below the folder of captures, also hidden ones. */
const left = (its: CaptureServer): string[] =>
	existsSync(its.captureDir)
		? readdirSync(its.captureDir, { recursive: true, withFileTypes: true }).flatMap((one) =>
				one.isFile() ? one.name : [],
			)
		: [];

const span = { kind: 'last', seconds: 2 } as const;

describe('what cannot be captured is refused in a sentence, and nothing is left', () => {
	test.each([
		['a session that is unknown', { session: 'plex-none' }, 404, /is over/],
		['a film that is gone', { session: 'plex-gone.mp4' }, 404, /“gone\.mp4” is not where it was/],
		['live television', { session: 'plex-live' }, 409, /Live television/],
		['a text', { session: 'plex-text.mp4' }, 422, /“text\.mp4” could not be read/],
		['an empty file', { session: 'plex-zero-bytes.mp4' }, 422, /“zero-bytes\.mp4” is empty/],
		['sound', { session: 'plex-audio-only.m4a' }, 422, /has no picture\. Take a clip as MP3/],
		[
			'a span after the end',
			{ type: 'clip', span: { kind: 'exact', startS: 90, endS: 95 } },
			422,
			/ends at 0:01:00\.0, before/,
		],
		[
			'a span that ends before it begins',
			{ type: 'clip', span: { kind: 'exact', startS: 9, endS: 5 } },
			422,
			/ends before it begins/,
		],
		['a fast clip that is cropped', { type: 'clip', span, mode: 'fast', shortSide: 100 }, 422, /Choose a precise clip/],
		[
			'a fast WebM of H.264',
			{ type: 'clip', span, mode: 'fast', format: 'webm' },
			422,
			/cannot be put into a WebM as it is/,
		],
	])('%s', async (_, request, status, sentence) => {
		const its = await server({}, [FILM, 'text.mp4', 'zero-bytes.mp4', 'audio-only.m4a']);
		for (const name of [FILM, 'gone.mp4', 'text.mp4', 'zero-bytes.mp4', 'audio-only.m4a'])
			its.play(playing(name, 30, 60));
		its.play(playing('live', 5, 60, { media: { state: 'none', message: 'Live television cannot be captured.' } }));
		const refused = await its.refused({ type: 'screenshot', session: `plex-${FILM}`, ...request });
		expect(refused).toMatchObject({ status, message: expect.stringMatching(sentence) as string });
		expect(refused.message).not.toContain(its.folder);
		expect(left(its)).toEqual([]);
		expect((await its.json<{ total: number }>('/api/captures')).total).toBe(0);
	});

	test('a disk that is nearly full', async () => {
		const its = await server({ minFreeBytes: 1e18 });
		const { id } = its.play(playing(FILM, 30, 60));
		expect(await its.refused({ type: 'screenshot', session: id })).toMatchObject({ status: 507 });
	});
});

test('a clip longer than the film ends with it, and says so', async () => {
	const its = await server();
	const { id } = its.play(playing(FILM, 59, 60));
	const exact = { kind: 'exact', startS: 59, endS: 200 } as const;
	const { capture, path } = await its.make({ type: 'clip', session: id, span: exact, shortSide: 90 });
	expect(capture.notes).toEqual(['The clip ends where the film does, at 0:01:00.0.']);
	expect(await readFrameNumbers(path)).toHaveLength(30);
	const early = its.play(playing(FILM, 1.5, 60)).id;
	const last = await its.make({ type: 'clip', session: early, span: { kind: 'last', seconds: 60 }, shortSide: 90 });
	expect(last.capture).toMatchObject({
		startS: 0,
		notes: ['The film has run for 0:00:01.5 only, so the clip is shorter.'],
	});
});

test('a film that is cut off gives what is there', async () => {
	const its = await server({}, ['truncated.mp4']);
	const { id } = its.play(playing('truncated.mp4', 2.02, 10));
	expect(await readFrameNumbers((await its.make({ type: 'screenshot', session: id })).path)).toEqual([60]);
	const late = await its.take({ type: 'screenshot', session: id, atS: 9.5 });
	if (late.status === 'failed') expect(late.message).toMatch(/could not be read there/);
	await its.idle();
	expect(readdirSync(join(its.captureDir, '.parts'))).toEqual([]);
});

test('a folder that may not be written is told, and after it was put right the capture is made', async () => {
	const its = new CaptureServer([fixturePath(FILM)]);
	opened.push(its);
	writeFileSync(join(its.folder, 'no-folder'), '');
	await its.start({ captureDir: join(its.folder, 'no-folder', 'captures') });
	const { id } = its.play(playing(FILM, 30, 60));
	const failed = await its.take({ type: 'screenshot', session: id });
	expect(failed).toMatchObject({
		status: 'failed',
		message: expect.stringMatching(/may not write to its folder of captures.*CAPTURE_DIR/) as string,
	});
	expect(failed.message).not.toContain(its.folder);
	rmSync(join(its.folder, 'no-folder'));
	mkdirSync(join(its.folder, 'no-folder', 'captures'), { recursive: true });
	await its.json(`/api/captures/${failed.id}/retry`, 'POST', {});
	expect(await its.ended(failed.id)).toMatchObject({ status: 'complete' });
	expect((await its.request(`/api/captures/${failed.id}/retry`, 'POST', {})).status).toBe(409);
});

test('a film that this account may not read is told', async () => {
	const its = new CaptureServer([fixturePath(FILM)]);
	opened.push(its);
	if (process.getuid?.() !== 0) return;
	// Programs as nobody, who may not read what is root's.
	const asNobody = (program: string): string => {
		const path = join(its.folder, program);
		writeFileSync(path, `#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups ${program} "$@"\n`);
		chmodSync(path, 0o755);
		return path;
	};
	for (const folder of [its.folder, its.films]) chmodSync(folder, 0o755);
	chmodSync(join(its.films, FILM), 0o600);
	await its.start({ ffmpegPath: asNobody('ffmpeg'), ffprobePath: asNobody('ffprobe') });
	const { id } = its.play(playing(FILM, 30, 60));
	const refused = await its.refused({ type: 'screenshot', session: id });
	expect(refused).toMatchObject({
		status: 422,
		message: `The server may not read “${FILM}”. Give its account the right to, then retry.`,
	});
});

test('a full disk is told, nothing half-written stays, and there is room again for the next try', async () => {
	const disk = mkdtempSync(join(tmpdir(), 'octocut-full-'));
	try {
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'none', disk], { stdio: 'ignore' });
	} catch (thrown) {
		// Only root may, and not everywhere.
		if (thrown instanceof Error) return rmSync(disk, { recursive: true });
		throw thrown;
	}
	try {
		const its = await server({ captureDir: join(disk, 'captures') });
		const { id } = its.play(playing(FILM, 30, 60));
		for (const mode of ['fast', 'precise'] as const) {
			const failed = await its.take({
				type: 'clip',
				session: id,
				mode,
				span: { kind: 'last', seconds: 20 },
				quality: 100,
			});
			expect(failed).toMatchObject({
				status: 'failed',
				message: expect.stringMatching(/no space left .* on the disk of captures/) as string,
			});
		}
		await its.idle();
		expect(left(its)).toEqual([]);
		expect((await its.take({ type: 'screenshot', session: id, shortSide: 180 })).status).toBe('complete');
		await its.stop();
		opened.splice(0);
		its.remove();
	} finally {
		execFileSync('umount', ['-l', disk]);
		rmSync(disk, { recursive: true });
	}
});

test('a clip that is cancelled leaves nothing, and can be made anew', async () => {
	const its = await server({}, ['h264-aac-60s.mp4']);
	const { id } = its.play(playing('h264-aac-60s.mp4', 60, 60));
	const running = new Promise<void>((resolve) => {
		its.queue.subscribe((event) => event.type === 'job' && event.job.step === 'Encoding' && resolve());
	});
	const capture = await its.json<Capture>('/api/captures', 'POST', {
		type: 'clip',
		session: id,
		span: { kind: 'last', seconds: 60 },
	});
	await running;
	await its.json(`/api/jobs/${capture.job ?? ''}/cancel`, 'POST', {});
	expect(its.rooms.captures.get(capture.id)).toMatchObject({
		status: 'failed',
		message: 'It was cancelled. Retry makes it anew.',
	});
	await its.idle();
	expect(left(its)).toEqual([]);
	const second = await its.json<Capture>(`/api/captures/${capture.id}/retry`, 'POST', {});
	expect(second.status).toBe('pending');
	// Deleting one that is being made stops it first.
	expect(await its.json('/api/captures/delete', 'POST', { ids: [capture.id] })).toEqual({
		deleted: [capture.id],
		trouble: [],
	});
	expect(left(its)).toEqual([]);
	expect(its.queue.list({ state: 'active' })).toEqual([]);
});

test('a server that is killed in the middle makes the clip at its next start, once', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'octocut-killed-'));
	const worker = fileURLToPath(new URL('capture-worker.ts', import.meta.url));
	const args = ['--import', 'tsx', worker, folder, fixturePath(FILM)];
	const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
	child.stdout.setEncoding('utf8');
	let said = '';
	while (!said.includes('encoding')) said += String((await once(child.stdout, 'data'))[0]);
	const dead = once(child, 'close');
	child.kill('SIGKILL');
	await dead;

	const its = new CaptureServer([], folder);
	opened.push(its);
	await its.start();
	const { items } = await its.json<{ items: Capture[] }>('/api/captures');
	expect(items).toHaveLength(1);
	// What played is over by now: the file is known.
	expect(await its.ended(items[0]?.id ?? '')).toMatchObject({ status: 'complete', startS: 0, endS: 15 });
	await its.idle();
	expect(left(its)).toHaveLength(1);
	const file = await its.rooms.captures.file(items[0]?.id ?? '');
	expect(file.ok && (await readFrameNumbers(file.value.path))).toHaveLength(450);
});

test('a file that was removed from the disk is told, and one that is sent is sent to its end though it is deleted', async () => {
	const its = await server();
	const { id } = its.play(playing(FILM, 30, 60));
	const [one, two] = [
		await its.make({ type: 'screenshot', session: id }),
		await its.make({ type: 'screenshot', session: id }),
	];
	expect(one.path).not.toBe(two.path);
	const bytes = readFileSync(two.path).length;
	const sending = await its.request(`/api/captures/${two.capture.id}/file`);
	await its.json('/api/captures/delete', 'POST', { ids: [two.capture.id] });
	expect((await sending.arrayBuffer()).byteLength).toBe(bytes);
	expect((await its.request(`/api/captures/${two.capture.id}/file`)).status).toBe(404);

	rmSync(one.path);
	for (const what of ['file', 'thumbnail']) {
		const gone = await its.request(`/api/captures/${one.capture.id}/${what}`);
		expect(gone.status).toBe(410);
		expect(await gone.text()).toMatch(/not in the folder of captures any more/);
	}
});
