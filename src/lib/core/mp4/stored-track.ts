import type { Chunk, ListedTrack } from './movie-header.ts';
import type { TrackTemplate } from './track-template.ts';

/** Bytes that go into the output: at hand, or somewhere in the source. */
export type Part = { readonly bytes: Uint8Array } | { readonly at: number; readonly size: number };

export const sizeOf = (part: Part): number => ('bytes' in part ? part.bytes.length : part.size);

/** A packet of the output, in storage order. Times in the track's units. */
export interface Packet {
	readonly shownAt: number;
	readonly key: boolean;
	readonly parts: readonly Part[];
}

/** A track of the output, and the bytes of each of its chunks. */
export interface StoredTrack {
	readonly listed: ListedTrack;
	readonly data: readonly (readonly Part[])[];
}

/** Packets that are due within this many seconds lie together. */
const CHUNK_S = 0.5;

/**
 * A picture track from packets in storage order that are shown from 0 to `end`. When they are decoded is worked out anew: as late as the order
 * of showing allows, so that parts from different encoders follow each other without a step.
 */
export function pictureTrack(template: TrackTemplate, packets: readonly Packet[], end: number): StoredTrack {
	const shown = Float64Array.from(packets, ({ shownAt }) => shownAt).sort();
	let delay = 0;
	packets.forEach(({ shownAt }, n) => (delay = Math.max(delay, (shown[n] ?? 0) - shownAt)));
	const offsets = runsOf(packets.length, (n) => (packets[n]?.shownAt ?? 0) - (shown[n] ?? 0) + delay);
	const keys = packets.flatMap(({ key }, n) => (key ? [n] : []));
	const { chunks, data } = inChunks(packets, (n) => (shown[n] ?? 0) / template.timescale);
	return {
		listed: {
			template,
			chunks,
			sizes: packets.map(packetSize),
			steps: runsOf(packets.length, (n) => (shown[n + 1] ?? end) - (shown[n] ?? 0)),
			offsets: offsets.every(([, offset]) => offset === 0) ? [] : offsets,
			keys: keys.length === packets.length ? undefined : keys,
			played: { emptyS: 0, fromUnits: delay, lengthS: end / template.timescale },
		},
		data,
	};
}

/** Chunks of packets; `dueS` tells when packet n is due, in seconds. */
export function inChunks(
	packets: readonly Packet[],
	dueS: (n: number) => number,
): { readonly chunks: readonly Chunk[]; readonly data: readonly (readonly Part[])[] } {
	const chunks: Chunk[] = [];
	const data: Part[][] = [];
	for (let n = 0; n < packets.length;) {
		const startS = dueS(n);
		const parts: Part[] = [];
		let [samples, bytes] = [0, 0];
		for (let packet = packets[n]; packet !== undefined && dueS(n) < startS + CHUNK_S; n += 1, packet = packets[n]) {
			parts.push(...packet.parts);
			samples += 1;
			bytes += packetSize(packet);
		}
		chunks.push({ dueS: startS, samples, bytes });
		data.push(parts);
	}
	return { chunks, data };
}

export const packetSize = ({ parts }: Packet): number => parts.reduce((sum, part) => sum + sizeOf(part), 0);

/** `count` values as runs of equal ones. */
export function runsOf(count: number, valueOf: (n: number) => number): readonly (readonly [number, number])[] {
	const runs: [number, number][] = [];
	for (let n = 0; n < count; n += 1) {
		const value = valueOf(n);
		const last = runs.at(-1);
		if (last?.[1] === value) last[0] += 1;
		else runs.push([1, value]);
	}
	return runs;
}
