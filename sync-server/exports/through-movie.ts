import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportTask } from '#core/export/export-task';
import { outputFileName } from '#core/export/output-file-name';
import { excerptArgs, excerptSpan, remuxArgs } from '#core/ffmpeg/ffmpeg-remux';
import { placeSpans } from '#core/mp4/place-spans';
import { CopyProblem } from '#core/mp4/copy-problem';
import { err, ok, type Result } from '#core/result';
import { plainSays } from '../ffmpeg/plain-says.ts';
import type { JobFailure, JobProgress } from '../jobs/job-queue.ts';
import { aroundSpans, excerptTrouble, NO_ROOM } from './excerpt-room.ts';
import { failureOfRun } from './failure-of.ts';
import type { MadeFrom, MakeParts } from './make-parts.ts';

type Outcome<T> = Result<T, JobFailure>;

/** From one MP4 or MOV on disk into another one. */
export interface MovieWay {
	readonly from: string;
	readonly to: string;
	readonly container: 'mp4' | 'mov';
	/** False when it goes on into a container without edits. Defaults to true. */
	readonly hidesLeadIn?: boolean;
}

/** Where each step begins and ends in the whole, 0..1. */
const SHARES = { excerpt: [0, 0.3], cut: [0.3, 0.7], back: [0.7, 0.97] } as const;

/**
 * Copies from an MKV or WebM into one: ffmpeg moves the packets from the first to the last span into an MP4, which lists them (a MOV where the sound is PCM),
 * `copy` cuts that, and ffmpeg moves what came out back. Nothing is encoded on the way but by `copy`. What lies between the spans is written as well: where
 * that is much, where the disk has no room for it, and where a container cannot hold the packets, the failure says why they are not copied.
 */
export async function throughMovie(
	task: ExportTask,
	source: MadeFrom,
	{ output, container }: { readonly output: string; readonly container: 'mkv' | 'webm' },
	parts: MakeParts,
	copy: (way: MovieWay, parts: MakeParts) => Promise<Outcome<boolean>>,
): Promise<Outcome<boolean>> {
	const { ffmpeg, folder, context } = parts;
	const { signal, onProgress } = context;
	const { facts, index, file } = source;
	const subject = outputFileName(task.output);
	const uncopied = (detail: string): Outcome<never> =>
		err({ failure: { kind: 'unsupported', subject, detail }, mayPass: false });
	const withSound = task.audio.kind === 'copy';
	const through = withSound && facts.audio[0]?.codec.startsWith('pcm') === true ? 'mov' : 'mp4';
	const [excerpt, cut] = [join(folder, 'excerpt.mp4'), join(folder, 'cut.mp4')];
	const within =
		(step: keyof typeof SHARES) =>
		(told: JobProgress): void => {
			const [from, to] = SHARES[step];
			onProgress({ ...told, progress: from + (to - from) * told.progress });
		};
	const run = async (step: 'excerpt' | 'back', args: readonly string[], lengthS: number): Promise<Outcome<void>> => {
		const tell = within(step);
		const end = await ffmpeg.run(args, {
			signal,
			onProgress: ({ outS }) => tell({ progress: Math.min(1, outS / lengthS), step: 'Copying' }),
		});
		if (end.kind === 'done') return ok(undefined);
		const own = [excerpt, cut, output, folder].map((path) => [path, subject] as const);
		const said = plainSays(end.log, [[file.path, file.name], ...own]);
		said.forEach(context.log);
		const failed = failureOfRun(end, said, subject, file.name);
		// What a container does not hold can still be encoded, and that takes less of the disk than an excerpt.
		if (failed.failure.kind === 'out-of-space' && step === 'excerpt') return uncopied(NO_ROOM);
		const isRefused = failed.failure.kind === 'source-unreadable';
		return isRefused ? uncopied(`ffmpeg does not move its packets through ${through.toUpperCase()}`) : err(failed);
	};
	try {
		const spans = placeSpans(task, facts, index, 'server');
		const { bavail, bsize } = await statfs(folder);
		const trouble = excerptTrouble({ index, spans, bytes: file.bytes, freeBytes: bavail * bsize });
		if (trouble !== undefined) return uncopied(trouble);
		const wanted = { ...aroundSpans(spans), withSound };
		const { startS, endS } = excerptSpan(index, wanted);
		const progress = 'pipe:3';
		const args = excerptArgs(through, index, wanted, { input: file.path, output: excerpt, progress });
		const taken = await run('excerpt', args, endS - startS);
		if (!taken.ok) return taken;
		const way: MovieWay = { from: excerpt, to: cut, container: through, hidesLeadIn: false };
		const copied = await copy(way, { ...parts, context: { ...context, onProgress: within('cut') } });
		if (!copied.ok || !copied.value) return copied;
		await rm(excerpt);
		const back = await run('back', remuxArgs(container, { input: cut, output, progress }), task.durationS);
		return back.ok ? ok(true) : back;
	} catch (thrown) {
		if (thrown instanceof CopyProblem) return uncopied(thrown.message);
		throw thrown;
	} finally {
		for (const path of [excerpt, cut]) await rm(path, { force: true });
	}
}
