import type { Encoders } from '#contract/encoders';
import { getEncoders } from '#contract/encoders';
import { findSources } from '#contract/exports';
import { estimateBytes } from '#core/export/export-estimate';
import { encodedVideo, type ExportTask, type PlanNote } from '#core/export/export-task';
import { pictureExtension } from '#core/export/output-file-name';
import type { Failure } from '#core/failure';
import { FAMILY_NAMES } from '#core/ffmpeg/ffmpeg-hardware';
import { nativeTask } from '#core/ffmpeg/native-task';
import { codecName } from '#core/media/codec-name';
import type { Fingerprint } from '#core/media/fingerprint';
import { err, ok, type Result } from '#core/result';
import type { Ability, EngineIo, FactsOf, MadeFile, MediaEngine } from '../media/engine.ts';
import { JobFeed } from './job-feed.ts';
import type { ServerClient } from './server-client.ts';
import { failureOfServer, serverFailureText, type ServerFailure, withoutStop } from './server-failure.ts';
import { ServerRun } from './server-run.ts';

/** Between two tries while the server is away, in milliseconds. */
const AGAIN_MS = 3000;
/** How long what the server can do is taken to be true, in milliseconds. */
const FRESH_MS = 30_000;

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
	/** How jobs of the server go on; asks again and again unless it is told otherwise. */
	readonly feed?: JobFeed;
	/** The server was away when jobs of these ids were to be forgotten there. */
	readonly onLeft?: (ids: readonly string[]) => void;
	/** Milliseconds from any start; for tests. */
	readonly now?: () => number;
	readonly againMs?: number;
}

/** Has the server make what it has the sources of, and fetches what came out. */
export class ServerEngine implements MediaEngine {
	readonly name = 'server';
	readonly #parts: Required<ServerEngineParts>;
	#encoders: { readonly of: ServerClient; readonly atMs: number; readonly answer: Encoders } | undefined;
	/** What it has; what it lacks may come at any moment. */
	readonly #present = new Map<Fingerprint, { readonly of: ServerClient; readonly atMs: number }>();

	constructor({
		client,
		feed = new JobFeed(),
		onLeft = () => undefined,
		now = () => performance.now(),
		againMs = AGAIN_MS,
	}: ServerEngineParts) {
		this.#parts = { client, feed, onLeft, now, againMs };
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
		const run = new ServerRun(client, tasks, io, this.#parts);
		try {
			return await run.run();
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
			for (const media of found.value.present) this.#present.set(media, { of: client, atMs: nowMs });
			const there = new Set(found.value.present);
			return ok(unknown.filter((media) => !there.has(media)));
		}
		return ok([]);
	}
}

const unable = (detail: string): Ability => ({ able: false, reason: 'engine-not-on-device', detail });

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
