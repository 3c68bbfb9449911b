import { copyMovie as copyTables } from '#core/mp4/copy-movie';
import { CopyProblem } from '#core/mp4/copy-problem';
import type { EncodedEdge } from '#core/mp4/edge';
import type { MovieEdge, MoviePictures } from '#core/mp4/movie-pictures';
import type { MovieSource } from '#core/mp4/movie-source';
import { toNumber } from '#core/time/rational';
import { present } from '#core/result';
import type { OutputFile } from '../output-file.ts';
import type { CopyJob } from './copy-job.ts';
import { edgeBitrate, pickEdgeEncoding } from './edge-config.ts';
import { encodeEdge } from './edge-encoder.ts';

export interface MovieCopy {
	readonly movie: MovieSource;
	readonly container: 'mp4' | 'mov';
	/** Where it goes; whoever opened it lets go of it. */
	readonly file: OutputFile;
}

/** From an MP4 or MOV to one, its ends encoded by the browser. Answers the bytes written. */
export async function copyMovie(job: CopyJob, { movie, container, file }: MovieCopy): Promise<number> {
	const writer = file.writable.getWriter();
	let position = 0;
	await copyTables({
		...{ movie, container, index: job.index, spans: job.spans, signal: job.signal },
		encode: (edge, pictures) => encode(job, pictures, edge),
		write: async (data) => {
			await writer.write({ type: 'write', data, position });
			position += data.length;
		},
		onReached: (atS) => job.onReached(atS, 'Copying'),
	});
	await writer.close();
	return file.bytes;
}

async function encode(job: CopyJob, pictures: MoviePictures, edge: MovieEdge): Promise<EncodedEdge> {
	const video = present(job.facts.video, 'the picture of a copied file');
	const wantedUs = job.index.ptsUs.slice(edge.from, edge.to);
	const bitrate = edgeBitrate(
		edge.samples.map(({ size }) => size),
		wantedUs.length,
		toNumber(video.fps),
	);
	const encoder = await pickEdgeEncoding(video, bitrate);
	if (encoder === undefined || video.codecString === undefined) {
		throw new CopyProblem('the browser does not encode the codec of the file');
	}
	const { description } = pictures;
	return encodeEdge({
		decoder: { codec: video.codecString, ...(description === undefined ? {} : { description }) },
		packets: pictures.load(edge.samples),
		wantedUs,
		encoder,
		name: job.facts.name,
		signal: job.signal,
		onFrame: () => job.onReached(0, 'Encoding the ends'),
	});
}
