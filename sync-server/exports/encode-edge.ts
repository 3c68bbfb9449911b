import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { avcEdge, edgeArgs, type EdgeCoding, hevcEdge, plainEdge } from '#core/ffmpeg/ffmpeg-edge';
import { CopyProblem } from '#core/mp4/copy-problem';
import type { EncodedEdge } from '#core/mp4/edge';
import type { MovieEdge, MoviePictures } from '#core/mp4/movie-pictures';
import { openMovieSource } from '#core/mp4/movie-source';
import { loadParts } from '#core/mp4/source-parts';
import { descriptionChild, type TrackTemplate } from '#core/mp4/track-template';
import { outputFileName } from '#core/export/output-file-name';
import type { ExportTask } from '#core/export/export-task';
import { plainSays } from '../ffmpeg/plain-says.ts';
import type { JobFailure } from '../jobs/job-queue.ts';
import { fileSource } from '../library/file-source.ts';
import type { ProbedFile } from '../library/media-files.ts';
import { failureOfRun } from './failure-of.ts';
import type { MakeParts } from './make-parts.ts';

/** Thrown through the copier, caught where it was called. */
export class EdgeFailed extends Error {
	override name = 'EdgeFailed';
	constructor(readonly because: JobFailure) {
		super('an end of the cut was not encoded');
	}
}

const codingOf = (codec: string, template: TrackTemplate): EdgeCoding | undefined => {
	const avcC = descriptionChild(template, 'avcC');
	const hvcC = descriptionChild(template, 'hvcC');
	if (avcC !== undefined) return avcEdge(avcC);
	if (hvcC !== undefined) return hevcEdge(hvcC);
	return codec === 'vp9' || codec === 'av1' ? plainEdge(codec) : undefined;
};

/** Encodes the frames at an end of a span into a file of their own, and takes them out of it as packets. */
export async function encodeEdge(
	task: ExportTask,
	source: ProbedFile,
	{ edge, pictures }: { readonly edge: MovieEdge; readonly pictures: MoviePictures },
	{ ffmpeg, folder, context }: MakeParts,
): Promise<EncodedEdge> {
	const { facts, index, file } = source;
	const coding = codingOf(facts.video?.codec ?? '', pictures.template);
	if (coding === undefined) throw new CopyProblem('the server has no encoder that matches the profile of the file');
	const output = join(folder, 'edge.mp4');
	const subject = outputFileName(task.output);
	const args = edgeArgs(coding, edge, facts, index, { input: file.path, output, progress: 'pipe:3' });
	const onProgress = (): void => context.onProgress({ progress: 0.05, step: 'Encoding the ends' });
	onProgress();
	try {
		const end = await ffmpeg.run(args, { signal: context.signal, onProgress });
		if (end.kind !== 'done') {
			const said = plainSays(end.log, [
				[file.path, file.name],
				[output, subject],
				[folder, subject],
			]);
			throw new EdgeFailed(failureOfRun(end, said, subject, file.name));
		}
		return await packetsOf(output, edge.to - edge.from, context.signal);
	} finally {
		await rm(output, { force: true });
	}
}

async function packetsOf(path: string, wanted: number, signal: AbortSignal): Promise<EncodedEdge> {
	const handle = await open(path);
	try {
		const movie = await openMovieSource(fileSource(handle, (await handle.stat()).size), false, signal);
		if (movie?.video.table.count !== wanted) throw new CopyProblem('the encoder left frames out');
		const packets: Uint8Array<ArrayBuffer>[] = [];
		for await (const sample of movie.video.table.samples(0)) packets.push(await loadParts(movie.file, [sample]));
		const { template } = movie.video;
		return { packets, description: descriptionChild(template, 'avcC') ?? descriptionChild(template, 'hvcC') };
	} finally {
		await handle.close();
	}
}
