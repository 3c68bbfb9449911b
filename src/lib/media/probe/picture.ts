import { CanvasSink, EncodedPacketSink } from 'mediabunny';
import { err, ok, type Result } from '#core/result';
import type { Failure } from '#core/failure';
import type { CallContext } from '../worker-rpc/protocol.ts';
import type { PictureRequest } from './inspection.ts';
import { openInput } from './open-input.ts';

/** A small picture of the key frame at or before `atS`, turned and stretched as a player shows it. Runs in the worker. */
export async function picture(
	{ file, name, atS, width }: PictureRequest,
	{ signal, report }: CallContext<null>,
): Promise<Result<Blob, Failure>> {
	const input = openInput(file, () => report(null));
	try {
		const track = await input.getPrimaryVideoTrack();
		if (track === null) return err({ kind: 'unsupported', subject: name, detail: 'it has no picture' });
		const packets = new EncodedPacketSink(track);
		const key =
			(await packets.getKeyPacket(atS, { metadataOnly: true })) ??
			(await packets.getFirstKeyPacket({ metadataOnly: true }));
		signal.throwIfAborted();
		const wide = Math.min(width, await track.getDisplayWidth());
		const shown = key === null ? null : await new CanvasSink(track, { width: wide }).getCanvas(key.timestamp);
		signal.throwIfAborted();
		if (shown === null) return err({ kind: 'source-unreadable', subject: name, detail: 'no frame could be decoded' });
		return ok(await encode(shown.canvas as OffscreenCanvas));
	} finally {
		input.dispose();
	}
}

/** WebP, or JPEG where the browser would answer with a PNG instead (it does so without a word). */
async function encode(canvas: OffscreenCanvas): Promise<Blob> {
	const webp = await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 });
	return webp.type === 'image/webp' ? webp : canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
}
