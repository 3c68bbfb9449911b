import { EncodedPacket, EncodedPacketSink, type InputVideoTrack } from 'mediabunny';
import { frameCount, timeOfFrame } from '#core/time/frame-index';
import { toNumber } from '#core/time/rational';
import { present } from '#core/result';
import { concat } from '#core/mp4/box-writing';
import { CopyProblem, damaged } from '#core/mp4/copy-problem';
import { isIdr, parameterSets, type ParameterSets } from '#core/mp4/parameter-sets';
import type { PlacedSpan } from '#core/mp4/place-spans';
import type { CopyJob } from './copy-job.ts';
import { edgeBitrate, pickEdgeEncoding } from './edge-config.ts';
import { encodeEdge } from './edge-encoder.ts';

/** What rounding to microseconds may have moved a time by, in seconds. */
const ROUNDING_S = 2e-6;

/** The frames of a job as packets with times of the output, in storage order. */
export class PacketPictures {
	readonly #sink: EncodedPacketSink;
	/** Set for H.264. */
	readonly #sets: ParameterSets | undefined;

	constructor(
		track: InputVideoTrack,
		private readonly config: VideoDecoderConfig,
		private readonly job: CopyJob,
	) {
		this.#sink = new EncodedPacketSink(track);
		this.#sets =
			config.codec.startsWith('avc') && config.description !== undefined
				? parameterSets(bytesOf(config.description))
				: undefined;
	}

	async *all(): AsyncGenerator<EncodedPacket, void, undefined> {
		for (const span of this.job.spans) yield* this.#span(span);
	}

	async *#span(span: PlacedSpan): AsyncGenerator<EncodedPacket, void, undefined> {
		const { first, last, copyFrom, copyTo } = span;
		const edged = copyFrom > first || copyTo < last;
		if (edged && this.config.codec.startsWith('avc') && this.#sets?.lengthBytes !== 4)
			throw new CopyProblem('its packets are of an unusual form');
		yield* this.#edge(first, copyFrom, span);
		let isFirst = true;
		for await (const packet of this.#stored(copyFrom, copyTo)) {
			if (isFirst && edged && this.#sets !== undefined && !isIdr(packet.data, 4))
				throw new CopyProblem('its key frames do not stand alone');
			isFirst = false;
			const timestamp = this.#placed(packet.timestamp, span);
			const withSets = edged && packet.type === 'key' && this.#sets !== undefined;
			yield packet.clone(withSets ? { timestamp, data: concat([this.#sets.inBand, packet.data]) } : { timestamp });
		}
		yield* this.#edge(copyTo, last, span);
	}

	#placed(timeS: number, { inS, startS }: PlacedSpan): number {
		return Math.max(startS, timeS - inS + startS);
	}

	/** Frames [from, to) as they are stored, and what lies between them unseen; without those an open group shows before its key frame. */
	async *#stored(from: number, to: number): AsyncGenerator<EncodedPacket, void, undefined> {
		const { index } = this.job;
		const [startS, endS] = [timeOfFrame(index, from), to >= frameCount(index) ? Infinity : timeOfFrame(index, to)];
		let packet = await this.#sink.getPacket(startS + ROUNDING_S);
		if (packet === null || Math.abs(packet.timestamp - startS) > ROUNDING_S)
			throw damaged('a frame is not where it was');
		for (let missing = to - from; missing > 0; packet = await this.#sink.getNextPacket(packet)) {
			if (packet === null) throw damaged('frames are missing');
			if (packet.timestamp < startS - ROUNDING_S) continue;
			const isShown = this.#isShown(packet);
			if (isShown && packet.timestamp > endS - ROUNDING_S) throw damaged('its frames are stored in another order');
			if (isShown) missing -= 1;
			yield packet;
		}
	}

	/** VP8 stores pictures that only others look up. Frame header, RFC 6386 §9.1: bit 4 of the first byte is show_frame. */
	#isShown({ data }: EncodedPacket): boolean {
		return this.config.codec !== 'vp8' || ((data[0] ?? 0x10) & 0x10) !== 0;
	}

	async *#edge(from: number, to: number, span: PlacedSpan): AsyncGenerator<EncodedPacket, void, undefined> {
		if (to <= from) return;
		const { facts, index, signal } = this.job;
		const video = present(facts.video, 'the picture of a copied file');
		const group = await this.#decodable(from, to);
		const sizes = group.map(({ data }) => data.length);
		const encoder = await pickEdgeEncoding(video, edgeBitrate(sizes, to - from, toNumber(video.fps)));
		if (encoder === undefined) throw new CopyProblem('the browser does not encode the codec of the file');
		const { packets, description } = await encodeEdge({
			decoder: this.config,
			packets: storedPictures(group),
			wantedUs: index.ptsUs.slice(from, to),
			encoder,
			name: facts.name,
			signal,
			onFrame: () => undefined,
		});
		const sets = this.#sets && description && parameterSets(description);
		if (this.#sets !== undefined && sets === undefined)
			throw new CopyProblem('the encoder does not say how its frames are decoded');
		for (const [i, bytes] of packets.entries()) {
			const atS = timeOfFrame(index, from + i);
			yield new EncodedPacket(
				i === 0 && sets !== undefined ? concat([sets.inBand, bytes]) : bytes,
				i === 0 ? 'key' : 'delta',
				this.#placed(atS, span),
				timeOfFrame(index, from + i + 1) - atS,
			);
		}
	}

	/** The packets from a key frame on that frames [from, to) are decoded with: a group at most, and the frames themselves. */
	async #decodable(from: number, to: number): Promise<readonly EncodedPacket[]> {
		const { index } = this.job;
		const [startS, endS] = [timeOfFrame(index, from), timeOfFrame(index, to)];
		let packet = await this.#sink.getKeyPacket(startS + ROUNDING_S);
		const group: EncodedPacket[] = [];
		for (let missing = to - from; missing > 0; packet = await this.#sink.getNextPacket(packet)) {
			if (packet === null) throw damaged('frames are missing');
			const { timestamp } = packet;
			if (timestamp < (group[0]?.timestamp ?? -Infinity)) continue;
			if (timestamp > startS - ROUNDING_S && timestamp < endS - ROUNDING_S) missing -= 1;
			group.push(packet);
		}
		return group;
	}
}

async function* storedPictures(
	packets: readonly EncodedPacket[],
): AsyncGenerator<{ data: Uint8Array; key: boolean; ptsUs: number }> {
	for (const { data, type, timestamp } of packets) {
		await Promise.resolve();
		yield { data, key: type === 'key', ptsUs: Math.round(timestamp * 1e6) };
	}
}

const bytesOf = (source: AllowSharedBufferSource): Uint8Array =>
	ArrayBuffer.isView(source)
		? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
		: new Uint8Array(source);
