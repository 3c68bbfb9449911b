import { ALL_FORMATS, BlobSource, Input, VideoSampleSink } from 'mediabunny';
import type { ExportTask } from '#core/export/export-task';
import { pieceFrames } from '#core/film/film-timeline';
import { constantRateFrames } from '#core/time/frame-index';
import { toNumber } from '#core/time/rational';
import { readBar, type Pixels } from '../fixtures/read-bar.ts';
import type { Media } from './trial.ts';

/** Every picture of a finished film in grey, with its time. */
export async function pictures(file: Blob): Promise<readonly (Pixels & { readonly atS: number })[]> {
	using input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
	const track = (await input.getPrimaryVideoTrack())!;
	const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
	const canvas = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
	const all: (Pixels & { readonly atS: number })[] = [];
	for await (const sample of new VideoSampleSink(track).samples()) {
		sample.draw(canvas, 0, 0, width, height);
		all.push({
			data: grey(canvas.getImageData(0, 0, width, height).data),
			width,
			height,
			channels: 1,
			atS: sample.timestamp,
		});
		sample.close();
	}
	return all;
}

function grey(data: Uint8ClampedArray): Uint8Array {
	const luma = new Uint8Array(data.length / 4);
	for (let i = 0; i < luma.length; i += 1) {
		luma[i] = 0.2126 * data[4 * i]! + 0.7152 * data[4 * i + 1]! + 0.0722 * data[4 * i + 2]! + 0.5;
	}
	return luma;
}

interface Box {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

export function cutOut({ data, width }: Pixels, { x, y, width: across, height }: Box): Pixels {
	const cut = new Uint8Array(across * height);
	for (let row = 0; row < height; row += 1) {
		cut.set(data.subarray((y + row) * width + x, (y + row) * width + x + across), row * across);
	}
	return { data: cut, width: across, height, channels: 1 };
}

/** For each piece, which frames of the film are its own, what number they must show, and what is read inside its place. */
export function readFilm(task: ExportTask, files: readonly Media[], seen: readonly Pixels[]) {
	const { video } = task;
	if (video.kind === 'none' || video.kind === 'copy' || video.rate === 'source') throw new Error('this is no film');
	const { rate } = video;
	const held = pieceFrames(task, toNumber(rate), video.frames);
	return task.pieces.map((piece, p) => {
		const { facts, index } = files.find((file) => file.facts.fingerprint === piece.media)!;
		const { first, end, shared } = held[p]!;
		const after = held[p + 1]?.shared ?? 0;
		const shown = [...constantRateFrames(index!, piece, rate, end - first)];
		const frame = { width: facts.video!.width, height: facts.video!.height };
		const own = seen.slice(first + shared, end - after);
		return {
			first,
			end,
			shared,
			expected: shown.slice(shared, shown.length - after),
			read: own.map((picture) =>
				readBar(piece.place === undefined ? picture : cutOut(picture, piece.place), { ...piece.crop, frame }),
			),
		};
	});
}

/** Mean luma of the part `box` of a picture. */
export function meanOf(picture: Pixels, box: Box): number {
	const { data } = cutOut(picture, box);
	let sum = 0;
	for (const value of data) sum += value;
	return sum / data.length;
}

/** How far `seen` is from `share` of `over` on `under`, in grey levels on average. */
export function mixError(seen: Pixels, under: Pixels, over: Pixels, share: number): number {
	let sum = 0;
	for (let i = 0; i < seen.data.length; i += 1) {
		sum += Math.abs(seen.data[i]! - (under.data[i]! * (1 - share) + over.data[i]! * share));
	}
	return sum / seen.data.length;
}
