export { download } from '$lib/app/download';

/** Whether this device can hand a file of that name to another app. */
export function canShare(name: string): boolean {
	if (!('canShare' in navigator)) return false;
	const type = name.endsWith('.webm') ? 'video/webm' : 'video/mp4';
	return navigator.canShare({ files: [new File([], name, { type })] });
}

/** Hands `file` to another app. False when the person changed their mind. */
export async function share(file: File, name: string): Promise<boolean> {
	try {
		await navigator.share({ files: [new File([file], name, { type: file.type })] });
		return true;
	} catch (thrown) {
		if (thrown instanceof DOMException && thrown.name === 'AbortError') return false;
		throw thrown;
	}
}
