import { AudioSampleSink, BlobSource, ALL_FORMATS, Input, VideoSampleSink } from 'mediabunny';
import { WHOLE_FRAME, type CropState } from '#core/crop/crop';
import { planExport } from '#core/export/export-plan';
import { DEFAULT_EXPORT_SETTINGS, type ExportSettings } from '#core/export/export-settings';
import type { ExportTask } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import { ok, type Result } from '#core/result';
import { commands } from 'vitest/browser';
import type { EngineIo, EngineProgress, MadeFile, MediaEngine } from '$lib/media/engine';
import type { MediaBytes } from '$lib/media/media-bytes';
import { probe } from '$lib/media/probe/index';
import { readBar, readCentre, type SourceCrop } from '../fixtures/read-bar.ts';

/** A test file as the library knows it. */
export interface Media {
	readonly file: File;
	readonly facts: MediaFacts;
	readonly index: FrameIndex | undefined;
}

/** The same, wherever it is read from. */
export type Source = Omit<Media, 'file'> & { readonly file: MediaBytes };

/** A made test file, probed; `undefined` where this machine's ffmpeg could not make it. */
export async function loadMedia(name: string): Promise<Media> {
	const file = new File([await bytesOf(name)], name);
	const probed = await probe(file);
	if (!probed.ok) throw new Error(`${name}: ${JSON.stringify(probed.error)}`);
	return { file, ...probed.value };
}

async function bytesOf(name: string): Promise<BlobPart> {
	// The development server takes MPEG-TS for TypeScript: such a file is read by the test runner instead.
	if (name.endsWith('.ts')) {
		const base64 = await commands.readFile(`tests/fixtures/made/${name}`, 'base64');
		return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
	}
	const response = await fetch(`/tests/fixtures/made/${name}`);
	if (!response.ok) throw new Error(`${name} is not made: ${response.status}`);
	return response.blob();
}

export interface Span {
	readonly inS: number;
	readonly outS: number;
	readonly crop?: CropState;
}

/** The task that the app would plan for one span of `media`. */
export function taskOf(
	media: Source,
	{ inS, outS, crop = WHOLE_FRAME }: Span,
	settings: Partial<ExportSettings> = {},
): ExportTask {
	const plan = planExport({
		selection: [{ segment: { media: media.facts.fingerprint, inS, outS, name: '' }, crop }],
		factsOf: () => media.facts,
		indexOf: () => media.index,
		settings: { ...DEFAULT_EXPORT_SETTINGS, ...settings },
		now: new Date(0),
		newId: () => crypto.randomUUID(),
	});
	if (!plan.ok) throw new Error(plan.error.map(({ text }) => text).join(' '));
	return plan.value.tasks[0]!;
}

export const PORTRAIT: CropState = { ...WHOLE_FRAME, ratio: { width: 9, height: 16 } };

/** Runs `task` and gives the finished file. */
export async function exportTask(
	engine: MediaEngine,
	task: ExportTask,
	media: readonly Source[],
	options: {
		readonly signal?: AbortSignal;
		readonly onProgress?: (progress: EngineProgress) => void;
		readonly name?: string;
	} = {},
): Promise<Result<{ file: File; made: MadeFile }, Failure>> {
	const root = await navigator.storage.getDirectory();
	const handle = await root.getFileHandle(options.name ?? `${crypto.randomUUID()}.tmp`, { create: true });
	const find = (fingerprint: string): Source => media.find(({ facts }) => facts.fingerprint === fingerprint)!;
	const io: EngineIo = {
		open: (fingerprint) => Promise.resolve(ok(find(fingerprint).file)),
		frameIndex: (fingerprint) => Promise.resolve(find(fingerprint).index),
		factsOf: (fingerprint) => find(fingerprint).facts,
		create: () => Promise.resolve(ok(handle)),
		createFolder: () => root.getDirectoryHandle(`${crypto.randomUUID()}.tmp`, { create: true }).then(ok),
		createSound: () => root.getFileHandle(`${crypto.randomUUID()}.wav.tmp`, { create: true }).then(ok),
		signal: options.signal ?? new AbortController().signal,
		onProgress: options.onProgress ?? (() => undefined),
	};
	const result = await engine.run([task], io);
	if (!result.ok) return result;
	return ok({ file: await handle.getFile(), made: result.value[0]! });
}

export interface SeenFrame {
	/** Read from the bar; null when it cannot be read. */
	readonly number: number | null;
	readonly atS: number;
}

/** Every frame of a finished file with the number its bar shows. `crop` is the part of the source that it shows. */
export async function seenFrames(file: Blob, crop?: SourceCrop): Promise<readonly SeenFrame[]> {
	using input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
	const track = (await input.getPrimaryVideoTrack())!;
	const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
	const canvas = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
	const seen: SeenFrame[] = [];
	for await (const sample of new VideoSampleSink(track).samples()) {
		sample.draw(canvas, 0, 0, width, height);
		const { data } = canvas.getImageData(0, 0, width, height);
		seen.push({ number: readBar({ data, width, height, channels: 4 }, crop), atS: sample.timestamp });
		sample.close();
	}
	return seen;
}

/** Where in the source the middle of the first picture is taken from, each axis 0..1, told from colour. */
export async function seenCentre(file: Blob): Promise<{ x: number; y: number }> {
	using input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
	const track = (await input.getPrimaryVideoTrack())!;
	const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
	const canvas = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
	const sample = (await new VideoSampleSink(track).getSample(await track.getFirstTimestamp()))!;
	sample.draw(canvas, 0, 0, width, height);
	sample.close();
	const { data } = canvas.getImageData(0, 0, width, height);
	return readCentre({ data, width, height, channels: 4 });
}

/** Sound of a finished file from 0 on, first channel. */
export async function heardSound(file: Blob): Promise<{ readonly rateHz: number; readonly samples: Float32Array }> {
	using input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
	const track = (await input.getPrimaryAudioTrack())!;
	const rateHz = await track.getSampleRate();
	const samples = new Float32Array(Math.ceil((await track.computeDuration()) * rateHz) + rateHz);
	for await (const sample of new AudioSampleSink(track).samples()) {
		const plane = new Float32Array(sample.numberOfFrames);
		sample.copyTo(plane, { planeIndex: 0, format: 'f32-planar' });
		const at = Math.round(sample.timestamp * rateHz);
		for (let i = Math.max(0, -at); i < plane.length; i += 1) samples[at + i] = plane[i]!;
		sample.close();
	}
	return { rateHz, samples };
}

/** When clicks start, in seconds: the first loud sample after a quiet stretch. */
export async function heardClicks(file: Blob): Promise<readonly number[]> {
	const { rateHz, samples } = await heardSound(file);
	const clicks: number[] = [];
	let loudAt = -Infinity;
	for (let i = 0; i < samples.length; i += 1) {
		if (Math.abs(samples[i]!) < 0.2) continue;
		if (i - loudAt > rateHz / 4) clicks.push(i / rateHz);
		loudAt = i;
	}
	return clicks;
}
