import { timeOfFrame } from '#core/time/frame-index';
import { openBackend, type Place, type PlayerBackend } from '$lib/media/player/index';
import { probe, type Probed } from '$lib/media/probe/index';

export interface ScrubSample {
	/** From the wish to the exact frame on screen, in milliseconds. */
	readonly exactMs: number;
	/** From the wish to the nearest key frame on screen. */
	readonly keyMs: number;
	/** The peer: a plain video element, from setting its time to presenting a frame. */
	readonly elementMs: number;
}

/** The player follows its paused picture with the element behind it: that is over by then. */
const REST_MS = 400;

let opened: Probed & { readonly backend: PlayerBackend; readonly element: HTMLVideoElement };
let onShown: (place: Place) => void = () => undefined;

/** Opens the film in the page's file input with the player, and with a video element beside it. */
async function open(): Promise<number> {
	const file = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
	if (file === undefined) throw new Error('no file was picked');
	const probed = await probe(file);
	if (!probed.ok) throw new Error(JSON.stringify(probed.error));
	const player = await openBackend(
		{ file, ...probed.value },
		{
			onShown: (place) => onShown(place),
			onEnded: () => undefined,
			onFailed: (failure) => console.error(JSON.stringify(failure)),
		},
	);
	if (!player.ok) throw new Error(JSON.stringify(player.error));
	const { backend } = player.value;
	const element = document.createElement('video');
	element.preload = 'auto';
	element.muted = true;
	element.src = URL.createObjectURL(file);
	for (const layer of [...backend.layers, element]) layer.style.width = '480px';
	document.body.append(...backend.layers, element);
	await new Promise((resolve) => element.addEventListener('loadeddata', resolve, { once: true }));
	opened = { ...probed.value, backend, element };
	await backend.show({ frame: 0, timeS: 0 }, 0);
	return probed.value.index?.ptsUs.length ?? 0;
}

/** One random place, each way. `glanced` is the place of the key frame: another one, so that nothing is warm. */
async function sample(frame: number, glanced: number): Promise<ScrubSample> {
	const { backend } = opened;
	await rest();
	const exactMs = await timed(() => backend.show({ frame, timeS: 0 }, 0));
	await rest();
	const elementMs = await timed(() => seekElement(frame));
	await rest();
	const keyMs = await timed(() => {
		const shown = new Promise<void>((resolve) => (onShown = () => resolve()));
		backend.glance({ frame: glanced, timeS: 0 });
		return shown;
	});
	return { exactMs, keyMs, elementMs };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
	const startedMs = performance.now();
	await work();
	return performance.now() - startedMs;
}

const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, REST_MS));

function seekElement(frame: number): Promise<void> {
	const { element, index } = opened;
	if (index === undefined) throw new Error('the film has no frames');
	const middleS = (timeOfFrame(index, frame) + timeOfFrame(index, frame + 1)) / 2;
	return new Promise((resolve) => {
		element.requestVideoFrameCallback(() => resolve());
		element.currentTime = middleS;
	});
}

const scrubBench = { open, sample };

declare global {
	interface Window {
		scrubBench: typeof scrubBench;
	}
}
window.scrubBench = scrubBench;
