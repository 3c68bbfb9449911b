import { ALL_FORMATS, BlobSource, Conversion, Input, Mp4OutputFormat, Output, Quality, StreamTarget } from 'mediabunny';
import { encodeSeries, type CameraPath } from '#core/crop/camera-path';
import type { CropTrack } from '#core/crop/crop-track';
import { framesIn } from '#core/time/frame-index';
import { WHOLE_FRAME, type CropState, type ResolvedCrop, type Size } from '#core/crop/crop';
import { planExport } from '#core/export/export-plan';
import { DEFAULT_EXPORT_SETTINGS, type ExportSettings } from '#core/export/export-settings';
import { encodedVideo, type ExportTask } from '#core/export/export-task';
import { ok } from '#core/result';
import type { MediaEngine } from '$lib/media/engine';
import { FfmpegWasmEngine } from '$lib/media/engines/ffmpeg-wasm/index';
import { WebCodecsEngine } from '$lib/media/engines/webcodecs/index';
import { probe, type Probed } from '$lib/media/probe/index';
import './batch.ts';
import './film.ts';
import './open.ts';
import './scrub.ts';
import './strip.ts';
import './timeline.ts';
import './tracking.ts';

export interface ExportRequest {
	readonly inS: number;
	readonly durationS: number;
	readonly crop?: CropState;
	/** The crop's centre rests here (0..1 of the width), pans there in the middle half of the clip, and rests again. */
	readonly pan?: { readonly from: number; readonly to: number };
	readonly settings: Partial<ExportSettings>;
	readonly engine: 'webcodecs' | 'ffmpeg-wasm' | 'conversion';
	/** Sends the output to the bench under this name. */
	readonly keep?: string;
}

export interface ExportAnswer {
	readonly ms: number;
	readonly bytes: number;
	readonly crop: ResolvedCrop;
	readonly size: Size;
}

let opened: { readonly file: File } & Probed;
const engines = { webcodecs: new WebCodecsEngine(), 'ffmpeg-wasm': new FfmpegWasmEngine() };

const bench = {
	/** Probes the file in the page's file input. */
	async open(): Promise<void> {
		const input = document.querySelector<HTMLInputElement>('#file');
		const file = input?.files?.[0];
		if (file === undefined) throw new Error('no file was picked');
		const probed = await probe(file);
		if (!probed.ok) throw new Error(JSON.stringify(probed.error));
		opened = { file, ...probed.value };
	},

	async export(request: ExportRequest): Promise<ExportAnswer> {
		const task = taskOf(request);
		const { engine } = request;
		const [ms, file] = engine === 'conversion' ? await convert(task) : await exportWith(engines[engine], task);
		if (request.keep !== undefined) await fetch(`/kept/${request.keep}`, { method: 'PUT', body: file });
		const size = task.video.kind === 'none' ? { width: 0, height: 0 } : task.video.size;
		const crop = task.pieces[0]?.crop ?? { x: 0, y: 0, width: 0, height: 0 };
		return { ms, bytes: file.size, crop, size };
	},

	usedMemory,
};

interface MemoryMeasurement {
	readonly bytes: number;
}

/** Bytes of the page and its workers, as Chromium counts them: scripts' heaps, buffers and what they hold. */
async function usedMemory(): Promise<number> {
	const measuring = performance as Performance & { measureUserAgentSpecificMemory(): Promise<MemoryMeasurement> };
	return (await measuring.measureUserAgentSpecificMemory()).bytes;
}

function taskOf({ inS, durationS, crop = WHOLE_FRAME, pan, settings }: ExportRequest): ExportTask {
	const { facts, index } = opened;
	const track = pan === undefined ? undefined : panTrack(crop, pan, { inS, outS: inS + durationS });
	const plan = planExport({
		selection: [
			{
				segment: { media: facts.fingerprint, inS, outS: inS + durationS, name: 'bench' },
				crop,
				...(track !== undefined && { track }),
			},
		],
		factsOf: () => facts,
		indexOf: () => index,
		settings: { ...DEFAULT_EXPORT_SETTINGS, ...settings },
		now: new Date(),
		newId: () => crypto.randomUUID(),
	});
	const task = plan.ok ? plan.value.tasks[0] : undefined;
	if (task === undefined) throw new Error('the bench could not plan its task');
	return task;
}

function panTrack(
	base: CropState,
	{ from, to }: { readonly from: number; readonly to: number },
	{ inS, outS }: { readonly inS: number; readonly outS: number },
): CropTrack {
	const frames = opened.index === undefined ? 0 : framesIn(opened.index, inS, outS);
	const x = Float64Array.from({ length: frames }, (_, n) => {
		const share = Math.min(1, Math.max(0, (2 * n) / frames - 0.5));
		return from + (to - from) * share * share * (3 - 2 * share);
	});
	const y = x.map(() => 0.5);
	const path: CameraPath = {
		...{ id: 'bench', inS, outS, style: 'steady', labels: [], picks: [], fixes: [] },
		...{ x: encodeSeries(x), y: encodeSeries(y) },
	};
	return { base, keyframes: [], interpolation: 'step', paths: [path] };
}

async function newFile(name = 'bench.mp4'): Promise<FileSystemFileHandle> {
	return (await navigator.storage.getDirectory()).getFileHandle(name, { create: true });
}

async function newFolder(name = 'bench-pictures'): Promise<FileSystemDirectoryHandle> {
	const root = await navigator.storage.getDirectory();
	await root.removeEntry(name, { recursive: true }).catch(() => undefined);
	return root.getDirectoryHandle(name, { create: true });
}

async function exportWith(engine: MediaEngine, task: ExportTask): Promise<[number, File]> {
	const handle = await newFile();
	const startedMs = performance.now();
	const result = await engine.run([task], {
		open: () => Promise.resolve(ok(opened.file)),
		frameIndex: () => Promise.resolve(opened.index),
		factsOf: () => opened.facts,
		create: () => Promise.resolve(ok(handle)),
		createFolder: async () => ok(await newFolder()),
		createSound: async () => ok(await newFile('bench.wav')),
		signal: new AbortController().signal,
		onProgress: () => undefined,
	});
	const ms = performance.now() - startedMs;
	if (!result.ok) throw new Error(JSON.stringify(result.error));
	return [ms, await handle.getFile()];
}

/** The peer: mediabunny's own conversion with crop and resize, the same bitrates, no sound encoder needed beforehand. */
async function convert(task: ExportTask): Promise<[number, File]> {
	const video = encodedVideo(task);
	if (video === undefined || !('bitrate' in video.quality) || task.audio.kind !== 'encode') {
		throw new Error('the conversion is compared at a bitrate, with sound');
	}
	const { registerAacEncoder } = await import('@mediabunny/aac-encoder');
	registerAacEncoder();
	const [piece] = task.pieces;
	if (piece === undefined) throw new Error('the task has no piece');
	const handle = await newFile();
	const startedMs = performance.now();
	const output = new Output({
		format: new Mp4OutputFormat(),
		target: new StreamTarget(await handle.createWritable(), { chunked: true }),
	});
	const input = new Input({ source: new BlobSource(opened.file), formats: ALL_FORMATS });
	const { x, y, width, height } = piece.crop;
	const conversion = await Conversion.init({
		input,
		output,
		trim: { start: piece.inS, end: piece.outS },
		video: {
			crop: { left: x, top: y, width, height },
			width: video.size.width,
			height: video.size.height,
			fit: 'fill',
			codec: 'avc',
			quality: new Quality({ bitrate: video.quality.bitrate }),
			forceTranscode: true,
		},
		audio: { codec: 'aac', quality: new Quality({ bitrate: task.audio.bitrate }), forceTranscode: true },
	});
	await conversion.execute();
	input.dispose();
	return [performance.now() - startedMs, await handle.getFile()];
}

declare global {
	interface Window {
		bench: typeof bench;
	}
}
window.bench = bench;
