import {
	EncodedAudioPacketSource,
	EncodedVideoPacketSource,
	type EncodedPacket,
	type Input,
	type InputAudioTrack,
	type InputVideoTrack,
	type VideoTrackMetadata,
} from 'mediabunny';
import { damaged } from '#core/mp4/copy-problem';
import { outputFileName } from '#core/export/output-file-name';
import { openInput } from '../../../probe/open-input.ts';
import { ExportFailure } from '../export-failure.ts';
import { MuxedFile } from '../muxed-file.ts';
import type { CopyJob } from './copy-job.ts';
import { PacketPictures } from './packet-pictures.ts';
import { soundPackets } from './packet-sound.ts';

/** From any container that the packet reader knows to one that it writes. Answers the bytes written. */
export async function copyPackets(job: CopyJob): Promise<number> {
	const input = openInput(job.source, () => undefined);
	const stop = (): void => input.dispose();
	job.signal.addEventListener('abort', stop, { once: true });
	try {
		return await copyFrom(input, job);
	} finally {
		job.signal.removeEventListener('abort', stop);
		input.dispose();
	}
}

async function copyFrom(input: Input, job: CopyJob): Promise<number> {
	const video = await input.getPrimaryVideoTrack();
	const audio = job.withSound ? await input.getPrimaryAudioTrack() : null;
	const [codec, config] = [await video?.getCodec(), await video?.getDecoderConfig()];
	if (!video || !codec || !config) throw damaged('its picture is not described');
	const pictures = new EncodedVideoPacketSource(codec);
	const sound = audio && (await soundSource(audio));
	const frames = job.spans.reduce((sum, { first, last }) => sum + last - first, 0);
	const shown = await metadataOf(video);
	const muxed = await MuxedFile.open(job.output, {
		container: job.task.container,
		subject: outputFileName(job.task.output),
		addTracks: (output) => {
			output.addVideoTrack(pictures, { ...shown, maximumPacketCount: HIDDEN_SHARE * frames });
			if (sound) output.addAudioTrack(sound.source, { maximumPacketCount: soundPacketsAtMost(job) });
		},
	});
	try {
		const streams: Stream[] = [
			{
				packets: new PacketPictures(video, config, job).all(),
				add: (packet, isFirst) => pictures.add(packet, isFirst ? { decoderConfig: config } : undefined),
			},
		];
		if (audio && sound) {
			const { source, config: soundConfig } = sound;
			streams.push({
				packets: soundPackets(audio, job),
				add: (packet, isFirst) => source.add(packet, isFirst ? { decoderConfig: soundConfig } : undefined),
			});
		}
		await interleave(streams, job);
		await muxed.finalize();
		return muxed.bytes;
	} catch (thrown) {
		throw muxed.failure === undefined ? thrown : new ExportFailure(muxed.failure, { cause: thrown });
	} finally {
		await muxed.release();
	}
}

/** VP8 keeps pictures between those that are shown: one for each of them at the very most. */
const HIDDEN_SHARE = 2;
/** No codec has shorter packets, in seconds (Opus: 2.5 ms). */
const SHORTEST_PACKET_S = 0.0025;

const soundPacketsAtMost = ({ task }: CopyJob): number => Math.ceil(task.durationS / SHORTEST_PACKET_S) + 200;

async function soundSource(
	track: InputAudioTrack,
): Promise<{ source: EncodedAudioPacketSource; config: AudioDecoderConfig } | undefined> {
	const [codec, config] = [await track.getCodec(), await track.getDecoderConfig()];
	return codec === null || config === null ? undefined : { source: new EncodedAudioPacketSource(codec), config };
}

const metadataOf = async (track: InputVideoTrack): Promise<VideoTrackMetadata> => ({
	rotation: await track.getRotation(),
	languageCode: await track.getLanguageCode(),
});

interface Stream {
	readonly packets: AsyncGenerator<EncodedPacket, void, undefined>;
	readonly add: (packet: EncodedPacket, isFirst: boolean) => Promise<void>;
}

/** Hands the packets of all streams on in the order of their times. */
async function interleave(streams: readonly Stream[], { signal, onReached }: CopyJob): Promise<void> {
	const open: { stream: Stream; next: EncodedPacket; isFirst: boolean }[] = [];
	try {
		for (const stream of streams) {
			const first = await stream.packets.next();
			if (first.done !== true) open.push({ stream, next: first.value, isFirst: true });
		}
		let toldS = 0;
		while (open.length > 0) {
			signal.throwIfAborted();
			const [first] = open.sort((a, b) => a.next.timestamp - b.next.timestamp);
			if (first === undefined) break;
			await first.stream.add(first.next, first.isFirst);
			first.isFirst = false;
			if (first.next.timestamp > toldS + 1) onReached((toldS = first.next.timestamp), 'Copying');
			const next = await first.stream.packets.next();
			if (next.done === true) open.splice(open.indexOf(first), 1);
			else first.next = next.value;
		}
	} finally {
		await Promise.all(streams.map(({ packets }) => packets.return(undefined)));
	}
}
