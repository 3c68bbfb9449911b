import { frameIndexFrom, type FrameIndex } from '../time/frame-index.ts';
import type { MovieTrack } from './movie.ts';
import { samplesOf } from './samples.ts';

export interface MovieFrames {
	readonly index: FrameIndex;
	/** Bytes of all packets that are there. */
	readonly bytes: number;
	/** How long the frames would last if the file were whole, in seconds; undefined when it is. */
	readonly promisedEndS: number | undefined;
}

/**
 * The frames of a picture track that a player shows: those whose bytes are in the file (`fileBytes` long), inside the edit.
 * Reads nothing but the movie box. Undefined when the tables do not hold together.
 */
export function framesOf(movie: DataView, track: MovieTrack, fileBytes: number): MovieFrames | undefined {
	const samples = samplesOf(movie, track);
	if (samples === undefined) return undefined;
	const { shownAt, length, key, size, endByte } = samples;
	const there = countThere(endByte, fileBytes);
	const { offset, start, end, tolerance } = track.edit;
	const toUs = (units: number): number => Math.round(((units - offset) / track.timescale) * 1e6);
	const [ptsUs, keys] = [new Float64Array(there), new Uint8Array(there)];
	let [count, bytes, last, lastLength] = [0, 0, -Infinity, 0];
	for (let n = 0; n < there; n += 1) {
		const at = shownAt[n] ?? 0;
		bytes += size[n] ?? 0;
		if (at < start || at >= end) continue;
		ptsUs[count] = toUs(at);
		keys[count] = key[n] ?? 0;
		count += 1;
		if (at >= last) [last, lastLength] = [at, length[n] ?? 0];
	}
	// An edit may end in the middle of the last frame.
	const lastUnits = end - last < lastLength - tolerance ? end - last : lastLength;
	const index = frameIndexFrom(
		ptsUs.subarray(0, count),
		keys.subarray(0, count),
		count === 0 ? 0 : toUs(last + lastUnits) - toUs(last),
		'stored',
	);
	const whole = there === shownAt.length;
	return { index, bytes, promisedEndS: whole ? undefined : toUs(Math.min(end, endOf(shownAt, length))) / 1e6 };
}

/** When the sound of `track` is heard, in seconds, as far as its bytes are in the file. */
export function soundSpanOf(
	movie: DataView,
	track: MovieTrack,
	fileBytes: number,
): { readonly startS: number; readonly endS: number } | undefined {
	const samples = samplesOf(movie, track);
	if (samples === undefined) return undefined;
	const { offset, start, end } = track.edit;
	const there = countThere(samples.endByte, fileBytes);
	const soundEnd = Math.min(end, endOf(samples.shownAt.subarray(0, there), samples.length));
	const soundStart = Math.max(start, samples.shownAt[0] ?? 0);
	return { startS: (soundStart - offset) / track.timescale, endS: (soundEnd - offset) / track.timescale };
}

/** Samples from the first on, in decode order, whose bytes are in the file: later ones build on earlier ones. */
function countThere(endByte: Float64Array, fileBytes: number): number {
	for (let n = 0; n < endByte.length; n += 1) if ((endByte[n] ?? 0) > fileBytes) return n;
	return endByte.length;
}

function endOf(shownAt: Float64Array, length: Float64Array): number {
	let end = 0;
	for (let n = 0; n < shownAt.length; n += 1) end = Math.max(end, (shownAt[n] ?? 0) + (length[n] ?? 0));
	return end;
}
