import type { Encoders } from '#contract/encoders';
import { getEncoders } from '#contract/encoders';
import { findSources, getExportFile, listExportFiles, ServerExport, startExports } from '#contract/exports';
import { cancelJob, listJobs, removeJob, type ServerJob } from '#contract/jobs';
import { estimateBytes } from '#core/export/export-estimate';
import { encodedVideo, type ExportTask, type PlanNote } from '#core/export/export-task';
import { pictureExtension } from '#core/export/output-file-name';
import type { Failure } from '#core/failure';
import { FAMILY_NAMES } from '#core/ffmpeg/ffmpeg-hardware';
import { nativeTask } from '#core/ffmpeg/native-task';
import { codecName } from '#core/media/codec-name';
import type { Fingerprint } from '#core/media/fingerprint';
import { err, ok, present, type Result } from '#core/result';
import type { Ability, EngineIo, FactsOf, MadeFile, MediaEngine } from '../media/engine.ts';
import type { ServerClient } from './server-client.ts';
import { serverFailureText, type ServerFailure } from './server-failure.ts';

/** How often jobs are looked at while they run, in milliseconds. */
const LOOK_MS = 400;
/** How long what the server can do is taken to be true, in milliseconds. */
const FRESH_MS = 30_000;
/** A server that is away for so long in the middle of a run is given up, in milliseconds. */
const PATIENCE_MS = 60_000;

/** Pixels that a server encodes a second: on two ordinary cores, and with hardware. */
const SOFTWARE_A_SECOND = { avc: 60e6, hevc: 12e6, vp9: 8e6, av1: 6e6 } as const;
const HARDWARE_A_SECOND = 250e6;
/** Bytes a second that come back over an ordinary home network. */
const FETCHED_A_SECOND = 12e6;
/** To ask, to start, to be told. */
const START_S = 1;

export interface ServerEngineParts {
	/** The server that is there now; undefined when there is none. */
	readonly client: () => ServerClient | undefined;
	/** Milliseconds from any start; for tests. */
	readonly now?: () => number;
	readonly lookMs?: number;
}

/** Has the server make what it has the sources of, and fetches what came out. */
export class ServerEngine implements MediaEngine {
	readonly name = 'server';
	readonly #parts: Required<ServerEngineParts>;
	#encoders: { readonly of: ServerClient; readonly atMs: number; readonly answer: Encoders } | undefined;
	readonly #present = new Map<
		Fingerprint,
		{ readonly of: ServerClient; readonly atMs: number; readonly isThere: boolean }
	>();

	constructor({ client, now = () => performance.now(), lookMs = LOOK_MS }: ServerEngineParts) {
		this.#parts = { client, now, lookMs };
	}

	async assess(tasks: readonly ExportTask[], factsOf: FactsOf): Promise<Ability> {
		const client = this.#parts.client();
		if (client === undefined) return unable('no server is connected');
		const encoders = await this.#askEncoders(client);
		if (!encoders.ok) return unable(withoutStop(serverFailureText(encoders.error)));
		if (encoders.value.problem !== undefined) return unable('its ffmpeg is missing or too old');
		const lacking = await this.#lacking(client, tasks);
		if (!lacking.ok) return unable(withoutStop(serverFailureText(lacking.error)));
		const [first] = lacking.value;
		if (first !== undefined) return unable(`it does not have ${factsOf(first).name}`);
		return this.#able(tasks, factsOf, encoders.value);
	}

	#able(tasks: readonly ExportTask[], factsOf: FactsOf, { encoders }: Encoders): Ability {
		const notes = new Set<string>();
		let costS = START_S;
		let name = '';
		for (const asked of tasks) {
			const { task, note } = nativeTask(asked, factsOf);
			if (note !== undefined) notes.add(note);
			const video = encodedVideo(task);
			const report = video && encoders.find(({ codec, works }) => codec === video.codec && works);
			// Until they were tried, nothing is known of them.
			if (video !== undefined && report === undefined && encoders.length > 0)
				return unable(`its ffmpeg does not encode ${codecName(video.codec)}`);
			const isHardware = report !== undefined && report.family !== 'software';
			const ends = task.video.kind === 'copy' && task.video.exact ? task.video.codec : undefined;
			if (
				ends !== undefined &&
				encoders.length > 0 &&
				!encoders.some(({ codec, family, works }) => works && codec === ends && family === 'software')
			)
				return unable(`its ffmpeg does not encode ${codecName(ends)}`);
			costS += estimateBytes(task) / FETCHED_A_SECOND + encodingS(task, isHardware);
			name ||= encoderWords(task, isHardware ? FAMILY_NAMES[report.family] : undefined);
		}
		const how = tasks.every(({ video }) => video.kind === 'copy') && notes.size === 0 ? 'copy' : 'encode';
		return {
			able: true,
			how,
			costS,
			encoder: name,
			notes: [...notes].map((text): PlanNote => ({ kind: 'info', text })),
		};
	}

	async run(tasks: readonly ExportTask[], io: EngineIo): Promise<Result<readonly MadeFile[], Failure>> {
		io.signal.throwIfAborted();
		const subject = tasks[0]?.output.name ?? 'The export';
		const client = this.#parts.client();
		if (client === undefined) return err(failureOfServer({ kind: 'offline', cause: undefined }, subject));
		const body = { items: tasks.map((task) => ({ task })), destination: 'download' as const };
		const started = await client.call(startExports, { body });
		if (!started.ok) return err(failureOfServer(started.error, subject));
		const { jobs } = started.value;
		const run = new ServerRun(client, tasks, jobs, io);
		try {
			return await run.follow(this.#parts);
		} finally {
			await run.clearUp();
		}
	}

	async #askEncoders(client: ServerClient): Promise<Result<Encoders, ServerFailure>> {
		const nowMs = this.#parts.now();
		if (this.#encoders?.of === client && nowMs - this.#encoders.atMs < FRESH_MS) return ok(this.#encoders.answer);
		const answer = await client.call(getEncoders);
		if (answer.ok) this.#encoders = { of: client, atMs: nowMs, answer: answer.value };
		return answer;
	}

	async #lacking(
		client: ServerClient,
		tasks: readonly ExportTask[],
	): Promise<Result<readonly Fingerprint[], ServerFailure>> {
		const nowMs = this.#parts.now();
		const wanted = [...new Set(tasks.flatMap(({ pieces }) => pieces.map(({ media }) => media)))];
		const unknown = wanted.filter((media) => {
			const known = this.#present.get(media);
			return known?.of !== client || nowMs - known.atMs >= FRESH_MS;
		});
		if (unknown.length > 0) {
			const found = await client.call(findSources, { body: { media: unknown } });
			if (!found.ok) return found;
			for (const media of unknown) {
				this.#present.set(media, { of: client, atMs: nowMs, isThere: found.value.present.includes(media) });
			}
		}
		return ok(wanted.filter((media) => this.#present.get(media)?.isThere !== true));
	}
}

const unable = (detail: string): Ability => ({ able: false, reason: 'engine-not-on-device', detail });
const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '');

function encodingS(task: ExportTask, isHardware: boolean): number {
	if (task.video.kind === 'none' || task.video.kind === 'copy') return task.durationS / 200;
	const { size, frames } = task.video;
	const video = encodedVideo(task);
	const speed = isHardware ? HARDWARE_A_SECOND : video ? SOFTWARE_A_SECOND[video.codec] : SOFTWARE_A_SECOND.vp9;
	return (size.width * size.height * frames) / speed;
}

function encoderWords(task: ExportTask, hardware: string | undefined): string {
	const video = encodedVideo(task);
	if (video !== undefined)
		return `${codecName(video.codec)} ${hardware === undefined ? 'by ffmpeg' : `by ${hardware}`}`;
	switch (task.video.kind) {
		case 'gif':
			return 'GIF by ffmpeg';
		case 'frames':
			return `${pictureExtension(task.video.format).toUpperCase()} pictures by ffmpeg`;
		case 'copy':
			return 'copied by ffmpeg';
		default:
			return 'sound by ffmpeg';
	}
}

/** One run: its jobs are followed, what each made is fetched, and nothing of it stays on the server. */
class ServerRun {
	readonly #client: ServerClient;
	readonly #io: EngineIo;
	readonly #tasks = new Map<string, ExportTask>();
	readonly #ended = new Set<string>();
	readonly #made: MadeFile[] = [];
	readonly #ids: readonly string[];

	constructor(client: ServerClient, tasks: readonly ExportTask[], jobs: readonly ServerJob[], io: EngineIo) {
		this.#client = client;
		this.#io = io;
		this.#ids = jobs.map(({ id }) => id);
		jobs.forEach(({ id }, n) => this.#tasks.set(id, present(tasks[n], 'the task of a job')));
	}

	async follow({ now, lookMs }: Required<ServerEngineParts>): Promise<Result<readonly MadeFile[], Failure>> {
		let heardMs = now();
		for (;;) {
			this.#io.signal.throwIfAborted();
			const jobs = await this.#look();
			if (jobs.ok) {
				heardMs = now();
				for (const job of jobs.value) {
					if (job.endedAt === undefined || this.#ended.has(job.id)) continue;
					this.#ended.add(job.id);
					const fetched = await this.#take(job);
					if (fetched.ok) continue;
					if (this.#io.onFailed === undefined) return fetched;
					this.#io.onFailed(present(this.#tasks.get(job.id), 'the task').id, fetched.error);
				}
				if (this.#ended.size === this.#ids.length) return ok(this.#made);
				this.#tell(jobs.value);
			} else if (jobs.error.kind !== 'offline' || now() - heardMs > PATIENCE_MS) {
				return err(failureOfServer(jobs.error, this.#subject));
			}
			await pause(lookMs, this.#io.signal);
		}
	}

	/** Cancels what still runs, and has the server forget all of it. */
	async clearUp(): Promise<void> {
		const forget = async (id: string): Promise<void> => {
			if (!this.#ended.has(id)) await this.#client.call(cancelJob, { params: { id } });
			await this.#client.call(removeJob, { params: { id } });
		};
		await Promise.all(this.#ids.map(forget));
	}

	get #subject(): string {
		return [...this.#tasks.values()][0]?.output.name ?? 'The export';
	}

	async #look(): Promise<Result<readonly ServerJob[], ServerFailure>> {
		const jobs: ServerJob[] = [];
		const wanted = new Set(this.#ids);
		let before: string | undefined;
		// A page at a time, until all are found.
		while (jobs.length < wanted.size) {
			const query = { kind: 'export' as const, limit: 500, ...(before !== undefined && { before }) };
			const page = await this.#client.call(listJobs, { query, signal: this.#io.signal });
			if (!page.ok) return page;
			jobs.push(...page.value.jobs.filter(({ id }) => wanted.has(id)));
			const last = page.value.jobs.at(-1);
			if (page.value.jobs.length < 500 || last === undefined) break;
			before = last.createdAt;
		}
		return ok(jobs);
	}

	#tell(jobs: readonly ServerJob[]): void {
		const done = jobs.reduce((sum, job) => sum + (job.endedAt === undefined ? job.progress : 1), 0);
		const running = jobs.find(({ state }) => state === 'running');
		this.#io.onProgress({
			share: Math.min(1, (done / this.#ids.length) * 0.95),
			step: running === undefined ? 'Waiting for the server' : running.step || 'Making it on the server',
			...(running?.speed !== undefined && { speed: running.speed }),
		});
	}

	async #take(job: ServerJob): Promise<Result<void, Failure>> {
		const task = present(this.#tasks.get(job.id), 'the task of a job');
		if (job.state !== 'done') {
			const detail = 'it was cancelled on the server';
			return err(job.error ?? { kind: 'unexpected', subject: task.output.name, detail });
		}
		const result = ServerExport.parse(job.result);
		const listed = await this.#client.call(listExportFiles, { params: { id: job.id }, signal: this.#io.signal });
		if (!listed.ok) return err(failureOfServer(listed.error, task.output.name));
		const { files } = listed.value;
		const [, soundPath] = result.files;
		const isFolder = task.video.kind === 'frames';
		const folder = isFolder ? await this.#io.createFolder(task) : undefined;
		if (folder?.ok === false) return folder;
		for (const [n, { path }] of files.entries()) {
			const target = await this.#targetOf(task, path, soundPath, folder?.value);
			if (!target.ok) return target;
			const fetched = await this.#fetch(job.id, n, target.value, task.output.name);
			if (!fetched.ok) return fetched;
		}
		const { bytes, frames, durationS, width, height, encoder, pictures } = result;
		const soundBytes = files.find(({ path }) => path === soundPath)?.bytes;
		const made: MadeFile = {
			...{ taskId: task.id, bytes, frames, durationS, width, height, encoder },
			...(task.video.kind === 'frames' && {
				folder: {
					pictures: pictures ?? frames,
					extension: pictureExtension(task.video.format),
					...(soundBytes !== undefined && { soundBytes }),
				},
			}),
		};
		this.#made.push(made);
		this.#io.onMade?.(made);
		return ok(undefined);
	}

	async #targetOf(
		task: ExportTask,
		path: string,
		soundPath: string | undefined,
		folder: FileSystemDirectoryHandle | undefined,
	): Promise<Result<FileSystemFileHandle, Failure>> {
		if (folder === undefined) return this.#io.create(task);
		if (path === soundPath) return this.#io.createSound(task);
		return ok(await folder.getFileHandle(path.slice(path.lastIndexOf('/') + 1), { create: true }));
	}

	/** Straight into the file: nothing is ever whole in memory. */
	async #fetch(id: string, n: number, target: FileSystemFileHandle, subject: string): Promise<Result<void, Failure>> {
		const { signal } = this.#io;
		let response: Response;
		try {
			response = await this.#client.fetch(this.#client.url(getExportFile.path, { id }, { n }), { signal });
		} catch (thrown) {
			signal.throwIfAborted();
			return err(failureOfServer({ kind: 'offline', cause: thrown }, subject));
		}
		if (!response.ok || response.body === null) {
			return err(failureOfServer({ kind: 'refused', status: response.status, error: null }, subject));
		}
		const writable = await target.createWritable();
		await response.body.pipeTo(writable, { signal });
		return ok(undefined);
	}
}

/** What a person is told when the server does not do its part. */
function failureOfServer(failure: ServerFailure, subject: string): Failure {
	return { kind: 'unsupported', subject, detail: withoutStop(serverFailureText(failure)) };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		const abort = (): void => {
			clearTimeout(timer);
			reject(new DOMException('The export was cancelled', 'AbortError'));
		};
		const timer = setTimeout(() => {
			signal.removeEventListener('abort', abort);
			resolve();
		}, ms);
		signal.addEventListener('abort', abort, { once: true });
	});
}
