import type { Stop } from '../media/byte-source.ts';
import type { FrameIndex } from '../time/frame-index.ts';
import type { Bytes } from './box-writing.ts';
import type { EncodedEdge } from './edge.ts';
import { MoviePictures, type MovieEdge } from './movie-pictures.ts';
import { soundTrack } from './movie-sound.ts';
import type { MovieSource } from './movie-source.ts';
import { writeMovie } from './movie-writer.ts';
import type { PlacedSpan } from './place-spans.ts';
import { pictureTrack, type Packet } from './stored-track.ts';

export interface MovieCopy {
	readonly movie: MovieSource;
	readonly index: FrameIndex;
	readonly spans: readonly PlacedSpan[];
	readonly container: 'mp4' | 'mov';
	/** Whether the sound may begin early, where an edit hides it: not when it goes on into a container without edits. Defaults to true. */
	readonly hidesLeadIn?: boolean;
	/** Encodes the frames at an end of a span. */
	readonly encode: (edge: MovieEdge, pictures: MoviePictures) => Promise<EncodedEdge>;
	/** Takes the bytes of the output in order. */
	readonly write: (data: Bytes) => Promise<void>;
	readonly signal: Stop;
	/** Told how much of the output is written, in seconds. */
	readonly onReached: (atS: number) => void;
}

/**
 * From an MP4 or MOV to one, by its own tables: only what is near the spans is read. Throws `CopyProblem` and `DamagedSourceError`, and what reading, writing and
 * encoding throw.
 */
export async function copyMovie(job: MovieCopy): Promise<void> {
	const { movie, container, hidesLeadIn = true, signal, write, onReached } = job;
	// Both walk through their own lists of the file: side by side.
	const [{ packets, end }, sound] = await Promise.all([
		picturePackets(job),
		movie.audio && soundTrack(movie.audio, job.spans, hidesLeadIn),
	]);
	const { template } = movie.video;
	await writeMovie({
		container,
		tracks: [pictureTrack(template, packets, end), ...(sound === undefined ? [] : [sound])],
		durationS: end / template.timescale,
		...{ source: movie.file, write, signal, onReached },
	});
}

/** The pictures of all spans in storage order, and where they end, in the track's units. */
async function picturePackets({
	movie,
	index,
	spans,
	encode,
}: MovieCopy): Promise<{ readonly packets: readonly Packet[]; readonly end: number }> {
	const pictures = new MoviePictures(movie.file, movie.video, index);
	const packets: Packet[] = [];
	let end = 0;
	for (const span of spans) {
		// One by one: as arguments of one call, the frames of an hour are more than engines take.
		for (const packet of await pictures.packets(span, end, (edge) => encode(edge, pictures))) packets.push(packet);
		end += pictures.unitsOf(span.last) - pictures.unitsOf(span.first);
	}
	return { packets, end };
}
