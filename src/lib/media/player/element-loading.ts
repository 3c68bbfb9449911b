import type { ElementAddress } from '../media-bytes.ts';

/** A file that the element has not begun to show by then is left to the other backend. */
const LOAD_MS = 10_000;
/** What is made by a server, which may be busy, while it is waited for. */
export const MAKE_MS = 90_000;

export function createVideoElement(): HTMLVideoElement {
	const video = document.createElement('video');
	video.preload = 'auto';
	video.playsInline = true;
	video.disablePictureInPicture = true;
	video.controls = false;
	// The picture is described by the player around it, which also has the controls.
	video.tabIndex = -1;
	return video;
}

/** Loads what is at `address` up to its first picture; what the element says when it cannot. */
export async function loadElement(
	video: HTMLVideoElement,
	{ url, crossOrigin }: Pick<ElementAddress, 'url' | 'crossOrigin'>,
	limitMs = LOAD_MS,
): Promise<string | undefined> {
	const abort = new AbortController();
	const { signal } = abort;
	const once = (name: string): Promise<void> =>
		new Promise((resolve) => video.addEventListener(name, () => resolve(), { once: true, signal }));
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<string>((resolve) => {
		timer = setTimeout(() => resolve('the video element did not begin to show it'), limitMs);
	});
	video.crossOrigin = crossOrigin;
	video.src = url;
	const problem = await Promise.race([
		once('loadeddata').then(() => undefined),
		once('error').then(() => video.error?.message || 'the video element cannot play it'),
		late,
	]);
	clearTimeout(timer);
	abort.abort();
	return problem;
}
