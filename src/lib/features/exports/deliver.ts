import { isAbort } from '#core/result';

export { download } from '$lib/app/download';

const MIME_TYPES: ReadonlyMap<string, string> = new Map([
	['mp4', 'video/mp4'],
	['mov', 'video/quicktime'],
	['webm', 'video/webm'],
	['gif', 'image/gif'],
	['m4a', 'audio/mp4'],
	['mp3', 'audio/mpeg'],
	['wav', 'audio/wav'],
	['zip', 'application/zip'],
]);

/** The MIME type of a file that is called so (IANA's names; `audio/wav` as browsers call it); of unknown ones, bytes. */
export const mimeTypeOf = (name: string): string =>
	MIME_TYPES.get(/\.([^.]+)$/u.exec(name)?.[1]?.toLowerCase() ?? '') ?? 'application/octet-stream';

/** Whether this device can hand a file of that name to another app. */
export function canShare(name: string): boolean {
	if (!('canShare' in navigator)) return false;
	return navigator.canShare({ files: [new File([], name, { type: mimeTypeOf(name) })] });
}

/** Hands `file` to another app. False when the person changed their mind. */
export async function share(file: File, name: string): Promise<boolean> {
	try {
		await navigator.share({ files: [new File([file], name, { type: file.type })] });
		return true;
	} catch (thrown) {
		if (isAbort(thrown)) return false;
		throw thrown;
	}
}
