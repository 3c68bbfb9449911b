import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ServerJob } from '../../src/lib/contract/jobs.ts';
import { WHOLE_FRAME } from '../../src/lib/core/crop/crop.ts';
import { planExport } from '../../src/lib/core/export/export-plan.ts';
import { DEFAULT_EXPORT_SETTINGS } from '../../src/lib/core/export/export-settings.ts';
import type { ExportTask } from '../../src/lib/core/export/export-task.ts';
import { ffmpegArgs } from '../../src/lib/core/ffmpeg/ffmpeg-args.ts';
import { err, ok, present } from '../../src/lib/core/result.ts';
import { openDatabase } from '../../sync-server/db/open-database.ts';
import { Settings } from '../../sync-server/db/settings.ts';
import { Encoders } from '../../sync-server/encoders/encoders.ts';
import { Ffmpeg } from '../../sync-server/ffmpeg/ffmpeg.ts';
import { probeFile } from '../../sync-server/ffmpeg/probe-file.ts';
import { ProgramKeeper } from '../../sync-server/ffmpeg/program-keeper.ts';
import { SqliteJobQueue } from '../../sync-server/jobs/sqlite-job-queue.ts';
import type { MediaFiles, ProbedFile } from '../../sync-server/library/media-files.ts';
import { openExports } from '../../sync-server/open-exports.ts';
import { ratios, row, type Bench, type BenchContext, type Row } from './bench.ts';

const run = promisify(execFile);

const AT_ONCE = 2;
const MANY = 20;

export const bench: Bench = {
	name: 'server-exports',
	about:
		'exports through the server against the same ffmpeg commands by themselves: one of 30 s, and 20 of 4 s, two at a time',
	rounds: 5,
	async run(context) {
		const source = await lookAt(await context.fixture('h264-aac-1080p-60s.mp4'));
		const one = [clip(source, 'one', 10.3, 30)];
		const many = Array.from({ length: MANY }, (_, n) => clip(source, `many-${n}`, 1.3 + 2.5 * n, 4));
		const server = openServer(source, join(context.folder, 'exports'));
		try {
			await server.make(one);
			return [
				await compare('one export ÷ bare ffmpeg', one, source, server, context),
				await compare(`${MANY} exports ÷ xargs -P ${AT_ONCE}`, many, source, server, context),
			];
		} finally {
			await server.close();
		}
	},
};

async function compare(
	name: string,
	tasks: readonly ExportTask[],
	source: ProbedFile,
	server: ReturnType<typeof openServer>,
	{ rounds, folder, say }: BenchContext,
): Promise<Row> {
	const [ours, peer]: [number[], number[]] = [[], []];
	for (let round = 0; round < rounds; round += 1) {
		const startedMs = performance.now();
		await server.make(tasks);
		ours.push(performance.now() - startedMs);
		peer.push(await bare(tasks, source, folder));
		say(`${name}, round ${round + 1}: ${Math.round(ours.at(-1) ?? 0)} ms and ${Math.round(peer.at(-1) ?? 0)} ms`);
	}
	return row(name, '×', 1.05, 'lower', ratios(ours, peer));
}

/** The commands that the server runs, by `xargs`: as a person would do it who knew them. */
async function bare(tasks: readonly ExportTask[], source: ProbedFile, folder: string): Promise<number> {
	const io = {
		inputs: { [source.facts.fingerprint]: source.file.path },
		factsOf: () => source.facts,
		indexOf: () => source.index,
	};
	const lines = tasks.flatMap((task, n) => {
		const script = join(folder, `bare-${n}.sh`);
		const args = ffmpegArgs(task, { ...io, output: join(folder, `bare-${n}.mp4`) });
		return [{ script, text: `exec ffmpeg ${args.map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(' ')}\n` }];
	});
	await Promise.all(lines.map(({ script, text }) => writeFile(script, text)));
	const list = join(folder, 'bare.list');
	await writeFile(list, lines.map(({ script }) => `${script}\n`).join(''));
	const startedMs = performance.now();
	// As low in priority as the server's own.
	await run('nice', ['-n', '10', 'xargs', '-a', list, '-n', '1', '-P', `${AT_ONCE}`, 'sh']);
	return performance.now() - startedMs;
}

function openServer(source: ProbedFile, exportDir: string) {
	const database = openDatabase(':memory:');
	if (!database.ok) throw new Error(database.error);
	const keeper = new ProgramKeeper(database.value);
	const ffmpeg = new Ffmpeg(keeper, { ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe' });
	const queue = new SqliteJobQueue(database.value, { lanes: { export: AT_ONCE, interactive: 1, background: 1 } });
	const encoders = new Encoders(ffmpeg, new Settings(database.value), 'software');
	const media: MediaFiles = {
		find: () => Promise.resolve(ok(source.file)),
		findByFingerprint: (fingerprint) =>
			Promise.resolve(
				fingerprint === source.facts.fingerprint ? ok(source.file) : err({ kind: 'source-missing', subject: '' }),
			),
		probe: () => Promise.resolve(ok(source)),
	};
	const history = { onMade: () => undefined, onRemoved: () => undefined };
	const exports = openExports({
		config: { exportDir },
		queue,
		media,
		ffmpeg,
		encoders,
		history,
		onError: () => undefined,
	});
	queue.start();
	const ended = (id: string) =>
		new Promise<ServerJob>((resolve) => {
			const check = (job: ServerJob | undefined) => job?.id === id && job.endedAt !== undefined && resolve(job);
			queue.subscribe((event) => event.type === 'job' && check(event.job));
			check(queue.get(id));
		});
	return {
		make: async (tasks: readonly ExportTask[]): Promise<void> => {
			const body = JSON.stringify({ items: tasks.map((task) => ({ task })), destination: 'server' });
			const headers = { 'Content-Type': 'application/json' };
			const reply = await exports.room.request('/api/exports', { method: 'POST', body, headers });
			const { jobs } = (await reply.json()) as { jobs: ServerJob[] };
			for (const job of await Promise.all(jobs.map(({ id }) => ended(id)))) {
				if (job.state !== 'done') throw new Error(JSON.stringify(job.error));
			}
		},
		close: async () => {
			exports.close();
			await queue.stop();
			await keeper.close();
			database.value.close();
		},
	};
}

async function lookAt(path: string): Promise<ProbedFile> {
	const ffmpeg = new Ffmpeg(new ProgramKeeper(), { ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe' });
	const probed = await probeFile(ffmpeg, { path, name: 'film.mp4' });
	if (!probed.ok) throw new Error(JSON.stringify(probed.error));
	const { facts, index } = probed.value;
	const file = { id: 'film', path, name: 'film.mp4', bytes: facts.bytes, mtimeMs: 0 };
	return { file, facts, index: present(index, 'the frames of the film') };
}

function clip({ facts, index }: ProbedFile, name: string, inS: number, lengthS: number): ExportTask {
	const plan = planExport({
		selection: [{ segment: { media: facts.fingerprint, inS, outS: inS + lengthS, name }, crop: WHOLE_FRAME }],
		settings: { ...DEFAULT_EXPORT_SETTINGS, shortSide: 720 },
		...{ factsOf: () => facts, indexOf: () => index, now: new Date(0), newId: () => name },
	});
	if (!plan.ok) throw new Error(plan.error.map(({ text }) => text).join(' '));
	const task = present(plan.value.tasks[0], 'a clip');
	return { ...task, output: { ...task.output, name, overwrite: true } };
}
