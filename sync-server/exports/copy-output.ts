import { open, type FileHandle } from 'node:fs/promises';
import type { ExportTask } from '#core/export/export-task';
import { outputFileName } from '#core/export/output-file-name';
import { copyMovie } from '#core/mp4/copy-movie';
import { CopyProblem, DamagedSourceError } from '#core/mp4/copy-problem';
import { openMovieSource } from '#core/mp4/movie-source';
import { placeSpans } from '#core/mp4/place-spans';
import { err, ok, type Result } from '#core/result';
import type { JobFailure } from '../jobs/job-queue.ts';
import { fileSource } from '../library/file-source.ts';
import { EdgeFailed, encodeEdge } from './encode-edge.ts';
import { failureOfFiles } from './failure-of.ts';
import type { MadeFrom, MakeParts } from './make-parts.ts';
import { type MovieWay, throughMovie } from './through-movie.ts';

type Outcome<T> = Result<T, JobFailure>;

/**
 * Takes packets over by the tables of an MP4 or MOV, the same way the app does in a browser; only the ends of exact spans are encoded. MKV and WebM are moved
 * through one. Answers false where the file has no such tables.
 */
export async function copyOutput(task: ExportTask, output: string, parts: MakeParts): Promise<Outcome<boolean>> {
	const { container } = task;
	const [media, other] = new Set(task.pieces.map((piece) => piece.media));
	const source = media === undefined || other !== undefined ? undefined : parts.sources.get(media);
	if (source === undefined) return ok(false);
	if (container === 'mp4' || container === 'mov') {
		return copyTables(task, source, { from: source.file.path, to: output, container }, parts);
	}
	if (container !== 'mkv' && container !== 'webm') return ok(false);
	return throughMovie(task, source, { output, container }, parts, (way, own) => copyTables(task, source, way, own));
}

async function copyTables(
	task: ExportTask,
	source: MadeFrom,
	{ from: path, to: output, container, hidesLeadIn = true }: MovieWay,
	parts: MakeParts,
): Promise<Outcome<boolean>> {
	const { context } = parts;
	const subject = outputFileName(task.output);
	const problem = (detail: string): Outcome<never> =>
		err({ failure: { kind: 'unsupported', subject, detail }, mayPass: false });
	let from: FileHandle | undefined;
	let to: FileHandle | undefined;
	try {
		from = await open(path);
		const withSound = task.audio.kind === 'copy' && source.facts.audio.length > 0;
		const bytes = (await from.stat()).size;
		const movie = await openMovieSource(fileSource(from, bytes), withSound, context.signal);
		if (movie === undefined) return ok(false);
		to = await open(output, 'w');
		const file = to;
		await copyMovie({
			...{
				movie,
				container,
				hidesLeadIn,
				index: source.index,
				spans: placeSpans(task, source.facts, source.index, 'server'),
			},
			encode: (edge, pictures) => encodeEdge(task, source, { edge, pictures }, parts),
			write: (data) => file.writeFile(data),
			signal: context.signal,
			onReached: (atS) =>
				context.onProgress({ progress: Math.min(0.97, 0.1 + (0.87 * atS) / task.durationS), step: 'Copying' }),
		});
		return ok(true);
	} catch (thrown) {
		context.signal.throwIfAborted();
		if (thrown instanceof EdgeFailed) return err(thrown.because);
		if (thrown instanceof CopyProblem) return problem(thrown.message);
		// Tables that do not hold together.
		if (thrown instanceof DamagedSourceError || thrown instanceof RangeError) return problem(thrown.message);
		return err({ failure: failureOfFiles(thrown, subject), mayPass: false });
	} finally {
		await from?.close();
		await to?.close();
	}
}
