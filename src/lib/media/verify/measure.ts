import { EncodedPacketSink, VideoSampleSink, type InputAudioTrack, type InputVideoTrack } from 'mediabunny';
import type { Measured } from '#core/export/compare-output';
import { openInput } from '../probe/open-input.ts';
import { isGif, measureGif } from './measure-gif.ts';

/** Re-opens `file` and counts; only the first picture is decoded. Throws what reading throws. */
export async function measureOutput(file: Blob, signal: AbortSignal): Promise<Measured> {
	if (await isGif(file)) return { video: await measureGif(file, signal), audio: undefined };
	const input = openInput(file, () => undefined);
	const stop = (): void => input.dispose();
	signal.addEventListener('abort', stop, { once: true });
	try {
		const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
		return {
			video: video === null ? undefined : await measureVideo(video),
			audio: audio === null ? undefined : await measureAudio(audio),
		};
	} finally {
		signal.removeEventListener('abort', stop);
		input.dispose();
		signal.throwIfAborted();
	}
}

async function measureVideo(track: InputVideoTrack): Promise<NonNullable<Measured['video']>> {
	const starts: number[] = [];
	let endS = -Infinity;
	const sink = new EncodedPacketSink(track);
	for (
		let packet = await sink.getFirstPacket({ metadataOnly: true });
		packet !== null;
		packet = await sink.getNextPacket(packet, { metadataOnly: true })
	) {
		if (packet.timestamp + packet.duration <= 0) continue;
		starts.push(packet.timestamp);
		endS = Math.max(endS, packet.timestamp + packet.duration);
	}
	starts.sort((a, b) => a - b);
	const gaps = starts.map((startS, i) => (starts[i + 1] ?? endS) - startS);
	return {
		frames: starts.length,
		durationS: starts.length === 0 ? 0 : endS - (starts[0] ?? 0),
		longestFrameS: gaps.reduce((longest, gap) => Math.max(longest, gap), 0),
		width: await track.getDisplayWidth(),
		height: await track.getDisplayHeight(),
		codec: (await track.getCodec()) ?? 'unknown',
		decodes: await decodesFirst(track),
	};
}

/** Copies of open groups start with a picture that players decode from and the browser's decoder, which looks closer, does not. */
async function startsAnew(track: InputVideoTrack): Promise<boolean> {
	const packet = await new EncodedPacketSink(track).getFirstPacket();
	return packet === null || (await track.determinePacketType(packet)) !== 'delta';
}

async function decodesFirst(track: InputVideoTrack): Promise<boolean | undefined> {
	if (!(await track.canDecode()) || !(await startsAnew(track))) return undefined;
	try {
		const sample = await new VideoSampleSink(track).getSample(await track.getFirstTimestamp());
		sample?.close();
		return sample !== null;
	} catch (thrown) {
		if (thrown instanceof DOMException && thrown.name === 'EncodingError') return false;
		throw thrown;
	}
}

async function measureAudio(track: InputAudioTrack): Promise<NonNullable<Measured['audio']>> {
	const startS = Math.max(0, await track.getFirstTimestamp());
	return { durationS: (await track.computeDuration()) - startS, codec: (await track.getCodec()) ?? 'unknown' };
}
