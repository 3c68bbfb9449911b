import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ExportItem, ServerExport } from '#contract/exports';
import type { ExportTask } from '#core/export/export-task';
import { freeCounter } from '#core/export/free-counter';
import { outputFileName, soundFileName } from '#core/export/output-file-name';
import { hardwareOf } from '#core/ffmpeg/ffmpeg-hardware';
import { encodeInstead, nativeTask, notCopied } from '#core/ffmpeg/native-task';
import { type Failure, failureText } from '#core/failure';
import type { Fingerprint } from '#core/media/fingerprint';
import { err, ok, present, type Result } from '#core/result';
import type { EncoderPick, Encoders } from '../encoders/encoders.ts';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import type { JobContext, JobFailure, JobHandler } from '../jobs/job-queue.ts';
import type { MediaFiles, ProbedFile } from '../library/media-files.ts';
import type { AfterServerExports } from './after-server-exports.ts';
import type { ExportFolder } from './export-folder.ts';
import { failureOfFiles } from './failure-of.ts';
import { encoderName, type MadeOutput, makeOutput } from './make-output.ts';

/** What a job of the kind `export` is given. */
export const ExportPayload = z.object({ item: ExportItem, destination: z.enum(['server', 'download']) });
export type ExportPayload = z.infer<typeof ExportPayload>;

/** Folder of what is kept until it was fetched. */
export const DOWNLOADS = 'downloads';

export interface ExportParts {
	readonly media: MediaFiles;
	readonly ffmpeg: Ffmpeg;
	readonly encoders: Encoders;
	readonly folder: ExportFolder;
	readonly after: AfterServerExports;
}

/** Makes one output from the source to a verified file under its final name, and writes it down. */
export const exportHandler =
	(parts: ExportParts): JobHandler =>
	async (payload, context) => {
		const { item, destination } = ExportPayload.parse(payload);
		const run = new ExportRun(parts, item.task, destination, context);
		try {
			const made = await run.run();
			if (!made.ok) return made;
			context.onProgress({ progress: 0.99, step: 'Writing it down' });
			if (destination === 'server') await parts.after.note(item, made.value, context);
			return ok(made.value);
		} catch (thrown) {
			context.signal.throwIfAborted();
			return err({ failure: failureOfFiles(thrown, outputFileName(item.task.output)), mayPass: false });
		} finally {
			// The export folder may be gone: then nothing is left in it either.
			await parts.folder.discardParts(context.id).catch((thrown: unknown) => context.log(String(thrown)));
		}
	};

type Outcome<T> = Result<T, JobFailure>;

/** What is about to get its final name: written down first, so that a crash in the middle makes no second file. */
const Placing = z.object({ result: ServerExport, part: z.string(), sound: z.string().optional() });
type Placing = z.infer<typeof Placing>;
const PLACING = 'placing.json';

class ExportRun {
	readonly #startedMs = performance.now();

	constructor(
		readonly parts: ExportParts,
		readonly task: ExportTask,
		readonly destination: ExportPayload['destination'],
		readonly context: JobContext,
	) {}

	async run(): Promise<Outcome<ServerExport>> {
		const { parts, task, context } = this;
		const folder = await parts.folder.partsOf(context.id);
		const begun = await this.#goOn(folder);
		if (begun !== undefined) return ok(begun);
		const sources = await this.#sources();
		if (!sources.ok) return sources;
		const native = nativeTask(task, (media) => present(sources.value.get(media), media).facts);
		if (native.note !== undefined) context.note(native.note);
		const made = await this.#make(native.task, folder, sources.value);
		return made.ok ? this.#place(folder, made.value) : made;
	}

	async #sources(): Promise<Outcome<ReadonlyMap<Fingerprint, ProbedFile>>> {
		const { media } = this.parts;
		const sources = new Map<Fingerprint, ProbedFile>();
		this.context.onProgress({ progress: 0, step: 'Looking at the source' });
		const found = await this.parts.ffmpeg.need(outputFileName(this.task.output));
		if (!found.ok) return err({ failure: found.error, mayPass: false });
		const tones = ['zscale', 'tonemap'].every((filter) => found.value.filters.has(filter));
		for (const fingerprint of new Set(this.task.pieces.map((piece) => piece.media))) {
			const file = await media.findByFingerprint(fingerprint);
			const probed = file.ok ? await media.probe(file.value.id) : file;
			if (!probed.ok) return err({ failure: probed.error, mayPass: false });
			const { video } = probed.value.facts;
			const isPale = video?.hdr === true && !tones;
			if (isPale) this.context.note('The ffmpeg of the server has no filter for HDR; colours may look paler.');
			const facts = isPale ? { ...probed.value.facts, video: { ...video, hdr: false } } : probed.value.facts;
			sources.set(fingerprint, { ...probed.value, facts });
		}
		return ok(sources);
	}

	/** With the best encoder; with the processor's where the hardware fails this once; encoded where a copy does not come out whole. */
	async #make(task: ExportTask, folder: string, sources: ReadonlyMap<Fingerprint, ProbedFile>): Promise<Outcome<Made>> {
		const { ffmpeg, encoders } = this.parts;
		const { context } = this;
		const pick = await encoders.pick(task, context.signal);
		if (pick?.note !== undefined) context.note(pick.note);
		const attempt = async (what: ExportTask, using: EncoderPick | undefined): Promise<Outcome<Made>> => {
			const made = await makeOutput(what, { ffmpeg, sources, folder, pick: using, context });
			return made.ok ? ok({ ...made.value, encoder: encoderName(what, using) }) : made;
		};
		const made = await attempt(task, pick);
		if (made.ok) return made;
		if (pick !== undefined && hardwareOf(pick.encoder) !== undefined) {
			const software = SOFTWARE_OF[task.video.kind === 'mp4' || task.video.kind === 'webm' ? task.video.codec : 'avc'];
			context.note(`${pick.encoder} failed; it was made with ${software} instead. ${failureText(made.error.failure)}`);
			return attempt(task, { encoder: software });
		}
		const because = task.video.kind === 'copy' ? copyTrouble(made.error.failure) : undefined;
		if (because !== undefined) {
			context.note(notCopied(because));
			const instead = encodeInstead(task);
			return attempt(instead, await encoders.pick(instead, context.signal));
		}
		return made;
	}

	async #place(folder: string, made: Made): Promise<Outcome<ServerExport>> {
		const { task } = this;
		this.context.onProgress({ progress: 0.99, step: 'Saving' });
		const { output, video } = task;
		for (;;) {
			const counter = output.overwrite === true ? 1 : await this.#freeCounter();
			const fileName = outputFileName(output, counter);
			const names = [fileName, ...(made.sound === undefined ? [] : [soundFileName(output, counter)])];
			const { part, sound, ...counted } = made;
			const result: ServerExport = {
				...{
					fileName,
					files: names.map((name) => this.#pathOf(name)),
					tookS: (performance.now() - this.#startedMs) / 1000,
				},
				...counted,
				...(video.kind === 'frames' && { pictures: made.frames }),
			};
			const placing: Placing = { result, part, ...(sound !== undefined && { sound }) };
			await writeFile(join(folder, `${PLACING}.new`), JSON.stringify(placing));
			await rename(join(folder, `${PLACING}.new`), join(folder, PLACING));
			if (await this.#settle(placing)) return ok(result);
		}
	}

	/** False when another job was quicker to take the name. */
	async #settle({ result, part, sound }: Placing): Promise<boolean> {
		const { folder } = this.parts;
		const [path = '', soundPath] = result.files;
		const overwrite = this.task.output.overwrite === true;
		if (!(await folder.settle(part, path, overwrite))) return false;
		if (sound === undefined || soundPath === undefined) return true;
		if (await folder.settle(sound, soundPath, overwrite)) return true;
		// Half of it has a name: it is taken back, and both get another.
		await rename(present(await folder.find(path), path), part);
		return false;
	}

	/** What a server that died had already begun to name; undefined when there is nothing of the kind. */
	async #goOn(folder: string): Promise<ServerExport | undefined> {
		const placing = await readPlacing(join(folder, PLACING));
		if (placing === undefined) return undefined;
		const { result, part, sound } = placing;
		const tree = this.parts.folder;
		const [path = '', soundPath] = result.files;
		for (const [from, to] of [
			[part, path],
			[sound, soundPath],
		] as const) {
			if (from === undefined || to === undefined) continue;
			const name = from.slice(folder.length + 1);
			const isPart = await exists(join(folder, name));
			if (
				isPart
					? !(await tree.settle(join(folder, name), to, this.task.output.overwrite === true))
					: !(await tree.has(to))
			) {
				return undefined;
			}
		}
		return result;
	}

	#pathOf(name: string): string {
		const { folder } = this.task.output;
		if (this.destination === 'download') return `${DOWNLOADS}/${this.context.id}/${name}`;
		return folder === undefined ? name : `${folder}/${name}`;
	}

	#freeCounter(): Promise<number> {
		const { output, audio } = this.task;
		const { folder } = this.parts;
		return freeCounter(output, async (counter) => {
			if (await folder.has(this.#pathOf(outputFileName(output, counter)))) return true;
			return audio.kind === 'wav' && folder.has(this.#pathOf(soundFileName(output, counter)));
		});
	}
}

/** Why packets could not be taken over, where encoding may do. */
function copyTrouble(failure: Failure): string | undefined {
	if (failure.kind === 'output-wrong') return 'the copy did not come out frame for frame';
	return failure.kind === 'unsupported' ? failure.detail : undefined;
}

type Made = MadeOutput & { readonly encoder: string };

const SOFTWARE_OF = { avc: 'libx264', hevc: 'libx265', vp9: 'libvpx-vp9', av1: 'libsvtav1' } as const;

async function readPlacing(path: string): Promise<Placing | undefined> {
	try {
		const parsed = Placing.safeParse(JSON.parse(await readFile(path, 'utf8')));
		return parsed.success ? parsed.data : undefined;
	} catch (thrown) {
		if (thrown instanceof Error) return undefined;
		throw thrown;
	}
}

async function exists(path: string): Promise<boolean> {
	return stat(path).then(
		() => true,
		(thrown: unknown) => {
			if (thrown instanceof Error) return false;
			throw thrown;
		},
	);
}
