import type { Chunk, ListedTrack } from './movie-header.ts';
import type { SourceTrack } from './movie-source.ts';
import { inChunks, packetSize, runsOf, type Packet, type Part, type StoredTrack } from './stored-track.ts';

/** A span of the source and where it starts in the output, in seconds. */
export interface SoundSpan {
	readonly inS: number;
	readonly outS: number;
	readonly startS: number;
}

/** What decoders need before the first sample that is heard, in seconds (Opus: RFC 7845 §4.6; others overlap two packets). */
const LEAD_IN_S: Readonly<Record<string, number>> = { Opus: 0.08 };
/** Matroska counts milliseconds: a packet may seem to start this much too early, in seconds. */
const ROUNDING_S = 0.0006;
const NO_LEAD_IN = ['fLaC', 'alac', 'ulaw', 'alaw'];

/**
 * The sound of `spans`, joined. It starts to the sample where the picture does: packets begin before, and an edit takes off what is too much. At a
 * joint the nearest packet follows, half a packet off at most; PCM is cut to the sample everywhere. Without `hidesLeadIn` it starts with the first packet that
 * is heard after the picture's start. Undefined when there is none in the spans.
 */
export async function soundTrack(
	source: SourceTrack,
	spans: readonly SoundSpan[],
	hidesLeadIn: boolean,
): Promise<StoredTrack | undefined> {
	return (await source.table.isUncompressed()) ? samplesOf(source, spans) : packetsOf(source, spans, hidesLeadIn);
}

async function packetsOf(
	{ template, table, edit }: SourceTrack,
	spans: readonly SoundSpan[],
	hidesLeadIn: boolean,
): Promise<StoredTrack | undefined> {
	const units = (seconds: number): number => Math.round(seconds * template.timescale);
	const format = String.fromCharCode(...template.description.subarray(4, 8));
	const leadIn = NO_LEAD_IN.includes(format) ? 0 : LEAD_IN_S[format];
	const packets: (Packet & { readonly length: number })[] = [];
	let [fromUnits, emptyUnits, total] = [0, 0, 0];
	for (const span of spans) {
		const [start, end] = [units(span.inS) + edit.offset, units(span.outS) + edit.offset];
		let first: number;
		if (packets.length === 0) {
			const heard = await table.atTime(start);
			if (!hidesLeadIn) first = (await table.timeOf(heard)) < start - units(ROUNDING_S) ? heard + 1 : heard;
			else first = leadIn === undefined ? Math.max(0, heard - 1) : await table.atTime(start - units(leadIn));
			fromUnits = start - (await table.timeOf(first));
			emptyUnits = units(span.startS) + Math.max(0, -fromUnits);
			fromUnits = hidesLeadIn ? Math.max(0, fromUnits) : 0;
		} else {
			// How far the sound so far reaches over the joint, and which packet of this span starts nearest to its end.
			let reached = total - fromUnits + emptyUnits - units(span.startS);
			const last = packets.at(-1);
			if (last !== undefined && reached < -last.length) {
				// The sound of the span before ended early: silence keeps the rest in its place.
				packets[packets.length - 1] = { ...last, length: last.length - reached };
				total -= reached;
				reached = 0;
			}
			const joint = start + reached;
			const near = await table.atTime(joint);
			const [before, after] = [await table.timeOf(near), await table.timeOf(near + 1)];
			first = joint - before > after - joint ? near + 1 : near;
		}
		for await (const { shownAt, length, at, size } of table.samples(first)) {
			if (shownAt >= end || shownAt >= edit.end) break;
			packets.push({ shownAt: total, length, key: true, parts: [{ at, size }] });
			total += length;
		}
	}
	if (packets.length === 0) return undefined;
	const dueS = (n: number): number => ((packets[n]?.shownAt ?? 0) - fromUnits + emptyUnits) / template.timescale;
	const { chunks, data } = inChunks(packets, dueS);
	const listed: ListedTrack = {
		template,
		chunks,
		sizes: packets.map(packetSize),
		steps: runsOf(packets.length, (n) => packets[n]?.length ?? 0),
		offsets: [],
		keys: undefined,
		played: playedOf(spans, { total, fromUnits, emptyUnits, timescale: template.timescale }),
	};
	return { listed, data };
}

/** Not longer than the picture, and not longer than there is sound. */
function playedOf(
	spans: readonly SoundSpan[],
	{ total, fromUnits, emptyUnits, timescale }: Record<'total' | 'fromUnits' | 'emptyUnits' | 'timescale', number>,
): ListedTrack['played'] {
	const emptyS = emptyUnits / timescale;
	return { emptyS, fromUnits, lengthS: Math.min(lengthOf(spans) - emptyS, (total - fromUnits) / timescale) };
}

const lengthOf = (spans: readonly SoundSpan[]): number =>
	Math.max(0, ...spans.map(({ inS, outS, startS }) => startS + outS - inS));

/** Samples of PCM a chunk holds at most, in seconds. */
const STRETCH_S = 0.5;

async function samplesOf(
	{ template, table, edit }: SourceTrack,
	spans: readonly SoundSpan[],
): Promise<StoredTrack | undefined> {
	const { timescale } = template;
	const chunks: Chunk[] = [];
	const data: Part[][] = [];
	const most = Math.round(STRETCH_S * timescale);
	let [total, emptyUnits] = [0, 0];
	const last = Math.min(table.count, edit.end);
	const store = (samples: number, part: Part): void => {
		chunks.push({ dueS: (emptyUnits + total) / timescale, samples, bytes: samples * table.sameSize });
		data.push([part]);
		total += samples;
	};
	for (const { inS, outS, startS } of spans) {
		const start = Math.round(inS * timescale) + edit.offset;
		const from = Math.min(last, Math.max(0, start));
		// Both ends are counted on the output's own timeline, so that rounding does not add up.
		const due = Math.round(startS * timescale) + from - start;
		const to = Math.min(last, from + Math.round((startS + outS - inS) * timescale) - due);
		if (to <= from) continue;
		const gap = due - emptyUnits - total;
		if (total === 0) emptyUnits = due;
		else if (gap > 0) store(gap, { bytes: new Uint8Array(gap * table.sameSize) });
		for await (const stretch of table.stretches(from, to)) {
			for (let done = 0; done < stretch.samples; done += most) {
				const samples = Math.min(most, stretch.samples - done);
				store(samples, { at: stretch.at + done * table.sameSize, size: samples * table.sameSize });
			}
		}
	}
	if (total === 0) return undefined;
	return {
		listed: {
			template,
			chunks,
			sizes: { each: table.sameSize, count: total },
			steps: [[total, 1]],
			offsets: [],
			keys: undefined,
			played: playedOf(spans, { total, fromUnits: 0, emptyUnits, timescale }),
		},
		data,
	};
}
