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

/** Saves what is at `url`, under the name that its server gives; it is never held in the page. */
export function downloadFrom(url: string): void {
	const link = document.createElement('a');
	link.href = url;
	link.download = '';
	link.click();
}
