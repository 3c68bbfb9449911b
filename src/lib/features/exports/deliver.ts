/** How long the browser may take to start reading a download, in milliseconds. */
const DOWNLOAD_STARTS_MS = 60_000;

/** Saves `file` where the browser puts downloads, under `name`. */
export function download(file: Blob, name: string): void {
	const url = URL.createObjectURL(file);
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	// Freed too early, the download would be empty.
	setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_STARTS_MS);
}

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
