import { getCaptureFile, type Capture } from '#contract/captures';
import { captureFileName } from '#core/capture/capture-name';
import type { ServerClient } from '$lib/remote/server-client';

const TYPES: Record<Capture['format'], string> = {
	jpeg: 'image/jpeg',
	png: 'image/png',
	webp: 'image/webp',
	mp4: 'video/mp4',
	webm: 'video/webm',
	gif: 'image/gif',
	mp3: 'audio/mpeg',
};

/** A finished capture as a file of this device; undefined when the server does not give it. */
export async function fetchCapture(client: ServerClient | undefined, capture: Capture): Promise<File | undefined> {
	if (client === undefined) return undefined;
	try {
		const reply = await client.fetch(client.url(getCaptureFile.path, { id: capture.id }));
		if (!reply.ok) return undefined;
		return fileOf(capture, [await reply.blob()]);
	} catch (thrown) {
		// The network went off: `fetch` has no other way to say so.
		if (thrown instanceof TypeError) return undefined;
		throw thrown;
	}
}

/** Whether this device passes such files on to other apps: asked before one is fetched. */
export const canPassOn = (capture: Capture): boolean =>
	typeof navigator.canShare === 'function' && navigator.canShare({ files: [fileOf(capture, [])] });

const fileOf = (capture: Capture, parts: readonly Blob[]): File =>
	new File([...parts], captureFileName(capture), { type: TYPES[capture.format] });

/** The clipboard takes PNG only. */
export async function copyPicture(picture: Blob): Promise<void> {
	const png = picture.type === 'image/png' ? picture : await asPng(picture);
	await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
}

async function asPng(picture: Blob): Promise<Blob> {
	const bitmap = await createImageBitmap(picture);
	const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
	canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
	bitmap.close();
	return canvas.convertToBlob({ type: 'image/png' });
}
