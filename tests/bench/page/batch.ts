import type { CropState, ResolvedCrop } from '#core/crop/crop';
import { planExport } from '#core/export/export-plan';
import { DEFAULT_EXPORT_SETTINGS, type ExportSettings } from '#core/export/export-settings';
import type { ExportTask } from '#core/export/export-task';
import { ok } from '#core/result';
import { WebCodecsEngine } from '$lib/media/engines/webcodecs/index';
import { probe, type Probed } from '$lib/media/probe/index';
import type { EngineIo } from '$lib/media/engine';

export interface BatchRequest {
	/** Seconds at which the clips start. */
	readonly startsS: readonly number[];
	readonly durationS: number;
	readonly crop: CropState;
	readonly settings: Partial<ExportSettings>;
	/** All clips in one run, or one run after the other. */
	readonly how: 'together' | 'alone';
	/** Instead of MP4: a folder of WebP pictures and a WAV. */
	readonly pictures?: { readonly quality: number };
	/** Sends the outputs to the bench under these names. */
	readonly keep?: readonly string[];
}

export interface BatchAnswer {
	readonly ms: number;
	readonly bytes: number;
	readonly crop: ResolvedCrop;
	readonly size: { readonly width: number; readonly height: number };
}

let opened: { readonly file: File } & Probed;
const engine = new WebCodecsEngine();

/** Probes the file in the page's file input. */
async function open(): Promise<void> {
	const file = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
	if (file === undefined) throw new Error('no file was picked');
	const probed = await probe(file);
	if (!probed.ok) throw new Error(JSON.stringify(probed.error));
	opened = { file, ...probed.value };
}

async function run(request: BatchRequest): Promise<BatchAnswer> {
	const tasks = tasksOf(request);
	const root = await navigator.storage.getDirectory();
	for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
	const io: EngineIo = {
		open: () => Promise.resolve(ok(opened.file)),
		frameIndex: () => Promise.resolve(opened.index),
		factsOf: () => opened.facts,
		create: async ({ id }) => ok(await root.getFileHandle(id, { create: true })),
		createFolder: async ({ id }) => ok(await root.getDirectoryHandle(id, { create: true })),
		createSound: async ({ id }) => ok(await root.getFileHandle(`${id}.wav`, { create: true })),
		signal: new AbortController().signal,
		onProgress: () => undefined,
	};
	const startedMs = performance.now();
	let bytes = 0;
	for (const group of request.how === 'together' ? [tasks] : tasks.map((task) => [task])) {
		const made = await engine.run(group, io);
		if (!made.ok) throw new Error(JSON.stringify(made.error));
		bytes += made.value.reduce((sum, file) => sum + file.bytes, 0);
	}
	const ms = performance.now() - startedMs;
	for (const [n, name] of (request.keep ?? []).entries()) {
		const body = await (await root.getFileHandle(tasks[n]?.id ?? '')).getFile();
		await fetch(`/kept/${name}`, { method: 'PUT', body });
	}
	const [first] = tasks;
	if (first?.video.kind === undefined || first.video.kind === 'none') throw new Error('the bench makes pictures');
	return { ms, bytes, crop: first.pieces[0]?.crop ?? { x: 0, y: 0, width: 0, height: 0 }, size: first.video.size };
}

function tasksOf({ startsS, durationS, crop, settings, pictures }: BatchRequest): readonly ExportTask[] {
	const { facts, index } = opened;
	const plan = planExport({
		selection: startsS.map((inS, n) => ({
			segment: { media: facts.fingerprint, inS, outS: inS + durationS, name: `clip ${n}` },
			crop,
		})),
		factsOf: () => facts,
		indexOf: () => index,
		settings: { ...DEFAULT_EXPORT_SETTINGS, ...settings },
		now: new Date(),
		newId: () => crypto.randomUUID(),
	});
	if (!plan.ok) throw new Error('the bench could not plan its tasks');
	if (pictures === undefined) return plan.value.tasks;
	return plan.value.tasks.map((task): ExportTask => {
		if (task.video.kind === 'none' || task.video.kind === 'copy') return task;
		const { size, frames, scaling } = task.video;
		return {
			...task,
			container: 'frames',
			video: { kind: 'frames', format: 'webp', quality: pictures.quality, size, frames, scaling, rate: 'source' },
			audio: { kind: 'wav' },
			output: { ...task.output, extension: '' },
		};
	});
}

const batch = { open, run };
declare global {
	interface Window {
		batch: typeof batch;
	}
}
window.batch = batch;
