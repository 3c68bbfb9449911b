import { EncodedPacketSink, type EncodedPacket, type InputAudioTrack } from 'mediabunny';
import type { PlacedSpan } from '#core/mp4/place-spans';
import type { CopyJob } from './copy-job.ts';

/** What decoders need before the first sample that is heard, in seconds: kept where an edit can hide it. */
const LEAD_IN_S = 0.08;
/** Matroska counts milliseconds: a packet may seem to start this much too early, in seconds. */
const ROUNDING_S = 0.0006;

/**
 * The packets of the spans with times of the output. Each keeps its place to the clock of the container: what is heard stays with what is seen. MP4 and
 * MOV begin with what the decoder needs, before 0; others with the first packet that starts at 0 or later. PCM is cut to the sample.
 */
export async function* soundPackets(
	track: InputAudioTrack,
	job: CopyJob,
): AsyncGenerator<EncodedPacket, void, undefined> {
	const sink = new EncodedPacketSink(track);
	const shape = await sampleShape(track);
	const hidesLeadIn = job.task.container === 'mp4' || job.task.container === 'mov';
	for (const [i, span] of job.spans.entries()) {
		const leadInS = hidesLeadIn && i === 0 && shape === undefined ? LEAD_IN_S : 0;
		const fromS = span.inS - leadInS;
		for (
			let packet = (await sink.getPacket(fromS)) ?? (await sink.getFirstPacket());
			packet !== null && packet.timestamp < span.outS;
			packet = await sink.getNextPacket(packet)
		) {
			const cut =
				shape === undefined ? inSpan(packet, span, { leadInS, isFirst: i === 0 }) : cutSamples(packet, span, shape);
			if (cut !== undefined) yield cut.clone({ timestamp: cut.timestamp - span.inS + span.startS });
		}
	}
}

/** A packet belongs to the span that holds its middle. */
function inSpan(
	packet: EncodedPacket,
	{ inS, outS }: PlacedSpan,
	{ leadInS, isFirst }: { leadInS: number; isFirst: boolean },
): EncodedPacket | undefined {
	const middleS = packet.timestamp + packet.duration / 2;
	if (leadInS > 0) return packet.timestamp + packet.duration > inS - leadInS ? packet : undefined;
	if (isFirst && packet.timestamp < inS - ROUNDING_S) return undefined;
	if (isFirst && packet.timestamp < inS) return packet.clone({ timestamp: inS });
	return middleS >= inS && middleS < outS ? packet : undefined;
}

interface SampleShape {
	readonly rateHz: number;
	/** Of one sample of all channels. */
	readonly bytes: number;
}

/** Undefined when packets are not made of plain samples. */
async function sampleShape(track: InputAudioTrack): Promise<SampleShape | undefined> {
	const codec = (await track.getCodec()) ?? '';
	const bits = codec === 'ulaw' || codec === 'alaw' ? 8 : Number(/^pcm-[a-z](\d+)/u.exec(codec)?.[1] ?? 0);
	if (bits === 0) return undefined;
	return { rateHz: await track.getSampleRate(), bytes: (bits / 8) * (await track.getNumberOfChannels()) };
}

function cutSamples(packet: EncodedPacket, { inS, outS }: PlacedSpan, shape: SampleShape): EncodedPacket | undefined {
	const { data, timestamp } = packet;
	const { rateHz, bytes } = shape;
	const from = Math.max(0, Math.round((inS - timestamp) * rateHz));
	const to = Math.min(Math.floor(data.length / bytes), Math.round((outS - timestamp) * rateHz));
	if (to <= from) return undefined;
	return packet.clone({
		data: data.subarray(from * bytes, to * bytes),
		// To the sample, where the container rounds: a few samples early would be before 0.
		timestamp: from > 0 ? inS : Math.max(inS, timestamp),
		duration: (to - from) / rateHz,
	});
}
