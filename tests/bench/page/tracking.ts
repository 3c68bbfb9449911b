import { associate } from '#core/tracking/tracker';
import type { DetectedFrame } from '#core/tracking/detection';
import { modelManifestSchema, modelPath } from '#core/vision/model-manifest';
import { probe } from '$lib/media/probe/index';
import { drawPerson, drawPlace, FILM_RATE, makeFilm } from '$lib/vision/test-film';
import { VideoAnalyst, type AnalysisTimings, type ModelSource } from '$lib/vision/video-analyst';

export interface TrackingAnswer {
	readonly ms: number;
	readonly backend: string;
	readonly timings: AnalysisTimings;
	readonly associationMs: number;
	readonly frames: number;
	readonly tracks: number;
	readonly cuts: number;
}

const SIZE = [1920, 1080] as const;
/** Of a camera. */
const BITRATE = 8e6;
const WALKERS = 3;
const SHOT_S = 7;

const analyst = new VideoAnalyst();
let film: Awaited<ReturnType<typeof makeFilm>> | undefined;
let model: ModelSource | undefined;

/** Film grain: one picture of noise that is laid over the frames, each time elsewhere. */
function grain(): OffscreenCanvas {
	const canvas = new OffscreenCanvas(SIZE[0] + 256, SIZE[1] + 256);
	const context = canvas.getContext('2d');
	if (context === null) throw new Error('no canvas');
	const noise = context.createImageData(canvas.width, canvas.height);
	let state = 7;
	for (let n = 0; n < noise.data.length; n += 4) {
		state = (state * 1103515245 + 12345) % 2147483648;
		noise.data.fill(state >> 23, n, n + 3);
		noise.data[n + 3] = 8;
	}
	context.putImageData(noise, 0, 0);
	return canvas;
}

/** The app's own detector; undefined when it could not be prepared. */
async function ownModel(): Promise<ModelSource | undefined> {
	const manifest = await fetch('/models/manifest.json');
	if (!manifest.ok) return undefined;
	const entry = modelManifestSchema.parse(await manifest.json()).models.find(({ id }) => id === 'coco-ssd');
	return entry && { model: entry, at: modelPath(entry) };
}

/** Draws people who walk to and fro, in another place every few seconds. False when there is no detector. */
async function open(seconds: number): Promise<boolean> {
	model = await ownModel();
	if (model === undefined) return false;
	const noise = grain();
	film = await makeFilm({
		...{ name: 'walkers.mp4', frames: seconds * FILM_RATE, size: SIZE, bitrate: BITRATE, keyEvery: 60 },
		draw: (context, frame) => {
			const s = frame / FILM_RATE;
			drawPlace(context, Math.floor(s / SHOT_S) % 2 === 0 ? 'outside' : 'inside');
			for (let n = 0; n < WALKERS; n += 1) {
				const x = SIZE[0] * (0.2 + 0.3 * n + 0.08 * Math.sin(s * (0.9 + 0.2 * n)));
				drawPerson(context, x, SIZE[1] * 0.95, SIZE[1] * 0.6, Math.abs(Math.sin(4 * s + n)) * 0.6);
			}
			context.drawImage(noise, -((frame * 71) % 256), -((frame * 113) % 256));
		},
	});
	return true;
}

async function run(backend: 'wasm' | 'webgpu'): Promise<TrackingAnswer> {
	if (film === undefined || model === undefined) throw new Error('no film is open');
	const { file: source, facts, index } = film;
	const spans = [{ inS: 0, outS: facts.durationS }];
	const frames: DetectedFrame[] = [];
	const startedMs = performance.now();
	const looked = await analyst.analyse(
		{ source, facts, index, spans, model, backend },
		{ signal: new AbortController().signal, onFrames: (some) => frames.push(...some) },
	);
	if (!looked.ok) throw new Error(JSON.stringify(looked.error));
	const ms = performance.now() - startedMs;
	const associatingMs = performance.now();
	const tracks = associate(frames, looked.value.cutsS);
	const associationMs = performance.now() - associatingMs;
	const { backend: used, timings, frames: count, cutsS } = looked.value;
	return { ms, backend: used, timings, associationMs, frames: count, tracks: tracks.length, cuts: cutsS.length };
}

export interface SeenInFile {
	readonly frames: readonly DetectedFrame[];
	readonly cutsS: readonly number[];
}

/** What the detector sees in the file of the page's file input, all of it; null when there is no detector. */
async function look(): Promise<SeenInFile | null> {
	model ??= await ownModel();
	const source = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
	if (model === undefined || source === undefined) return null;
	const probed = await probe(source);
	if (!probed.ok || probed.value.index === undefined) throw new Error(`${source.name} cannot be read`);
	const { facts, index } = probed.value;
	const frames: DetectedFrame[] = [];
	const looked = await analyst.analyse(
		{ source, facts, index, spans: [{ inS: 0, outS: facts.durationS }], model, backend: 'wasm' },
		{ signal: new AbortController().signal, onFrames: (some) => frames.push(...some) },
	);
	if (!looked.ok) throw new Error(JSON.stringify(looked.error));
	return { frames, cutsS: looked.value.cutsS };
}

const trackingBench = { open, run, look };

declare global {
	interface Window {
		trackingBench: typeof trackingBench;
	}
}
window.trackingBench = trackingBench;
