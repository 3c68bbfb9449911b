import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportTask } from '#core/export/export-task';
import { outputFileName } from '#core/export/output-file-name';
import { excerptArgs, remuxArgs } from '#core/ffmpeg/ffmpeg-remux';
import { placeSpans } from '#core/mp4/place-spans';
import { CopyProblem } from '#core/mp4/copy-problem';
import { err, ok, type Result } from '#core/result';
import { plainSays } from '../ffmpeg/plain-says.ts';
import type { JobFailure } from '../jobs/job-queue.ts';
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

/**
 * Copies from an MKV or WebM into one: ffmpeg moves the packets around the spans into an MP4, which lists them (a MOV where the sound is PCM), `copy` cuts that,
 * and ffmpeg moves what came out back. Nothing is encoded on the way but by `copy`, and only what is near the spans is written twice. Where a container cannot hold
 * the packets, the failure says that they are not to be copied.
 */
export async function throughMovie(
	task: ExportTask,
	source: MadeFrom,
	{ output, container }: { readonly output: string; readonly container: 'mkv' | 'webm' },
	{ ffmpeg, folder, context }: MakeParts,
	copy: (way: MovieWay) => Promise<Outcome<boolean>>,
): Promise<Outcome<boolean>> {
	const { signal, onProgress } = context;
	const { facts, index, file } = source;
	const subject = outputFileName(task.output);
	const uncopied = (detail: string): Outcome<never> =>
		err({ failure: { kind: 'unsupported', subject, detail }, mayPass: false });
	const through = facts.audio[0]?.codec.startsWith('pcm') === true && task.audio.kind === 'copy' ? 'mov' : 'mp4';
	const [excerpt, cut] = [join(folder, 'excerpt.mp4'), join(folder, 'cut.mp4')];
	const run = async (args: readonly string[]): Promise<Outcome<void>> => {
		const end = await ffmpeg.run(args, { signal, onProgress: () => onProgress({ progress: 0.05, step: 'Copying' }) });
		if (end.kind === 'done') return ok(undefined);
		const own = [excerpt, cut, output, folder].map((path) => [path, subject] as const);
		const said = plainSays(end.log, [[file.path, file.name], ...own]);
		said.forEach(context.log);
		const failed = failureOfRun(end, said, subject, file.name);
		// A full disk stays one; what a container does not hold can still be encoded.
		const isRefused = failed.failure.kind === 'source-unreadable';
		return isRefused ? uncopied(`ffmpeg does not move its packets through ${through.toUpperCase()}`) : err(failed);
	};
	try {
		const spans = placeSpans(task, facts, index, 'server');
		const around = {
			from: Math.min(...spans.map(({ first }) => first)),
			to: Math.max(...spans.map(({ last }) => last)),
		};
		const progress = 'pipe:3';
		const taken = await run(excerptArgs(through, index, around, { input: file.path, output: excerpt, progress }));
		if (!taken.ok) return taken;
		const copied = await copy({ from: excerpt, to: cut, container: through, hidesLeadIn: false });
		if (!copied.ok || !copied.value) return copied;
		const back = await run(remuxArgs(container, { input: cut, output, progress }));
		return back.ok ? ok(true) : back;
	} catch (thrown) {
		if (thrown instanceof CopyProblem) return uncopied(thrown.message);
		throw thrown;
	} finally {
		for (const path of [excerpt, cut]) await rm(path, { force: true });
	}
}
