import { DEFAULT_FILM, type FilmSettings } from '#core/film/film';
import { planFilm } from '#core/film/film-plan';
import { ok } from '#core/result';
import { WebCodecsEngine } from '$lib/media/engines/webcodecs/index';
import { probe, type Probed } from '$lib/media/probe/index';

export interface FilmRequest {
	/** Seconds of the open file, in the film's order. */
	readonly spans: readonly (readonly [inS: number, outS: number])[];
	readonly crossfadeS?: number;
	readonly settings: Partial<FilmSettings>;
	/** Sends the output to the bench under this name. */
	readonly keep?: string;
}

export interface FilmAnswer {
	readonly ms: number;
	readonly frames: number;
}

let opened: { readonly file: File } & Probed;
const engine = new WebCodecsEngine();

async function open(): Promise<void> {
	const file = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
	if (file === undefined) throw new Error('no file was picked');
	const probed = await probe(file);
	if (!probed.ok) throw new Error(JSON.stringify(probed.error));
	opened = { file, ...probed.value };
}

/** Makes a film of the open file. The time counts from the plan to the finished file. */
async function make({ spans, crossfadeS = 0, settings, keep }: FilmRequest): Promise<FilmAnswer> {
	const { facts, index, file } = opened;
	const startedMs = performance.now();
	const plan = planFilm({
		items: spans.map(([inS, outS]) => ({ segment: { media: facts.fingerprint, inS, outS, name: '' }, crossfadeS })),
		settings: { ...DEFAULT_FILM, ...settings },
		factsOf: () => facts,
		indexOf: () => index,
		tracks: () => undefined,
		now: new Date(),
		newId: () => crypto.randomUUID(),
	});
	const task = plan.ok ? plan.value.tasks[0] : undefined;
	if (task === undefined) throw new Error('the bench could not plan its film');
	const root = await navigator.storage.getDirectory();
	const handle = await root.getFileHandle('film.mp4', { create: true });
	const made = await engine.run([task], {
		open: () => Promise.resolve(ok(file)),
		frameIndex: () => Promise.resolve(index),
		factsOf: () => facts,
		create: () => Promise.resolve(ok(handle)),
		createFolder: () => Promise.reject(new Error('a film is a file')),
		createSound: () => Promise.reject(new Error('a film is a file')),
		signal: new AbortController().signal,
		onProgress: () => undefined,
	});
	const ms = performance.now() - startedMs;
	if (!made.ok) throw new Error(JSON.stringify(made.error));
	if (keep !== undefined) await fetch(`/kept/${keep}`, { method: 'PUT', body: await handle.getFile() });
	return { ms, frames: made.value[0]?.frames ?? 0 };
}

const filmBench = { open, make };
declare global {
	interface Window {
		filmBench: typeof filmBench;
	}
}
window.filmBench = filmBench;
