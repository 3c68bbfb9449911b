import type { ExportTask } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import { byteLimit, SIZE_TRIES, tighterTask, tooLarge } from '#core/export/size-limit';
import type { Ability, EngineIo, EngineProgress, FactsOf, MadeFile, MediaEngine } from '../../engine.ts';
import { copyInto, isPrivateFile, withTemporaryFile, type FfmpegOutput } from '../../ffmpeg-wasm/output-file.ts';
import { assessTasks } from './assess.ts';
import { encoderName } from './encoder-name.ts';
import { makeFolder } from './picture-folder.ts';
import { openSources, runStep, type Sources } from './run-step.ts';

/**
 * Decodes and encodes with ffmpeg compiled to WebAssembly, on one core: several times slower than the browser's own codecs, and able to
 * read what the browser cannot. Inputs are read by range and outputs are written as they are made, so the sizes of files do not matter.
 */
export class FfmpegWasmEngine implements MediaEngine {
	readonly name = 'ffmpeg-wasm';

	assess(tasks: readonly ExportTask[], factsOf: FactsOf): Promise<Ability> {
		return assessTasks(tasks, factsOf).catch((thrown: unknown) => ({
			able: false,
			reason: 'engine-not-on-device',
			detail: `ffmpeg could not be looked for (${String(thrown)})`,
		}));
	}

	async run(tasks: readonly ExportTask[], io: EngineIo): Promise<Result<readonly MadeFile[], Failure>> {
		const totalS = tasks.reduce((sum, task) => sum + task.durationS, 0);
		const made: MadeFile[] = [];
		let doneS = 0;
		for (const task of tasks) {
			const before = doneS;
			const report: Report = (outS, rest) =>
				io.onProgress({ share: Math.min(1, (before + Math.min(outS, task.durationS)) / totalS), ...rest });
			const result = await runTask(task, io, report);
			if (result.ok) {
				made.push(result.value);
				io.onMade?.(result.value);
			} else if (io.onFailed === undefined) return result;
			else io.onFailed(task.id, result.error);
			doneS += task.durationS;
		}
		return ok(made);
	}
}

type Report = (outS: number, rest: Omit<EngineProgress, 'share'>) => void;

async function runTask(task: ExportTask, io: EngineIo, report: Report): Promise<Result<MadeFile, Failure>> {
	io.signal.throwIfAborted();
	const sources = await openSources(task, io);
	if (!sources.ok) return sources;
	report(0, { step: 'Starting ffmpeg' });
	if (task.video.kind === 'frames') {
		return makeFolder(task, task.video, sources.value, io, (outS, step) => report(outS, { step }));
	}
	const output = await io.create(task);
	if (!output.ok) return output;
	io.signal.throwIfAborted();
	if (await isPrivateFile(output.value)) return withinLimit(task, sources.value, output.value, io, report);
	// Only the private file system lets ffmpeg write where it wants: elsewhere a finished file is copied.
	return withTemporaryFile(task.container, async (temporary) => {
		const made = await withinLimit(task, sources.value, temporary, io, report);
		if (!made.ok) return made;
		report(task.durationS, { step: 'Copying' });
		const copied = await copyInto(output.value, made.value.content ?? temporary, io.signal, task.output.name);
		return copied.ok ? made : copied;
	});
}

/** What was made; `content` is there when it was made in memory. */
type Encoded = MadeFile & { readonly content?: Blob };

/** Makes a file that came out larger than it may be anew, tighter, until it fits. */
async function withinLimit(
	task: ExportTask,
	sources: Sources,
	output: FfmpegOutput,
	io: EngineIo,
	report: Report,
): Promise<Result<Encoded, Failure>> {
	const limit = byteLimit(task);
	let made = await encode(task, sources, output, io, report);
	let present = task;
	for (let again = 0; again < SIZE_TRIES && made.ok && limit !== undefined && made.value.bytes > limit; again += 1) {
		const tighter = tighterTask(present, { bytes: made.value.bytes, limit });
		if (tighter === undefined) break;
		present = tighter;
		made = await encode(present, sources, output, io, report);
	}
	if (!made.ok || limit === undefined || made.value.bytes <= limit) return made;
	return err(tooLarge(task, made.value.bytes, limit));
}

/** A palette is a picture of 256 pixels. */
const PALETTE_LIMIT_BYTES = 1 << 20;

async function encode(
	task: ExportTask,
	sources: Sources,
	output: FfmpegOutput,
	io: EngineIo,
	report: Report,
): Promise<Result<Encoded, Failure>> {
	let palette: Blob | undefined;
	if (task.video.kind === 'gif') {
		const memory = { limitBytes: PALETTE_LIMIT_BYTES };
		const found = await runStep({ task, step: 'palette', sources, output: memory }, io, () =>
			report(0, { step: 'Finding the colours' }),
		);
		if (!found.ok) return found;
		palette = new Blob(found.value.bytes === undefined ? [] : [found.value.bytes]);
	}
	const request = { task, step: 'output' as const, sources, output, ...(palette === undefined ? {} : { palette }) };
	const answer = await runStep(request, io, ({ outS, speed }) =>
		report(outS, { step: 'Encoding', ...(speed === undefined ? {} : { speed }) }),
	);
	if (!answer.ok) return answer;
	report(task.durationS, { step: 'Encoding' });
	const { size, progress, bytes } = answer.value;
	return made(task, size, progress.frames, bytes);
}

function made(
	task: ExportTask,
	bytes: number,
	frames: number,
	content: Uint8Array<ArrayBuffer> | undefined,
): Result<Encoded, Failure> {
	if (bytes === 0) return err({ kind: 'output-wrong', subject: task.output.name, detail: 'ffmpeg wrote nothing' });
	const size = task.video.kind === 'none' ? { width: 0, height: 0 } : task.video.size;
	return ok({
		taskId: task.id,
		bytes,
		frames: task.video.kind === 'none' ? 0 : frames,
		durationS: task.durationS,
		...{ width: size.width, height: size.height },
		encoder: encoderName(task),
		...(content === undefined ? {} : { content: new Blob([content]) }),
	});
}
