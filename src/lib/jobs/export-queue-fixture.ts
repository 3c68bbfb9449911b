import { expect, vi } from 'vitest';
import type { ExportTask } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import type { MediaFacts } from '#core/media/media-facts';
import { pictureFileName } from '#core/export/output-file-name';
import { err, ok, present, type Result } from '#core/result';
import type { EngineIo, EngineName, MadeFile, MediaEngine } from '$lib/media/engine';
import type { JobRecord } from '$lib/storage/job-record';
import { openStorage } from '$lib/storage/open-storage';
import type { Storage } from '$lib/storage/storage';
import { ExportQueue, type ExportQueueOptions, type ExportRequest } from './export-queue.ts';
import type { Planner, Verifier } from './export-parts.ts';

const MEDIA = `5-${'b'.repeat(64)}`;
export const BYTES = new Uint8Array(1000).fill(7);

const facts: MediaFacts = {
	fingerprint: MEDIA,
	name: 'film.mp4',
	bytes: 5,
	container: 'mp4',
	reader: 'mediabunny',
	durationS: 10,
	firstTimestampS: 0,
	audio: [],
	subtitles: [],
	playable: 'native',
	truncated: false,
	notes: [],
};

export const task = (name: string): ExportTask => ({
	id: `task ${name}`,
	container: 'mp4',
	pieces: [{ media: MEDIA, inS: 0, outS: 1, crop: { x: 0, y: 0, width: 16, height: 16 } }],
	video: { kind: 'none' },
	audio: { kind: 'none' },
	output: { name, extension: 'mp4' },
	durationS: 1,
});

export const request = (name: string, extra: Partial<ExportRequest> = {}): ExportRequest => ({
	task: task(name),
	facts: [facts],
	engineChoice: 'auto',
	destination: { kind: 'browser' },
	notes: [],
	...extra,
});

export type Run = (task: ExportTask, io: EngineIo) => Promise<Result<readonly MadeFile[], Failure>>;

export const made = (task: ExportTask): MadeFile => ({
	taskId: task.id,
	bytes: BYTES.length,
	frames: 25,
	durationS: 1,
	width: 16,
	height: 16,
	encoder: 'bytes',
});

/** A small real engine: reads the source, writes bytes to the file it is given. */
export const writeBytes: Run = async (task, io) => {
	const source = await io.open(MEDIA);
	if (!source.ok) return source;
	const target = await io.create(task);
	if (!target.ok) return target;
	const writable = await target.value.createWritable();
	await writable.write(BYTES);
	io.onProgress({ share: 0.5, step: 'Encoding', speed: 2 });
	await writable.close();
	return ok([made(task)]);
};

/** Writes a little, then works until it is told to stop. */
export const endless: Run = async (task, io) => {
	const target = await io.create(task);
	if (!target.ok) return target;
	const writable = await target.value.createWritable();
	await writable.write(BYTES);
	await writable.close();
	io.onProgress({ share: 0.25, step: 'Encoding' });
	return new Promise((_, reject) => {
		io.signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
	});
};

export const engine = (run: Run, name: EngineName = 'webcodecs'): MediaEngine => ({
	name,
	assess: () => Promise.resolve({ able: true, how: 'encode', costS: 1, encoder: 'bytes', notes: [] }),
	run: ([task], io) => run(present(task, 'task'), io),
});

export type RunMany = (tasks: readonly ExportTask[], io: EngineIo) => Promise<Result<readonly MadeFile[], Failure>>;

/** An engine that is given all tasks of a run. */
export const engineOfMany = (run: RunMany, name: EngineName = 'webcodecs'): MediaEngine => ({
	...engine(writeBytes, name),
	run,
});

/** Writes each file, in order, and tells it; what cannot be created is told as failed. */
export const writeEach: RunMany = async (tasks, io) => {
	const all: MadeFile[] = [];
	for (const [n, task] of tasks.entries()) {
		io.signal.throwIfAborted();
		const result = task.video.kind === 'frames' ? await writePictures(task, io) : await writeBytes(task, io);
		io.onProgress({ share: (n + 1) / tasks.length, step: 'Encoding' });
		if (!result.ok) {
			if (io.onFailed === undefined) return result;
			io.onFailed(task.id, result.error);
			continue;
		}
		all.push(...result.value);
		for (const file of result.value) io.onMade?.(file);
	}
	return ok(all);
};

export async function writeInto(file: FileSystemFileHandle, content: string | Uint8Array<ArrayBuffer>): Promise<void> {
	const writable = await file.createWritable();
	await writable.write(content);
	await writable.close();
}

/** The pictures of a task, each of which says its number, and the sound beside them. */
const writePictures: Run = async (task, io) => {
	const folder = await io.createFolder(task);
	if (!folder.ok) return folder;
	const frames = task.video.kind === 'frames' ? task.video.frames : 0;
	for (let n = 1; n <= frames; n += 1) {
		await writeInto(await folder.value.getFileHandle(pictureFileName('webp', n), { create: true }), `${task.id} ${n}`);
	}
	if (task.audio.kind === 'wav') {
		const sound = await io.createSound(task);
		if (!sound.ok) return sound;
		await writeInto(sound.value, 'RIFF');
	}
	return ok([{ ...made(task), frames, folder: { pictures: frames, extension: 'webp' } }]);
};

const planner: Planner = async ([first], _choice, tasks, factsOf) =>
	first === undefined
		? err({ kind: 'unsupported', subject: 'x', detail: 'no engine' })
		: ok({ engine: first, ability: await first.assess(tasks, factsOf), reason: `${first.name} is first` });

const verify: Verifier = (file, { output }) =>
	Promise.resolve(
		!(file instanceof Blob) || file.size === BYTES.length
			? ok({ frames: 25, durationS: 1, width: 16, height: 16 })
			: err({ kind: 'output-wrong', subject: output.name, detail: `${file instanceof Blob ? file.size : 0} bytes` }),
	);

const opened: { storage: Storage; queue: ExportQueue }[] = [];

interface Tab {
	readonly storage: Storage;
	readonly queue: ExportQueue;
	readonly one: (id: string) => Promise<JobRecord>;
	readonly until: (id: string, state: JobRecord['job']['state']) => Promise<JobRecord>;
}

export async function openTab(run: Run, options: Partial<ExportQueueOptions> & { name?: string } = {}): Promise<Tab> {
	const { name = `test-${crypto.randomUUID()}`, ...rest } = options;
	const storage = await openStorage(name);
	await storage.media.put({
		fingerprint: MEDIA,
		name: 'film.mp4',
		bytes: 5,
		lastModifiedMs: 0,
		addedAt: '2026-01-01T00:00:00.000Z',
		source: { kind: 'visit' },
		state: 'ready',
		message: '',
		facts,
	});
	storage.media.keepForVisit(MEDIA, new File(['12345'], 'film.mp4', { lastModified: 0 }));
	const queue = new ExportQueue({ storage, engines: [engine(run)], planner, verify, lock: `${name}:exports`, ...rest });
	opened.push({ storage, queue });
	const one = async (id: string): Promise<JobRecord> => present(await storage.jobs.get(id), `job ${id}`);
	return {
		storage,
		queue,
		one,
		until: (id, state) =>
			vi.waitFor(
				async () => {
					const record = await one(id);
					expect(record.job).toMatchObject({ state });
					return record;
				},
				{ interval: 10 },
			),
	};
}

/** Stops and closes every tab that was opened. */
export async function closeTabs(): Promise<void> {
	for (const { storage, queue } of opened.splice(0)) {
		await queue.close();
		storage.close();
	}
}
