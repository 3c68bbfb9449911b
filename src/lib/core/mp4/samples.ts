import { findBox, tolerant, type Box } from './boxes.ts';
import type { MovieTrack } from './movie.ts';

/** The samples (frames, packets) of a track in decode order. */
export interface Samples {
	/** When each is shown, in the track's units, before the edit. */
	readonly shownAt: Float64Array;
	/** How long each lasts in decode order, in the track's units. */
	readonly length: Float64Array;
	readonly key: Uint8Array;
	/** Where each ends in the file, in bytes. */
	readonly endByte: Float64Array;
	/** In bytes. */
	readonly size: Float64Array;
}

/**
 * The sample tables of `track` (ISO/IEC 14496-12 §8.6–8.7), spelled out; undefined when they do not hold together, so that
 * another way is tried.
 */
export const samplesOf = (view: DataView, track: MovieTrack): Samples | undefined =>
	tolerant(() => readSamples(view, track));

function readSamples(view: DataView, track: MovieTrack): Samples | undefined {
	const table = (type: string): Box | undefined => findBox(view, track.tables, type);
	const [times, sizes, runs] = [table('stts'), table('stsz'), table('stsc')];
	const chunks = table('stco') ?? table('co64');
	if (!times || !sizes || !runs || !chunks) return undefined;
	const size = readSizes(view, sizes);
	const { decodedAt, length } = readTimes(view, times, size.length);
	const [offsets, keys] = [table('ctts'), table('stss')];
	const shownAt = offsets === undefined ? decodedAt : addOffsets(view, offsets, decodedAt);
	const key = keys === undefined ? new Uint8Array(size.length).fill(1) : readKeys(view, keys, size.length);
	return { shownAt, length, key, size, endByte: readEnds(view, runs, chunks, size) };
}

/** More than 200 hours at 60 fps: a damaged count must not ask for all the memory there is. */
const MOST_SAMPLES = 50e6;

function readSizes(view: DataView, { start, end }: Box): Float64Array {
	const [same, count] = [view.getUint32(start + 4), view.getUint32(start + 8)];
	if (count > MOST_SAMPLES) throw new RangeError('more samples than a film has');
	if (same !== 0) return new Float64Array(count).fill(same);
	if (count > (end - start) / 4) throw new RangeError('more samples than sizes');
	const size = new Float64Array(count);
	for (let n = 0; n < count; n += 1) size[n] = view.getUint32(start + 12 + 4 * n);
	return size;
}

function readTimes(view: DataView, { start }: Box, count: number): { decodedAt: Float64Array; length: Float64Array } {
	const [decodedAt, length] = [new Float64Array(count), new Float64Array(count)];
	const entries = view.getUint32(start + 4);
	let [n, time] = [0, 0];
	for (let entry = 0; entry < entries && n < count; entry += 1) {
		const until = Math.min(count, n + view.getUint32(start + 8 + 8 * entry));
		const step = view.getUint32(start + 12 + 8 * entry);
		for (; n < until; n += 1) {
			decodedAt[n] = time;
			length[n] = step;
			time += step;
		}
	}
	if (n < count) throw new RangeError('more samples than times');
	return { decodedAt, length };
}

function addOffsets(view: DataView, { start }: Box, decodedAt: Float64Array): Float64Array {
	const shownAt = decodedAt.slice();
	const entries = view.getUint32(start + 4);
	let n = 0;
	for (let entry = 0; entry < entries && n < shownAt.length; entry += 1) {
		const until = Math.min(shownAt.length, n + view.getUint32(start + 8 + 8 * entry));
		// Signed in version 1; writers put negative offsets into version 0 too.
		const offset = view.getInt32(start + 12 + 8 * entry);
		for (; n < until; n += 1) shownAt[n] = (decodedAt[n] ?? 0) + offset;
	}
	return shownAt;
}

function readKeys(view: DataView, { start }: Box, count: number): Uint8Array {
	const key = new Uint8Array(count);
	const entries = view.getUint32(start + 4);
	for (let entry = 0; entry < entries; entry += 1) key[view.getUint32(start + 8 + 4 * entry) - 1] = 1;
	// The first sample can only be decoded alone, whatever the table says.
	if (count > 0) key[0] = 1;
	return key;
}

function readEnds(view: DataView, runs: Box, chunks: Box, size: Float64Array): Float64Array {
	const end = new Float64Array(size.length);
	const chunkCount = view.getUint32(chunks.start + 4);
	const runCount = view.getUint32(runs.start + 4);
	const chunkAt =
		chunks.type === 'co64'
			? (chunk: number): number => Number(view.getBigUint64(chunks.start + 8 + 8 * chunk))
			: (chunk: number): number => view.getUint32(chunks.start + 8 + 4 * chunk);
	let n = 0;
	for (let run = 0; run < runCount; run += 1) {
		const at = runs.start + 8 + 12 * run;
		const [firstChunk, perChunk] = [view.getUint32(at), view.getUint32(at + 4)];
		const lastChunk = run + 1 < runCount ? view.getUint32(at + 12) - 1 : chunkCount;
		for (let chunk = firstChunk - 1; chunk < lastChunk && n < size.length; chunk += 1) {
			let position = chunkAt(chunk);
			for (let i = 0; i < perChunk && n < size.length; i += 1, n += 1) end[n] = position += size[n] ?? 0;
		}
	}
	if (n < size.length) throw new RangeError('more samples than places');
	return end;
}
