import type { Failure } from '#core/failure';
import { CopyProblem, DamagedSourceError } from '#core/mp4/copy-problem';
import { openMovieSource } from '#core/mp4/movie-source';
import { placeSpans } from '#core/mp4/place-spans';
import { outputFileName } from '#core/export/output-file-name';
import { err, ok, present, type Result } from '#core/result';
import type { MadeFile } from '../../../engine.ts';
import { ExportFailure } from '../export-failure.ts';
import { openOutput } from '../output-file.ts';
import { SourceInputs } from '../source-inputs.ts';
import type { RunContext, TaskEnd, TaskRequest } from '../task-request.ts';
import { byteSource } from '../../../media-bytes.ts';
import type { CopyJob } from './copy-job.ts';
import { copyMovie } from './copy-movie.ts';
import { copyPackets } from './copy-packets.ts';

/** Makes the output of a task that takes over packets of one file. Rejects with `AbortError` when aborted, after every file was let go of. */
export async function copyTask(request: TaskRequest, { signal, report }: RunContext): Promise<readonly TaskEnd[]> {
	const taskId = request.task.id;
	const result = await attempt(request, signal, (reachedS, step) => report({ kind: 'reached', reachedS, step }));
	signal.throwIfAborted();
	return [{ taskId, result }];
}

async function attempt(
	request: TaskRequest,
	signal: AbortSignal,
	onReached: CopyJob['onReached'],
): Promise<Result<MadeFile, Failure>> {
	const { task, sources, output } = request;
	const [source] = sources;
	if (sources.length !== 1 || source?.index === undefined || !('file' in output)) {
		const detail = 'packets are copied from one file with a picture';
		return err({ kind: 'unsupported', subject: task.output.name, detail });
	}
	const { facts, index, blob } = source;
	try {
		const spans = placeSpans(task, facts, index);
		const withSound = task.audio.kind === 'copy' && facts.audio.length > 0;
		const job = { task, facts, index, source: blob, spans, withSound, output: output.file, signal, onReached };
		return ok(madeFile(job, await copy(job)));
	} catch (thrown) {
		signal.throwIfAborted();
		if (thrown instanceof ExportFailure) return err(thrown.failure);
		if (thrown instanceof CopyProblem) {
			const detail = `${thrown.message}; the mode Precise encodes every frame`;
			return err({ kind: 'unsupported', subject: task.output.name, detail });
		}
		if (thrown instanceof DamagedSourceError)
			return err({ kind: 'source-unreadable', subject: facts.name, detail: thrown.message });
		return err(await new SourceInputs(sources).explain(thrown));
	}
}

/** Answers how many bytes were written. */
async function copy(job: CopyJob): Promise<number> {
	const { container } = job.task;
	if (container !== 'mp4' && container !== 'mov') return copyPackets(job);
	// Opening takes the disk as long as the list of a long film takes to read: both at once.
	const opening = openOutput(job.output, outputFileName(job.task.output));
	try {
		const [movie, file] = await Promise.all([
			openMovieSource(byteSource(job.source), job.withSound, job.signal),
			opening,
		]);
		if (movie !== undefined) return await copyMovie(job, { movie, container, file });
	} finally {
		// What fails while letting go was told already, or came too late to matter.
		await opening.then((file) => file.release()).catch(() => undefined);
	}
	return copyPackets(job);
}

function madeFile({ task, facts, spans }: CopyJob, bytes: number): MadeFile {
	const video = present(facts.video, 'the picture of a copied file');
	const encoded = spans.some(({ first, last, copyFrom, copyTo }) => copyFrom > first || copyTo < last);
	return {
		taskId: task.id,
		bytes,
		frames: spans.reduce((sum, { first, last }) => sum + last - first, 0),
		durationS: task.durationS,
		width: video.width,
		height: video.height,
		encoder: encoded
			? `${video.codecString ?? video.codec} (copied, ends encoded)`
			: `${video.codecString ?? video.codec} (copied)`,
	};
}
