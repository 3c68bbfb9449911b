import { toNumber } from '#core/time/rational';
import { present } from '#core/result';
import type { OutputFile } from '../output-file.ts';
import type { CopyJob } from './copy-job.ts';
import { CopyProblem } from './copy-problem.ts';
import { edgeBitrate, pickEdgeEncoding } from './edge-config.ts';
import { encodeEdge, type EncodedEdge } from './edge-encoder.ts';
import { MoviePictures, type MovieEdge } from './movie-pictures.ts';
import { soundTrack } from './movie-sound.ts';
import type { MovieSource } from './movie-source.ts';
import { writeMovie } from './movie-writer.ts';
import { pictureTrack, type Packet } from './stored-track.ts';

export interface MovieCopy {
	readonly movie: MovieSource;
	readonly container: 'mp4' | 'mov';
	/** Where it goes; whoever opened it lets go of it. */
	readonly file: OutputFile;
}

/** From an MP4 or MOV to one, by its own tables: only what is near the spans is read. Answers the bytes written. */
export async function copyMovie(job: CopyJob, { movie, container, file }: MovieCopy): Promise<number> {
	const { signal, onReached } = job;
	const pictures = new MoviePictures(movie.file, movie.video, job.index);
	// Both walk through their own lists of the file: side by side.
	const [{ packets, end }, sound] = await Promise.all([
		picturePackets(job, pictures),
		movie.audio && soundTrack(movie.audio, job.spans),
	]);
	const picture = pictureTrack(movie.video.template, packets, end);
	await writeMovie({
		container,
		tracks: [picture, ...(sound === undefined ? [] : [sound])],
		durationS: end / movie.video.template.timescale,
		source: movie.file,
		file,
		signal,
		onReached: (atS) => onReached(atS, 'Copying'),
	});
	return file.bytes;
}

/** The pictures of all spans in storage order, and where they end, in the track's units. */
async function picturePackets(
	job: CopyJob,
	pictures: MoviePictures,
): Promise<{ readonly packets: readonly Packet[]; readonly end: number }> {
	const packets: Packet[] = [];
	let end = 0;
	for (const span of job.spans) {
		// One by one: as arguments of one call, the frames of an hour are more than engines take.
		for (const packet of await pictures.packets(span, end, (edge) => encode(job, pictures, edge))) packets.push(packet);
		end += pictures.unitsOf(span.last) - pictures.unitsOf(span.first);
	}
	return { packets, end };
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
