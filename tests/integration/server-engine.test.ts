import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { ExportTask } from '../../src/lib/core/export/export-task.ts';
import { ok } from '../../src/lib/core/result.ts';
import type { EngineIo, EngineProgress } from '../../src/lib/media/engine.ts';
import { chooseEngine } from '../../src/lib/media/planner.ts';
import { JobFeed } from '../../src/lib/remote/job-feed.ts';
import { createServerClient } from '../../src/lib/remote/server-client.ts';
import { ServerEngine } from '../../src/lib/remote/server-engine.ts';
import { readFrameNumbers } from '../fixtures/decode.ts';
import { clip, cropOf, needFilms, newFolder, range, server, source } from './export-server.ts';

needFilms('no-audio.mp4', 'h264-aac-60s.mp4');

/** A file of this disk as the browser would give it. */
const fileAt = (path: string) =>
	({
		createWritable: () => Promise.resolve(Writable.toWeb(createWriteStream(path))),
	}) as unknown as FileSystemFileHandle;

function ioIn(folder: string, progress: EngineProgress[], signal = new AbortController().signal): EngineIo {
	const pathOf = ({ output }: ExportTask): string => join(folder, output.name);
	return {
		open: () => Promise.reject(new Error('nothing is read here')),
		frameIndex: () => Promise.resolve(undefined),
		factsOf: (media) => [...names].map(source).find(({ facts }) => facts.fingerprint === media)!.facts,
		create: (task) => Promise.resolve(ok(fileAt(`${pathOf(task)}.${task.output.extension}`))),
		createFolder: (task) => {
			mkdirSync(pathOf(task));
			const getFileHandle = (name: string) => Promise.resolve(fileAt(join(pathOf(task), name)));
			return Promise.resolve(ok({ getFileHandle } as unknown as FileSystemDirectoryHandle));
		},
		createSound: (task) => Promise.resolve(ok(fileAt(`${pathOf(task)}.wav`))),
		signal,
		onProgress: (told) => progress.push(told),
	};
}

const names = ['no-audio.mp4', 'h264-aac-60s.mp4'];
const factsOf = () => source('no-audio.mp4').facts;

async function engineWith(options?: Parameters<typeof server>[0]) {
	const made = await server(options);
	const line = { isCut: false };
	const client = createServerClient('http://server.test', async (url, init) => {
		if (line.isCut) throw new TypeError('the line is cut');
		return made.app.request(url, init);
	});
	const left: string[] = [];
	const engine = new ServerEngine({
		...{ client: () => client, feed: new JobFeed(undefined, 20), againMs: 20 },
		onLeft: (ids) => void left.push(...ids),
	});
	return { ...made, engine, line, left };
}

test('it offers what the server has, and the planner says so', async () => {
	const { engine } = await engineWith();
	const tasks = [clip('no-audio.mp4', 0, 30)];
	expect(await engine.assess(tasks, factsOf)).toMatchObject({ able: true, how: 'encode', encoder: 'H.264 by ffmpeg' });
	const chosen = await chooseEngine([engine], 'server', tasks, factsOf);
	expect(chosen.ok && chosen.value.reason).toBe('H.264 by ffmpeg, with the server: you chose it.');
});

test('a file that the server lacks, and no server at all, are reasons', async () => {
	const { engine } = await engineWith();
	const task = clip('no-audio.mp4', 0, 30);
	const pieces = task.pieces.map((piece) => ({ ...piece, media: `1-${'f'.repeat(64)}` }));
	expect(await engine.assess([{ ...task, pieces }], factsOf)).toMatchObject({
		able: false,
		detail: 'it does not have no-audio.mp4',
	});
	const alone = new ServerEngine({ client: () => undefined });
	expect(await alone.assess([task], factsOf)).toMatchObject({ able: false, detail: 'no server is connected' });
});

test('what it makes is here, frame for frame, and nothing of it stays on the server', async () => {
	const { engine, queue, exportDir } = await engineWith();
	const folder = newFolder();
	const progress: EngineProgress[] = [];
	const tasks = [
		{ ...clip('no-audio.mp4', 10, 40), id: 'film' },
		{ ...clip('h264-aac-60s.mp4', 309, 315, { format: 'frames' }), id: 'pictures' },
	];
	const made = await engine.run(tasks, ioIn(folder, progress));
	if (!made.ok) throw new Error(JSON.stringify(made.error));
	const byId = new Map(made.value.map((one) => [one.taskId, one]));
	expect(byId.get('film')).toMatchObject({ frames: 30, encoder: 'libx264 (ffmpeg on the server)' });
	expect(byId.get('pictures')).toMatchObject({ folder: { pictures: 6, extension: 'webp' } });
	const [film, pictures] = tasks as [ExportTask, ExportTask];
	expect(await readFrameNumbers(join(folder, `${film.output.name}.mp4`), cropOf(film, 'no-audio.mp4'))).toEqual(
		range(10, 40),
	);
	expect(existsSync(join(folder, pictures.output.name, 'frame_0006.webp'))).toBe(true);
	expect(existsSync(join(folder, `${pictures.output.name}.wav`))).toBe(true);
	expect(progress.length).toBeGreaterThan(0);
	expect(queue.list()).toEqual([]);
	expect(existsSync(join(exportDir, film.output.name))).toBe(false);
});

test('cancelling here cancels there', async () => {
	const { engine, queue } = await engineWith();
	const abort = new AbortController();
	const io = ioIn(newFolder(), [], abort.signal);
	const run = engine.run([clip('h264-aac-60s.mp4', 0, 1800, { shortSide: null })], io);
	await new Promise<void>((resolve) => {
		queue.subscribe((event) => event.type === 'job' && event.job.state === 'running' && resolve());
	});
	abort.abort();
	await expect(run).rejects.toMatchObject({ name: 'AbortError' });
	expect(queue.list()).toEqual([]);
});

test('a run that was cut off finds what it had begun, and makes nothing twice', async () => {
	const { engine, queue, post, ended } = await engineWith();
	const task = { ...clip('no-audio.mp4', 10, 40), id: crypto.randomUUID() };
	await post({ items: [{ id: task.id, task }], destination: 'download' });
	await ended(task.id);
	const begun: string[] = [];
	queue.subscribe((event) => event.type === 'job' && event.job.state === 'running' && begun.push(event.job.id));
	const folder = newFolder();
	const made = await engine.run([task], ioIn(folder, []));
	expect(made).toMatchObject({ ok: true, value: [{ frames: 30 }] });
	expect(begun).toEqual([]);
	expect(await readFrameNumbers(join(folder, `${task.output.name}.mp4`), cropOf(task, 'no-audio.mp4'))).toEqual(
		range(10, 40),
	);
	expect(queue.list()).toEqual([]);
});

test('other work that the server keeps by the id of a task is left alone; what was begun beside it goes', async () => {
	const { engine, queue, post, ended } = await engineWith();
	const [id, besideId] = [crypto.randomUUID(), crypto.randomUUID()];
	const beside = { ...clip('no-audio.mp4', 0, 5), id: besideId };
	await post({ items: [{ id, task: clip('no-audio.mp4', 0, 5) }], destination: 'server' });
	await post({ items: [{ id: besideId, task: beside }], destination: 'download' });
	await ended(id);
	await ended(besideId);
	const made = await engine.run([{ ...clip('no-audio.mp4', 10, 40), id }, beside], ioIn(newFolder(), []));
	expect(made).toMatchObject({
		ok: false,
		error: { detail: 'Another export is kept there in its place. Remove this one from the list and export again' },
	});
	expect(queue.list()).toMatchObject([{ id, state: 'done' }]);
	const lost = { ...clip('no-audio.mp4', 10, 40), id };
	const pieces = lost.pieces.map((piece) => ({ ...piece, media: `1-${'f'.repeat(64)}` }));
	expect(await engine.run([{ ...lost, pieces }], ioIn(newFolder(), []))).toMatchObject({ ok: false });
	expect(queue.list()).toMatchObject([{ id, state: 'done' }]);
});

test('a server that is away for a while is waited for, and told later what was cancelled meanwhile', async () => {
	const { engine, queue, line, left, ended } = await engineWith();
	const task = { ...clip('no-audio.mp4', 10, 40), id: crypto.randomUUID() };
	const steps: EngineProgress[] = [];
	const io = ioIn(newFolder(), steps);
	const waits = new Promise<void>((resolve) => {
		queue.subscribe((event) => {
			if (event.type === 'job' && event.job.state === 'running') line.isCut = true;
		});
		const onProgress = (told: EngineProgress): void => {
			steps.push(told);
			if (told.step === 'Waiting for the server') resolve();
		};
		void engine.run([task], { ...io, onProgress }).then((made) => expect(made).toMatchObject({ ok: true }));
	});
	await waits;
	await ended(task.id);
	line.isCut = false;
	await expect.poll(() => queue.list()).toEqual([]);

	const abort = new AbortController();
	const long = { ...clip('h264-aac-60s.mp4', 0, 1800, { shortSide: null }), id: crypto.randomUUID() };
	const run = engine.run([long], ioIn(newFolder(), [], abort.signal));
	await expect.poll(() => queue.get(long.id)?.state).toBe('running');
	line.isCut = true;
	abort.abort();
	await expect(run).rejects.toMatchObject({ name: 'AbortError' });
	expect(left).toEqual([long.id]);
});
