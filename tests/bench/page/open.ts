import { openBackend } from '$lib/media/player/index';
import { probe } from '$lib/media/probe/index';

export interface OpenAnswer {
	/** From the picked file to all that is known of it, its frames included, in milliseconds. */
	readonly probedMs: number;
	/** From the picked file to its first frame on screen, in milliseconds. */
	readonly shownMs: number;
	readonly frames: number;
}

/** Opens the film in the page's file input the way the editor does: look at it, then show its first frame. */
async function openFilm(): Promise<OpenAnswer> {
	const file = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
	if (file === undefined) throw new Error('no file was picked');
	const startedMs = performance.now();
	const probed = await probe(file);
	const probedMs = performance.now() - startedMs;
	if (!probed.ok) throw new Error(JSON.stringify(probed.error));
	const { facts, index } = probed.value;
	let failure = '';
	const opened = await openBackend(
		{ file, facts, index },
		{
			onShown: () => undefined,
			onEnded: () => undefined,
			onFailed: (problem) => (failure = JSON.stringify(problem)),
		},
	);
	if (!opened.ok) throw new Error(JSON.stringify(opened.error));
	const { backend } = opened.value;
	document.body.append(...backend.layers);
	const shown = await backend.show({ frame: 0, timeS: facts.firstTimestampS }, 0);
	if (!shown) throw new Error(`no frame was shown ${failure}`);
	await new Promise((resolve) => requestAnimationFrame(resolve));
	return { probedMs, shownMs: performance.now() - startedMs, frames: index?.ptsUs.length ?? 0 };
}

/** Bytes of JavaScript in the page and its workers, once what is garbage is gone. Takes seconds. */
async function heapBytes(): Promise<number> {
	const { measureUserAgentSpecificMemory: measure } = performance as Performance & {
		measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }>;
	};
	if (measure === undefined) throw new Error('the browser does not tell its memory');
	return (await measure.call(performance)).bytes;
}

const openBench = { openFilm, heapBytes };

declare global {
	interface Window {
		openBench: typeof openBench;
	}
}
window.openBench = openBench;
