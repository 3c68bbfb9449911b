import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { differenceFrom, folderDifference } from '#core/export/compare-output';
import type { ExportTask } from '#core/export/export-task';
import { outputFileName, pictureExtension } from '#core/export/output-file-name';
import { byteLimit, SIZE_TRIES, tighterTask, tooLarge } from '#core/export/size-limit';
import { ffmpegArgs, ffmpegSteps, type FfmpegStep, withGraphFile } from '#core/ffmpeg/ffmpeg-args';
import { hardwareOf } from '#core/ffmpeg/ffmpeg-hardware';
import { err, ok, present, type Result } from '#core/result';
import { copyOutput } from './copy-output.ts';
import type { EncoderPick } from '../encoders/encoders.ts';
import { plainSays } from '../ffmpeg/plain-says.ts';
import type { JobFailure } from '../jobs/job-queue.ts';
import { failureOfFiles, failureOfRun } from './failure-of.ts';
import type { MakeParts } from './make-parts.ts';
import { measureMovie } from './measure-movie.ts';
import { measureOutput } from './measure-output.ts';
import { measurePictures } from './measure-pictures.ts';

/** A filter graph longer than this many letters goes into a file: one argument of a program may have 128 KB. */
const LONGEST_GRAPH = 32_000;

/** What was made, still in its folder, and counted there. */
export interface MadeOutput {
	/** The file, or the folder of pictures. */
	readonly part: string;
	/** The WAV beside pictures. */
	readonly sound?: string;
	readonly bytes: number;
	readonly frames: number;
	readonly durationS: number;
	readonly width: number;
	readonly height: number;
}

type Outcome<T> = Result<T, JobFailure>;

/** Makes a task's output and counts it again: what is answered is exactly what was asked for. */
export async function makeOutput(task: ExportTask, parts: MakeParts): Promise<Outcome<MadeOutput>> {
	const limit = byteLimit(task);
	let present = task;
	let made = await makeOnce(present, parts);
	for (let again = 0; again < SIZE_TRIES && made.ok && limit !== undefined && made.value.bytes > limit; again += 1) {
		const tighter = tighterTask(present, { bytes: made.value.bytes, limit });
		if (tighter === undefined) break;
		present = tighter;
		made = await makeOnce(present, parts);
	}
	if (!made.ok || limit === undefined || made.value.bytes <= limit) return made;
	return err({ failure: tooLarge(task, made.value.bytes, limit), mayPass: false });
}

async function makeOnce(task: ExportTask, parts: MakeParts): Promise<Outcome<MadeOutput>> {
	const { video, pieces } = task;
	const copied =
		video.kind === 'copy' ? await copyOutput(task, fileOf(task, parts.folder, 'output'), parts) : ok(false);
	if (!copied.ok) return copied;
	if (video.kind === 'copy' && !copied.value && (video.exact || pieces.length > 1)) {
		const detail = 'its frames are not listed in one place';
		return err({ failure: { kind: 'unsupported', subject: outputFileName(task.output), detail }, mayPass: false });
	}
	const steps = copied.value ? [] : ffmpegSteps(task);
	for (const [n, step] of steps.entries()) {
		const share = { from: n / steps.length, of: 1 / steps.length };
		const ran = await runStep(task, step, parts, share);
		if (!ran.ok) return ran;
	}
	parts.context.onProgress({ progress: 0.98, step: 'Checking the file' });
	return check(task, parts);
}

const fileOf = (task: ExportTask, folder: string, step: FfmpegStep): string => {
	if (step === 'palette') return join(folder, 'palette.png');
	if (step === 'sound') return join(folder, 'sound.wav');
	return join(folder, task.video.kind === 'frames' ? 'pictures' : `output.${task.container}`);
};

async function runStep(
	task: ExportTask,
	step: FfmpegStep,
	{ ffmpeg, sources, folder, pick, context, drawing }: MakeParts,
	share: { readonly from: number; readonly of: number },
): Promise<Outcome<void>> {
	const { signal, onProgress, log } = context;
	const subject = outputFileName(task.output);
	const isFolder = step === 'output' && task.video.kind === 'frames';
	const output = fileOf(task, folder, step);
	let args = ffmpegArgs(
		task,
		{
			...drawing,
			inputs: Object.fromEntries([...sources].map(([media, { file, input = file.path }]) => [media, input])),
			// Pictures are numbered by a pattern, in which a percent sign of the path would mean something: it runs inside the folder.
			output: isFolder ? '.' : output,
			palette: join(folder, 'palette.png'),
			factsOf: (media) => present(sources.get(media), `the source ${media}`).facts,
			indexOf: (media) => sources.get(media)?.index,
		},
		{
			...{ progress: 'pipe:3', step, countCopied: true },
			...(pick && { encoder: pick.encoder, ...(pick.device !== undefined && { device: pick.device }) }),
		},
	);
	try {
		await rm(output, { recursive: true, force: true });
		if (isFolder) await mkdir(output);
		const moved = withGraphFile(args, join(folder, 'graph'));
		if (moved !== undefined && moved.graph.length > LONGEST_GRAPH) {
			await writeFile(join(folder, 'graph'), moved.graph);
			args = moved.args;
		}
	} catch (thrown) {
		return err({ failure: failureOfFiles(thrown, subject), mayPass: false });
	}
	const names = [...sources.values()].map(({ file }) => [file.path, file.name] as const);
	const plain = (lines: readonly string[]) => plainSays(lines, [...names, [output, subject], [folder, subject]]);
	const startedMs = performance.now();
	const words = STEPS[step];
	onProgress({ progress: share.from * 0.97, step: words });
	const end = await ffmpeg.run(args, {
		signal,
		cwd: isFolder ? output : folder,
		onProgress: ({ outS, frames, speed }) => {
			const made =
				task.video.kind === 'frames' && step === 'output' ? frames / task.video.frames : outS / task.durationS;
			const done = Math.min(1, Math.max(0, made));
			const tookS = (performance.now() - startedMs) / 1000;
			onProgress({
				progress: (share.from + done * share.of) * 0.97,
				step: words,
				...(speed !== undefined && { speed }),
				...(done > 0 && { etaS: (tookS * (1 - done)) / done }),
			});
		},
		// The palette is found at the very end: until then, every sign of life counts.
		...(step === 'palette' && { onSign: () => onProgress({ progress: share.from * 0.97, step: words }) }),
		onLog: (line) => plain([line]).forEach(log),
	});
	if (end.kind === 'done') return ok(undefined);
	const read = names.map(([, name]) => name).join(', ');
	return err(failureOfRun(end, plain(end.log), subject, read));
}

const STEPS: Readonly<Record<FfmpegStep, string>> = {
	palette: 'Finding the colours',
	output: 'Encoding',
	sound: 'Writing the sound',
};

async function check(
	task: ExportTask,
	{ ffmpeg, folder, pick, context: { signal } }: MakeParts,
): Promise<Outcome<MadeOutput>> {
	const subject = outputFileName(task.output);
	const wrong = (detail: string): Outcome<never> =>
		err({ failure: { kind: 'output-wrong', subject, detail }, mayPass: true });
	const part = fileOf(task, folder, 'output');
	try {
		if (task.video.kind === 'frames') {
			const pictures = await measurePictures(ffmpeg, part, task.video.format, signal);
			const sound = task.audio.kind === 'wav' ? fileOf(task, folder, 'sound') : undefined;
			const heard = sound === undefined ? undefined : await measureOutput(ffmpeg, sound, signal, false);
			const difference = folderDifference(task, pictures, heard?.audio);
			if (difference !== undefined) return wrong(difference);
			const soundBytes = sound === undefined ? 0 : (await stat(sound)).size;
			return ok({
				part,
				...(sound !== undefined && { sound }),
				bytes: pictures.bytes + soundBytes,
				...{ frames: pictures.pictures, durationS: task.durationS },
				...{ width: pictures.size?.width ?? 0, height: pictures.size?.height ?? 0 },
			});
		}
		const isTrusted = pick !== undefined && hardwareOf(pick.encoder) === undefined;
		const listed = isTrusted && task.container === 'mp4' ? await measureMovie(part, signal) : undefined;
		const measured = listed ?? (await measureOutput(ffmpeg, part, signal, task.video.kind !== 'none' && !isTrusted));
		if (measured === undefined) return wrong('it cannot be opened');
		const difference = differenceFrom(task, measured);
		if (difference !== undefined) return wrong(difference);
		const { video, audio } = measured;
		return ok({
			...{ part, bytes: (await stat(part)).size, frames: video?.frames ?? 0 },
			...{ durationS: video?.durationS ?? audio?.durationS ?? 0, width: video?.width ?? 0, height: video?.height ?? 0 },
		});
	} catch (thrown) {
		signal.throwIfAborted();
		return err({ failure: failureOfFiles(thrown, subject), mayPass: false });
	}
}

/** What made the output, for records. */
export function encoderName({ video, audio }: ExportTask, pick: EncoderPick | undefined): string {
	switch (video.kind) {
		case 'gif':
			return 'gif (ffmpeg on the server)';
		case 'frames':
			return `${pictureExtension(video.format)} (ffmpeg on the server)`;
		case 'copy':
			return video.exact ? 'copied, its ends encoded (server)' : 'copied (server)';
		case 'none':
			return `${audio.kind === 'encode' ? audio.codec : 'pcm-s16'} (ffmpeg on the server)`;
		default:
			return `${pick?.encoder ?? video.codec} (ffmpeg on the server)`;
	}
}
