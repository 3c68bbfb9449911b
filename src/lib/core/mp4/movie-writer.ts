import type { ByteSource, Stop } from '../media/byte-source.ts';
import { ascii, concat, u32, u64, type Bytes } from './box-writing.ts';
import { fileType, movieBox } from './movie-header.ts';
import { loadParts } from './source-parts.ts';
import { sizeOf, type Part, type StoredTrack } from './stored-track.ts';

export interface MovieJob {
	readonly container: 'mp4' | 'mov';
	readonly tracks: readonly StoredTrack[];
	readonly durationS: number;
	readonly source: ByteSource;
	/** Takes the bytes of the output in order. */
	readonly write: (data: Bytes) => Promise<void>;
	readonly signal: Stop;
	/** Told how much of the media is written, in seconds of the output. */
	readonly onReached: (atS: number) => void;
}

/** Bytes that are read and written at a time. Two such pieces are in memory. */
const BATCH_BYTES = 8 * 1024 * 1024;
const LARGEST_SHORT_PLACE = 0xffffffff;

/** Writes a whole file: its list first, then the media in the order in which it is due. Everything is known before the first byte. */
export async function writeMovie(job: MovieJob): Promise<void> {
	const order = storageOrder(job.tracks);
	const mediaBytes = order.reduce((sum, { bytes }) => sum + bytes, 0);
	const [head, long] = header(job, order, mediaBytes);
	const { write } = job;
	await write(head);
	await write(
		long ? concat([u32(1), ascii('mdat'), u64(mediaBytes + 16)]) : concat([u32(mediaBytes + 8), ascii('mdat')]),
	);
	let ahead: Promise<Bytes> | undefined;
	const batches = inBatches(order);
	for (const [i, { parts, dueS }] of batches.entries()) {
		job.signal.throwIfAborted();
		const data = await (ahead ?? loadParts(job.source, parts));
		const next = batches[i + 1];
		ahead = next && loadParts(job.source, next.parts);
		// It is awaited in the next turn; should writing fail first, its own failure must not go unheard as well.
		ahead?.catch(() => undefined);
		await write(data);
		job.onReached(dueS);
	}
}

interface Stored {
	readonly track: number;
	readonly chunk: number;
	readonly dueS: number;
	readonly bytes: number;
	readonly parts: readonly Part[];
}

function storageOrder(tracks: readonly StoredTrack[]): readonly Stored[] {
	return tracks
		.flatMap(({ listed, data }, track) =>
			listed.chunks.map(({ dueS, bytes }, chunk): Stored => ({ track, chunk, dueS, bytes, parts: data[chunk] ?? [] })),
		)
		.sort((a, b) => a.dueS - b.dueS || a.track - b.track);
}

/** What stands before the media's content, and whether places and lengths take 64 bits. */
function header(job: MovieJob, order: readonly Stored[], mediaBytes: number): readonly [Bytes, boolean] {
	const type = fileType(job.container);
	const listed = job.tracks.map((track) => track.listed);
	const placesFrom = (start: number): number[][] => {
		const places: number[][] = listed.map(({ chunks }) => new Array<number>(chunks.length).fill(0));
		let at = start;
		for (const { track, chunk, bytes } of order) {
			const own = places[track];
			if (own !== undefined) own[chunk] = at;
			at += bytes;
		}
		return places;
	};
	const attempt = (long: boolean): Bytes => {
		const { length } = movieBox(listed, placesFrom(0), job.durationS, long);
		const places = placesFrom(type.length + length + (long ? 16 : 8));
		return concat([type, movieBox(listed, places, job.durationS, long)]);
	};
	const short = attempt(false);
	return short.length + 8 + mediaBytes > LARGEST_SHORT_PLACE ? [attempt(true), true] : [short, false];
}

function inBatches(order: readonly Stored[]): readonly { readonly parts: readonly Part[]; readonly dueS: number }[] {
	const batches: { parts: Part[]; dueS: number }[] = [];
	let room = 0;
	for (const { parts, dueS } of order) {
		for (const part of parts) {
			let batch = batches.at(-1);
			if (batch === undefined || room < sizeOf(part)) {
				batches.push((batch = { parts: [], dueS }));
				room = BATCH_BYTES;
			}
			batch.parts.push(part);
			batch.dueS = dueS;
			room -= sizeOf(part);
		}
	}
	return batches;
}
