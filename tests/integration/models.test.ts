import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { InferenceSession, Tensor, env } from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { convertGraphModel } from '../../scripts/models/convert/convert-graph-model.ts';
import { readGraphModel } from '../../scripts/models/convert/read-graph-model.ts';
import { prepareModels } from '../../scripts/models/prepare-models.ts';
import { recipes } from '../../scripts/models/recipes.ts';
import type { ModelEntry } from '../../src/lib/core/vision/model-manifest.ts';
import { photographOfPeople, unlessOffline } from '../fixtures/photograph.ts';

env.wasm.numThreads = 1;

const folder = fileURLToPath(new URL('../../static/models/', import.meta.url));
const { manifest } = await prepareModels({ folder });
const cocoSsd = recipes[0]!;
const [coco, , faces] = ['coco-ssd', 'blazeface-front', 'blazeface-back'].map((id) =>
	manifest.models.find((model) => model.id === id),
);
const cocoPackage = await unlessOffline(cocoSsd.pin);
const photographs = await photographOfPeople();

type Box = readonly [top: number, left: number, bottom: number, right: number];
interface Found {
	readonly score: number;
	readonly box: Box;
}

/*
 * What TensorFlow.js gives for the package's own model.json: tfjs-core, -converter and -backend-cpu 4.22.0, a value for
 * `Preprocessor/sub` handed to executeAsync, `Postprocessor/Slice` and `Postprocessor/ExpandDims_1` read. Noted once, in November
 * 2026: for `noise` by place in the output (the highest scores, and some spread over all), for the photograph after dropping
 * boxes that overlap a better one by half.
 */
const NOISE_SCORES: readonly (readonly [at: number, score: number])[] = [
	...([
		[167646, 0.03617657],
		[96930, 0.02798408],
		[270, 0.02666216],
		[169650, 0.02549461],
		[1080, 0.02519962],
	] as const),
	...([
		[810, 0.02345148],
		[1350, 0.02274759],
		[2160, 0.02236455],
		[540, 0.02235603],
		[97200, 0.02166738],
	] as const),
	...([
		[37, 0.004354031],
		[14438, 0.0002410854],
		[28839, 0.0000302962],
		[43240, 0.000003704807],
	] as const),
	...([
		[57641, 0.00004601637],
		[72042, 0.001459228],
		[115245, 0.00001088324],
		[158448, 0.0001550356],
	] as const),
];
const NOISE_BOXES: readonly (readonly [at: number, box: Box])[] = [
	[0, [0.007661818, -0.002023283, 0.04511243, 0.02874153]],
	[173, [-0.01393059, 0.006898692, 0.4418829, 0.05806736]],
	[519, [0.496539, 0.1307801, 0.5211548, 0.1491592]],
	[865, [0.7546332, 0.02077155, 0.8894059, 0.3420615]],
	[1211, [0.02698068, 0.009114176, 0.5015436, 0.2677463]],
	[1557, [0.5808477, 0.7917506, 0.9727735, 1.038468]],
	[1730, [-0.003818929, 0.04255739, 0.6355603, 0.9660485]],
	[1903, [0.03030616, 0.01441114, 0.9991087, 0.4991806]],
];
const PHOTOGRAPH_PEOPLE: readonly Found[] = [
	{ score: 0.6318, box: [0.229, 0.0671, 0.9996, 0.4125] },
	{ score: 0.6226, box: [0.0768, 0.7068, 0.9968, 0.9693] },
	{ score: 0.5455, box: [0.099, 0.5252, 0.9876, 0.7867] },
	{ score: 0.5319, box: [0.1378, 0.3001, 1.0045, 0.5487] },
];

/** Bytes 0 to 255 of a seeded generator (mulberry32, seed 7), as a picture of noise. */
function noise(): Float32Array {
	let state = 7;
	return Float32Array.from({ length: 300 * 300 * 3 }, () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		const part = ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
		return Math.floor(part * 256) / 127.5 - 1;
	});
}

type Outputs = Readonly<Record<string, { readonly dims: readonly number[]; readonly data: Float32Array }>>;

/** Runs `file` on `values` and gives its outputs by name. */
async function run(file: Uint8Array, { input }: ModelEntry, values: Float32Array): Promise<Outputs> {
	const session = await InferenceSession.create(file, { logSeverityLevel: 3 });
	try {
		expect(session.inputNames).toEqual([input.name]);
		const results = await session.run({
			[input.name]: new Tensor('float32', values, [1, input.height, input.width, 3]),
		});
		return Object.fromEntries(
			Object.entries(results).map(([name, { dims, data }]) => [name, { dims, data: data as Float32Array }]),
		);
	} finally {
		await session.release();
	}
}

/** The photograph as the manifest says a model wants it. `fit` is ffmpeg's for it. */
async function photograph(jpeg: Uint8Array, { input }: ModelEntry, fit: string): Promise<Float32Array> {
	const place = await mkdtemp(join(tmpdir(), 'octocut-photograph-'));
	try {
		const path = join(place, 'photograph.jpg');
		await writeFile(path, jpeg);
		const args = ['-v', 'error', '-i', path, '-vf', fit, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
		const { stdout } = await promisify(execFile)('ffmpeg', args, { encoding: 'buffer', maxBuffer: 2 ** 24 });
		return Float32Array.from(stdout, (value, at) => (value - input.mean[at % 3]!) / input.deviation[at % 3]!);
	} finally {
		await rm(place, { recursive: true });
	}
}

function overlap(a: Box, b: Box): number {
	const area = ([top, left, bottom, right]: Box): number => Math.max(0, bottom - top) * Math.max(0, right - left);
	const shared = area([Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])]);
	return shared / (area(a) + area(b) - shared);
}

/** The best first, without those that overlap a better one by more than half. */
function best(all: readonly Found[], least: number): readonly Found[] {
	const kept: Found[] = [];
	for (const one of all.filter(({ score }) => score > least).sort((a, b) => b.score - a.score)) {
		if (!kept.some(({ box }) => overlap(box, one.box) > 0.5)) kept.push(one);
	}
	return kept;
}

/** Decoded as the manifest's head says. */
function people({ head }: ModelEntry, outputs: Outputs): readonly Found[] {
	if (head.kind !== 'ssd-decoded') throw new TypeError(head.kind);
	const [scores, boxes] = [outputs[head.scores]!, outputs[head.boxes]!];
	expect([scores.dims, boxes.dims]).toEqual([
		[1, head.boxCount, 90],
		[1, head.boxCount, 1, 4],
	]);
	return Array.from({ length: head.boxCount }, (_, at) => ({
		score: scores.data[at * 90 + 1 - head.firstClass]!,
		box: [...boxes.data.subarray(at * 4, at * 4 + 4)] as unknown as Box,
	}));
}

function anchoredFaces({ head }: ModelEntry, outputs: Outputs): readonly Found[] {
	if (head.kind !== 'ssd-anchors') throw new TypeError(head.kind);
	const wide = 4 + 2 * head.keypoints.length;
	return head.grids.flatMap((grid) => {
		const [scores, boxes] = [outputs[grid.scores]!, outputs[grid.boxes]!];
		const count = grid.rows * grid.columns * grid.anchors;
		expect([scores.dims, boxes.dims]).toEqual([
			[1, count, 1],
			[1, count, wide],
		]);
		return Array.from({ length: count }, (_, at): Found => {
			const cell = Math.floor(at / grid.anchors);
			const numbers = [...boxes.data.subarray(at * wide, at * wide + 4)].map((value) => value / head.scale);
			const [x = 0, y = 0, width = 0, height = 0] = numbers;
			const [centreX, centreY] = [
				((cell % grid.columns) + 0.5) / grid.columns + x,
				(Math.floor(cell / grid.columns) + 0.5) / grid.rows + y,
			];
			const logit = Math.max(-head.scoreLimit, Math.min(head.scoreLimit, scores.data[at]!));
			const box: Box = [centreY - height / 2, centreX - width / 2, centreY + height / 2, centreX + width / 2];
			return { score: 1 / (1 + Math.exp(-logit)), box };
		});
	});
}

describe.skipIf(!cocoPackage)('the detector, converted with weights in single precision', () => {
	test('gives what TensorFlow.js gives, to 5 millionths', async () => {
		const path = cocoSsd.entry.source.path;
		const json = Buffer.from(cocoPackage!(path)).toString();
		const model = readGraphModel('coco-ssd', json, (name) => cocoPackage!(path.replace('model.json', name)));
		if (cocoSsd.making.how !== 'convert') throw new TypeError(cocoSsd.making.how);
		const file = convertGraphModel(model, { ...cocoSsd.making.plan, precision: 'fp32' });
		const outputs = await run(file, cocoSsd.entry, noise());
		const [scores, boxes] = [outputs['Postprocessor_Slice']!.data, outputs['Postprocessor_ExpandDims_1']!.data];
		for (const [at, score] of NOISE_SCORES) expect(Math.abs(scores[at]! - score)).toBeLessThan(5e-6);
		for (const [at, box] of NOISE_BOXES) {
			for (const [side, value] of box.entries()) expect(Math.abs(boxes[at * 4 + side]! - value)).toBeLessThan(5e-6);
		}
	});
});

describe.skipIf(!coco)('the detector as it is served', () => {
	test('gives nearly what TensorFlow.js gives: scores to 0.002, boxes to 0.005', async () => {
		const outputs = await run(await readFile(join(folder, coco!.file)), coco!, noise());
		const [scores, boxes] = [outputs['Postprocessor_Slice']!.data, outputs['Postprocessor_ExpandDims_1']!.data];
		for (const [at, score] of NOISE_SCORES) expect(Math.abs(scores[at]! - score)).toBeLessThan(2e-3);
		for (const [at, box] of NOISE_BOXES) {
			for (const [side, value] of box.entries()) expect(Math.abs(boxes[at * 4 + side]! - value)).toBeLessThan(5e-3);
		}
	});

	test.skipIf(!photographs)('finds the people of a photograph where TensorFlow.js finds them', async () => {
		const values = await photograph(photographs!, coco!, 'scale=300:300:flags=bicubic');
		const outputs = await run(await readFile(join(folder, coco!.file)), coco!, values);
		const found = best(people(coco!, outputs), 0.4);
		expect(found).toHaveLength(PHOTOGRAPH_PEOPLE.length);
		for (const [at, { score, box }] of PHOTOGRAPH_PEOPLE.entries()) {
			// Decoders of JPEG and scalers differ by a little from version to version.
			expect(found[at]!.score).toBeCloseTo(score, 1);
			expect(overlap(found[at]!.box, box)).toBeGreaterThan(0.97);
		}
	});
});

test.skipIf(!faces || !photographs)('the face detector finds one face in the upper third of each person', async () => {
	const fit = 'scale=256:256:force_original_aspect_ratio=decrease,pad=256:256:(ow-iw)/2:(oh-ih)/2';
	const values = await photograph(photographs!, faces!, fit);
	const outputs = await run(await readFile(join(folder, faces!.file)), faces!, values);
	const found = best(anchoredFaces(faces!, outputs), 0.75);
	expect(found).toHaveLength(PHOTOGRAPH_PEOPLE.length);
	// The photograph is 1920 × 1537: above and below it are bars.
	const height = 1537 / 1920;
	const inPicture = (y: number): number => (y - (1 - height) / 2) / height;
	for (const { box } of PHOTOGRAPH_PEOPLE) {
		const own = found.filter(({ box: face }) => {
			const [x, y] = [(face[1] + face[3]) / 2, inPicture((face[0] + face[2]) / 2)];
			return x > box[1] && x < box[3] && y > box[0] && y < box[0] + (box[2] - box[0]) / 3;
		});
		expect(own.length).toBeGreaterThanOrEqual(1);
	}
});
