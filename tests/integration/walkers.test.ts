import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { DetectedFrame } from '../../src/lib/core/tracking/detection.ts';
import { Detector } from '../../src/lib/vision/detector.ts';
import { shapeFor } from '../../src/lib/vision/picture-fit.ts';
import { openInNode } from '../../src/lib/vision/test-onnx.ts';
import { prepareModels } from '../../scripts/models/prepare-models.ts';
import { ffmpegPipe, keepEveryFrame } from '../fixtures/ffmpeg.ts';
import { judgeWalkers } from '../fixtures/walkers/judge.ts';
import { walkersFilm } from '../fixtures/walkers/make-film.ts';
import { FILM, FPS, SHORT } from '../fixtures/walkers/scenes.ts';

const folder = fileURLToPath(new URL('../../static/models/', import.meta.url));
const { manifest } = await prepareModels({ folder });
const coco = manifest.models.find(({ id }) => id === 'coco-ssd');
const film = await walkersFilm(SHORT);
if ('missing' in film) console.warn(`Skipped: ${film.missing}`);
if (coco === undefined) console.warn('Skipped: the detector could not be prepared');

const EVERY = 5;

/** What the app's detector sees in every fifth frame. */
async function look(file: string): Promise<readonly DetectedFrame[]> {
	if (coco === undefined) return [];
	const bytes = await readFile(join(folder, coco.file));
	const detector = await Detector.open({
		...{ model: coco, bytes, wish: 'wasm', open: openInNode },
		hasGpu: () => Promise.resolve(false),
	});
	try {
		const { width, height } = coco.input;
		const pieces: Buffer[] = [];
		const filters = `select='not(mod(n,${EVERY}))',scale=${width}:${height}:flags=area`;
		const args = ['-i', file, '-vf', filters, ...(await keepEveryFrame()), '-f', 'rawvideo', '-pix_fmt', 'rgba'];
		await ffmpegPipe(args, (piece) => pieces.push(piece));
		const pictures = Buffer.concat(pieces);
		const frames: DetectedFrame[] = [];
		for (let n = 0; (n + 1) * 4 * width * height <= pictures.length; n += 1) {
			const rgba = new Uint8ClampedArray(pictures.subarray(n * 4 * width * height, (n + 1) * 4 * width * height));
			const detections = await detector.detect({ width, height, rgba }, shapeFor(coco.input, FILM), { inferenceMs: 0 });
			frames.push({ atS: (n * EVERY) / FPS, detections });
		}
		return frames;
	} finally {
		await detector.release();
	}
}

test.skipIf('missing' in film || coco === undefined)(
	'a real person who walks across is one track and stays wholly in the crop',
	async () => {
		if ('missing' in film) return;
		const frames = await look(film.file);
		expect(frames).toHaveLength((SHORT.seconds * FPS) / EVERY);
		const verdict = judgeWalkers(SHORT, film, { frames, cutsS: [] });
		expect(verdict.switches).toBe(0);
		expect(verdict.insideShare).toBeGreaterThanOrEqual(0.97);
		expect(verdict.tracked).toBeGreaterThan(0.9);
	},
	120_000,
);
