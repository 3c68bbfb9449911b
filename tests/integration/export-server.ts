/** A server that exports from the test films: for tests of exports. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { ServerExport } from '../../src/lib/contract/exports.ts';
import type { ServerJob } from '../../src/lib/contract/jobs.ts';
import { type CropState, WHOLE_FRAME } from '../../src/lib/core/crop/crop.ts';
import type { AfterExport } from '../../src/lib/core/export/after-export.ts';
import { planExport } from '../../src/lib/core/export/export-plan.ts';
import { DEFAULT_EXPORT_SETTINGS, type ExportSettings } from '../../src/lib/core/export/export-settings.ts';
import type { ExportTask } from '../../src/lib/core/export/export-task.ts';
import type { MarkedClip } from '../../src/lib/core/project/profile.ts';
import { err, ok } from '../../src/lib/core/result.ts';
import { timeOfFrame } from '../../src/lib/core/time/frame-index.ts';
import { createApp } from '../../sync-server/app.ts';
import { openDatabase } from '../../sync-server/db/open-database.ts';
import { encoderRoutes } from '../../sync-server/encoders/encoder-routes.ts';
import { Encoders } from '../../sync-server/encoders/encoders.ts';
import { Ffmpeg } from '../../sync-server/ffmpeg/ffmpeg.ts';
import { probeFile } from '../../sync-server/ffmpeg/probe-file.ts';
import { ProgramKeeper } from '../../sync-server/ffmpeg/program-keeper.ts';
import { jobRoutes } from '../../sync-server/jobs/job-routes.ts';
import { SqliteJobQueue } from '../../sync-server/jobs/sqlite-job-queue.ts';
import type { MediaFiles, ProbedFile } from '../../sync-server/library/media-files.ts';
import { openExports } from '../../sync-server/open-exports.ts';
import { fixturePath, make } from '../fixtures/make.ts';
import { provenEncoders } from './proven-encoders.ts';

export const FAKE = fileURLToPath(new URL('../fakes/fake-ffmpeg.sh', import.meta.url));
export const realFfmpeg = (process.env['PATH'] ?? '')
	.split(delimiter)
	.map((place) => join(place, 'ffmpeg'))
	.find(existsSync);
const everyFilm = [
	'h264-aac-60s.mp4',
	'rotated-90.mp4',
	'vfr.mp4',
	'hdr.webm',
	'h264-opus.mkv',
	'no-audio.mp4',
	'long-gop.mp4',
	'h264-aac.mov',
	'h264-pcm.mov',
	'eight-b-frames.mp4',
	'open-gop.mp4',
	'non-square-pixels.mp4',
	'ntsc.mp4',
	'edit-list.mp4',
	'full-range.mp4',
	'av1.mp4',
	'hevc-closed.mp4',
	'fragmented.mp4',
	'h264-pcm.mkv',
	'vp9-opus.webm',
	'vp8-vorbis.webm',
];
const keeper = new ProgramKeeper();
const usual = { ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe' };
/** Looked for once, by all servers of a test file that have it. */
export const real = new Ffmpeg(keeper, usual);
export const sources = new Map<string, ProbedFile>();

const needed = new Set<string>();
/** Called by a test file that needs these films only: to look at all of them takes its time. */
export const needFilms = (...names: readonly string[]): void => names.forEach((name) => needed.add(name));

beforeAll(async () => {
	const names = needed.size > 0 ? [...needed] : everyFilm;
	await make(names);
	for (const name of names) await addSource(fixturePath(name), name);
}, 600_000);

/** The library gets one more film. */
export async function addSource(path: string, name: string): Promise<void> {
	const probed = await probeFile(real, { path, name });
	if (!probed.ok || probed.value.index === undefined) throw new Error(JSON.stringify(probed));
	const { facts, index } = probed.value;
	sources.set(name, { file: { id: name, path, name, bytes: facts.bytes, mtimeMs: 0 }, facts, index });
}

export const source = (name: string): ProbedFile => sources.get(name)!;

/** The library of a server that has the test films. */
export const media: MediaFiles = {
	find: (id) => Promise.resolve(sources.has(id) ? ok(source(id).file) : err({ kind: 'source-missing', subject: id })),
	findByFingerprint: (fingerprint) => {
		const found = [...sources.values()].find(({ facts }) => facts.fingerprint === fingerprint);
		return Promise.resolve(found ? ok(found.file) : err({ kind: 'source-missing', subject: fingerprint }));
	},
	probe: (id) => Promise.resolve(ok(source(id))),
};

/** One file of several spans, given by frames. */
export function joined(
	name: string,
	spans: readonly (readonly [number, number])[],
	cutMode: 'copy' | 'smart',
): ExportTask {
	const { facts, index } = source(name);
	const plan = planExport({
		selection: spans.map(([from, to]) => ({
			segment: {
				media: facts.fingerprint,
				...{ inS: timeOfFrame(index, from), outS: timeOfFrame(index, to), name: '' },
			},
			crop: WHOLE_FRAME,
		})),
		...{ factsOf: () => facts, indexOf: () => index },
		settings: { ...DEFAULT_EXPORT_SETTINGS, cutMode, join: true },
		...{ now: new Date(0), newId: () => 'task' },
	});
	if (!plan.ok) throw new Error(plan.error.map(({ text }) => text).join(' '));
	return plan.value.tasks[0]!;
}

export function clip(
	name: string,
	from: number,
	to: number,
	settings: Partial<ExportSettings> = {},
	crop: CropState = WHOLE_FRAME,
) {
	const { facts, index } = source(name);
	const span = { inS: timeOfFrame(index, from), outS: timeOfFrame(index, to) };
	const plan = planExport({
		selection: [{ segment: { media: facts.fingerprint, ...span, name: '' }, crop }],
		...{ factsOf: () => facts, indexOf: () => index },
		joins: 'server',
		settings: { ...DEFAULT_EXPORT_SETTINGS, shortSide: 240, ...settings },
		...{ now: new Date(0), newId: () => 'task' },
	});
	if (!plan.ok) throw new Error(plan.error.map(({ text }) => text).join(' '));
	return plan.value.tasks[0]!;
}

export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
export const cropOf = (task: ExportTask, name: string) => {
	const { width, height } = source(name).facts.video!;
	return { ...task.pieces[0]!.crop, frame: { width, height } };
};

const opened: { close: () => Promise<void> }[] = [];
const folders: string[] = [];
export const newFolder = (): string => {
	const folder = mkdtempSync(join(tmpdir(), 'octocut-exports-'));
	folders.push(folder);
	return folder;
};
afterEach(async () => {
	for (const server of opened.splice(0)) await server.close();
	delete process.env['FAKE_MODE'];
});
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

interface ServerWith {
	readonly exportDir?: string;
	readonly ffmpegPath?: string;
	readonly nvidia?: boolean;
	readonly databasePath?: string;
}

export async function server({
	exportDir = newFolder(),
	ffmpegPath = usual.ffmpegPath,
	nvidia = false,
	databasePath = ':memory:',
}: ServerWith = {}) {
	const database = openDatabase(databasePath);
	if (!database.ok) throw new Error(database.error);
	const ffmpeg = ffmpegPath === usual.ffmpegPath ? real : new Ffmpeg(keeper, { ...usual, ffmpegPath });
	const errors: unknown[] = [];
	const onError = (error: unknown) => void errors.push(error);
	const queue = new SqliteJobQueue(database.value, {
		lanes: { export: 2, interactive: 1, background: 1 },
		onError,
		firstPauseMs: 1,
	});
	const devices = () => Promise.resolve({ platform: 'linux', nvidia, nodes: [], refused: undefined });
	const encoders = new Encoders(ffmpeg, provenEncoders, 'auto', { devices });
	const made: { profile: string; marker: string; clip: MarkedClip }[] = [];
	const removed: string[] = [];
	const history = {
		onMade: (profile: string, marker: AfterExport['marker'], clip: MarkedClip) =>
			void made.push({ profile, marker: marker.id, clip }),
		onRemoved: (_profile: string, _marker: string, paths: readonly string[]) => void removed.push(...paths),
	};
	const exports = openExports({ config: { exportDir }, queue, media, ffmpeg, encoders, history, onError });
	const app = createApp({
		...appParts,
		onError,
		rooms: [jobRoutes(queue), encoderRoutes(encoders, queue), exports.room],
	});
	await exports.start();
	queue.start();
	const close = async () => {
		exports.close();
		await queue.stop();
		database.value.close();
	};
	opened.push({ close });
	const ended = (id: string) =>
		new Promise<ServerJob>((resolve) => {
			const check = (job: ServerJob | undefined) => job?.id === id && job.endedAt !== undefined && resolve(job);
			queue.subscribe((event) => event.type === 'job' && check(event.job));
			check(queue.get(id));
		});
	const post = (body: unknown) =>
		app.request('/api/exports', {
			method: 'POST',
			body: JSON.stringify(body),
			headers: { 'Content-Type': 'application/json' },
		});
	/** Has the server make a task; the job when it has ended. */
	const run = async (task: ExportTask, more: object = {}, after?: AfterExport) => {
		const reply = await post({ items: [{ task, ...(after && { after }) }], destination: 'server', ...more });
		if (reply.status !== 202) throw new Error(await reply.text());
		const { jobs } = (await reply.json()) as { jobs: ServerJob[] };
		return ended(jobs[0]!.id);
	};
	/** The same, when all is well: its result, and where the file is. */
	const make = async (task: ExportTask, more: object = {}, after?: AfterExport) => {
		const job = await run(task, more, after);
		if (job.state !== 'done')
			throw new Error(JSON.stringify([job.error, job.notes, queue.log(job.id), errors.map(String)]));
		const result = ServerExport.parse(job.result);
		return { job, result, path: join(exportDir, result.files[0]!) };
	};
	return { app, queue, exportDir, post, run, make, made, removed, errors, ended };
}

const appParts = {
	...{ appFolder: tmpdir(), version: '0.0.0' },
	details: () => Promise.reject(new Error('nobody asks')),
};
