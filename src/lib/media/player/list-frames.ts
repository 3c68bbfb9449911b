import { frameIndexFrom, type FrameIndex } from '#core/time/frame-index';
import type { EncodedPacketSink } from 'mediabunny';

/** The frames of a small copy, which nobody has probed: those before 0 are hidden by its edit list. */
export async function listFrames(packets: EncodedPacketSink): Promise<FrameIndex> {
	const [ptsUs, key]: [number[], number[]] = [[], []];
	let lastDurationUs = 0;
	const metadataOnly = { metadataOnly: true };
	let packet = await packets.getFirstPacket(metadataOnly);
	while (packet !== null) {
		if (packet.timestamp >= 0) {
			ptsUs.push(Math.round(packet.timestamp * 1e6));
			key.push(packet.type === 'key' ? 1 : 0);
			lastDurationUs = Math.round(packet.duration * 1e6);
		}
		packet = await packets.getNextPacket(packet, metadataOnly);
	}
	return frameIndexFrom(Float64Array.from(ptsUs), Uint8Array.from(key), lastDurationUs);
}
