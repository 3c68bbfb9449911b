import { commands } from 'vitest/browser';
import type { FrameIndex } from '#core/time/frame-index';
import type { Failure } from '#core/failure';
import type { MediaFacts } from '#core/media/media-facts';
import { readBar } from '../../../../tests/fixtures/read-bar.ts';
import { probe } from '../probe/index.ts';
import type { Place, PlayerBackend, BackendSource, BackendEvents } from './backend.ts';

/** A test file as the library has it: its bytes, its facts, its frames. */
export interface TestFile {
	readonly file: File;
	readonly facts: MediaFacts;
	readonly index: FrameIndex;
}

/** Fetches a made test file and probes it. */
export async function testFile(name: string): Promise<TestFile> {
	const file = new File([await bytesOf(name)], name);
	const probed = await probe(file);
	if (!probed.ok) throw new Error(`${name}: ${JSON.stringify(probed.error)}`);
	const { facts, index } = probed.value;
	return { file, facts, index: index ?? { ptsUs: new Float64Array(), key: new Uint8Array(), endUs: 0 } };
}

async function bytesOf(name: string): Promise<Blob> {
	if (!name.endsWith('.ts')) return (await fetch(`/tests/fixtures/made/${name}`)).blob();
	// The dev server takes the name for a script.
	const base64 = await commands.readFile(`tests/fixtures/made/${name}`, 'base64');
	return (await fetch(`data:video/mp2t;base64,${base64}`)).blob();
}

/** A backend in a page, and what it told. */
export class Stage {
	readonly backend: PlayerBackend;
	readonly shown: Place[] = [];
	readonly failures: Failure[] = [];
	ended = 0;
	readonly #box = document.createElement('div');

	constructor(Kind: new (source: BackendSource, events: BackendEvents) => PlayerBackend, source: BackendSource) {
		this.backend = new Kind(source, {
			onShown: (place) => this.shown.push(place),
			onEnded: () => (this.ended += 1),
			onFailed: (failure) => this.failures.push(failure),
		});
		this.#box.style.cssText = 'position:relative;width:640px;height:360px';
		for (const layer of this.backend.layers) {
			layer.style.cssText += ';position:absolute;inset:0;width:100%;height:100%';
			this.#box.append(layer);
		}
		document.body.append(this.#box);
	}

	get last(): Place | undefined {
		return this.shown[this.shown.length - 1];
	}

	/** The number in the picture that a person sees: that of the topmost layer which is not hidden. */
	number(display: { readonly width: number; readonly height: number }): number | null {
		return numberOn(this.backend.layers, display);
	}

	dispose(): void {
		this.backend.dispose();
		this.#box.remove();
	}
}

/** The frame number in the topmost visible layer. */
export function numberOn(
	layers: readonly HTMLElement[],
	display: { readonly width: number; readonly height: number },
): number | null {
	const { data } = pixelsOf(layers, display);
	return readBar({ data, ...display, channels: 4 });
}

/** What the topmost visible layer shows, at display size. */
export function pixelsOf(
	layers: readonly HTMLElement[],
	display: { readonly width: number; readonly height: number },
): ImageData {
	const top = layers.findLast((layer) => layer.style.visibility !== 'hidden');
	if (!(top instanceof HTMLCanvasElement || top instanceof HTMLVideoElement)) throw new Error('no picture is shown');
	const canvas = new OffscreenCanvas(display.width, display.height);
	const context = canvas.getContext('2d', { willReadFrequently: true });
	if (context === null) throw new Error('no canvas');
	context.drawImage(top, 0, 0, display.width, display.height);
	return context.getImageData(0, 0, display.width, display.height);
}

/** The same "random" numbers each time. */
export function* numbers(below: number, seed = 7): Generator<number> {
	for (let state = seed; ;) {
		state = (state * 1103515245 + 12345) % 2147483648;
		yield Math.floor((state / 2147483648) * below);
	}
}
