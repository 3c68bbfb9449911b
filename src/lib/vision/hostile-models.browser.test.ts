import onnxProto from 'onnx-proto';
import { afterAll, describe, expect, test } from 'vitest';
import type { DetectedFrame } from '#core/tracking/detection';
import type { ModelHead } from '#core/vision/model-manifest';
import type { TestFile } from '../media/player/test-player.ts';
import { drawPlace, makeFilm } from './test-film.ts';
import { fixedAnswer, onnxFile, onnxOf } from './test-onnx-file.ts';
import { VideoAnalyst, type ModelSource } from './video-analyst.ts';

const { onnx } = onnxProto;
const { FLOAT, INT64, BOOL } = onnx.TensorProto.DataType;

/* Models that a person may bring, in the real runtime. */

const analyst = new VideoAnalyst();
afterAll(() => analyst.close());

const images = { images: [1, 3, 64, 64] };
const file = (bytes: Uint8Array<ArrayBuffer>, name = 'mine.onnx'): File => new File([bytes], name);
const listed = (...rows: readonly (readonly number[])[]) => ({
	output: { dims: [1, rows.length, 6], data: Float32Array.from(rows.flat()) },
});
const inspected = (bytes: Uint8Array<ArrayBuffer>) => analyst.inspect(file(bytes));
const refused = (detail: string) => ({
	...{
		ok: false,
		error: { kind: 'model-refused', subject: 'mine.onnx', detail: expect.stringContaining(detail) as string },
	},
});
const sane = fixedAnswer(images, listed([8, 8, 24, 56, 0.9, 0]));

const modelOf = (
	bytes: Uint8Array<ArrayBuffer>,
	head: ModelHead = { kind: 'end-to-end', output: 'output' },
): ModelSource => ({
	model: {
		...{ title: 'Mine', head, classes: [{ id: 0, name: 'person' }] },
		input: {
			...{ name: 'images', width: 64, height: 64, layout: 'nchw', channels: 'rgb', fit: 'stretch' },
			...{ mean: [0, 0, 0], deviation: [255, 255, 255] },
		},
	},
	at: file(bytes),
});
let film: Promise<TestFile> | undefined;
async function look(model: ModelSource, signal = new AbortController().signal, onProgress?: () => void) {
	film ??= makeFilm({ name: 'place.mp4', frames: 12, draw: (context) => drawPlace(context, 'outside') });
	const { file: source, facts, index } = await film;
	const frames: DetectedFrame[] = [];
	const looked = await analyst.analyse(
		{ source, facts, index, spans: [{ inS: 0, outS: 1 }], model, backend: 'wasm' },
		{ signal, onFrames: (some) => frames.push(...some), ...(onProgress && { onProgress }) },
	);
	return { looked, detections: frames.flatMap(({ detections }) => detections) };
}

describe('looked into', () => {
	test('weights that stand in another file are told by its name', async () => {
		const external = onnxOf(
			{ inputs: images, outputs: { output: [1, 300, 6] } },
			{
				initializer: [
					{
						...{
							name: 'numbers',
							dims: [1, 300, 6],
							dataType: FLOAT,
							dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
						},
						externalData: [{ key: 'location', value: 'mine.onnx.data' }],
					},
				],
				node: [{ opType: 'Identity', input: ['numbers'], output: ['output'] }],
			},
		);
		expect(await inspected(external)).toEqual(refused('its weights are in another file, “mine.onnx.data”'));
	});

	test.each([0.03, 0.2, 0.5, 0.9, 0.999])('cut off after %f of it, it is refused', async (share) => {
		const cut = sane.slice(0, Math.max(2, Math.floor(sane.length * share)));
		expect(await inspected(cut)).toMatchObject({ ok: false, error: { kind: 'model-refused' } });
	});

	test('pictures four at a time are refused', async () => {
		const four = fixedAnswer(
			{ images: [4, 3, 64, 64] },
			{ output: { dims: [4, 84, 6], data: new Float32Array(2016) } },
		);
		expect(await inspected(four)).toMatchObject({ ok: false, error: { kind: 'model-refused' } });
	});

	test('what asks for more memory than there is says so, and the next one is opened', async () => {
		const greedy = onnxFile({ inputs: images, outputs: { output: [1, 1_200_000_000] } });
		expect(await inspected(greedy)).toMatchObject({
			ok: false,
			error: { kind: 'out-of-memory', subject: 'mine.onnx' },
		});
		expect(await inspected(sane)).toMatchObject({ ok: true });
	});

	test('pictures that no page has memory for are refused', async () => {
		const vast = fixedAnswer({ images: [1, 3, 60_000, 60_000] }, listed([0, 0, 8, 8, 0.9, 0]));
		expect(await inspected(vast)).toEqual(refused('“images” has a side of 60000 pixels, and 2048 are the most'));
	});

	test('any size, and an answer that depends on the picture, are taken', async () => {
		const open = fixedAnswer({ images: ['batch', 3, 'height', 'width'] }, listed([8, 8, 24, 56, 0.9, 0]));
		expect(await inspected(open)).toMatchObject({ ok: true, value: { model: { input: { width: 640, height: 640 } } } });
		expect(await inspected(fixedAnswer(images, listed()))).toMatchObject({ ok: true });
	});
});

describe('used', () => {
	test('what is no box is seen by nobody, what is one is', async () => {
		const numbers = [
			[NaN, 8, 24, 56, 0.9, 0],
			[8, 8, Infinity, 56, 0.9, 0],
			[24, 56, 8, 8, 0.9, 0],
			[8, 8, 24, 56, NaN, 0],
			[8, 8, 24, 56, 0.9, NaN],
			[200, 8, 240, 56, 0.9, 0],
			[-40, 8, -8, 56, 0.9, 0],
		];
		const { looked, detections } = await look(modelOf(fixedAnswer(images, listed(...numbers, [8, 8, 24, 56, 0.8, 0]))));
		expect(looked).toMatchObject({ ok: true, value: { unreadable: 0 } });
		expect(detections.length).toBe(looked.ok ? looked.value.frames : NaN);
		for (const { box, score } of detections) {
			expect(score).toBeCloseTo(0.8);
			expect(box).toEqual({ x: 0.125, y: 0.125, width: 0.25, height: 0.75 });
		}
	});

	test('no row at all is nobody', async () => {
		const { looked, detections } = await look(modelOf(fixedAnswer(images, listed())));
		expect([looked.ok, detections]).toEqual([true, []]);
	});

	test('an answer without what its description names is refused', async () => {
		const { looked } = await look(modelOf(sane, { kind: 'detr', logits: 'output', boxes: 'boxes', classCount: 1 }));
		expect(looked).toMatchObject({ ok: false, error: { kind: 'model-refused', detail: 'the model gives no “boxes”' } });
	});

	test('one that never comes to an end is left by a cancel, and the next film is looked at', async () => {
		const endless = onnxOf(
			{ inputs: images, outputs: { output: [1, 1, 6] } },
			{
				initializer: [
					{ name: 'often', dims: [], dataType: INT64, int64Data: [2 ** 52] },
					{ name: 'on', dims: [], dataType: BOOL, int32Data: [1] },
					{ name: 'start', dims: [1, 1, 6], dataType: FLOAT, floatData: [0, 0, 0, 0, 0, 0] },
				],
				node: [
					{
						...{ opType: 'Loop', input: ['often', 'on', 'start'], output: ['output'] },
						attribute: [
							{
								...{ name: 'body', type: onnx.AttributeProto.AttributeType.GRAPH },
								g: {
									name: 'body',
									input: [
										{ name: 'n', type: { tensorType: { elemType: INT64, shape: { dim: [] } } } },
										{ name: 'go', type: { tensorType: { elemType: BOOL, shape: { dim: [] } } } },
										{ name: 'before', type: { tensorType: { elemType: FLOAT } } },
									],
									node: [
										{ opType: 'Identity', input: ['go'], output: ['goes'] },
										{ opType: 'Add', input: ['before', 'before'], output: ['after'] },
									],
									output: [
										{ name: 'goes', type: { tensorType: { elemType: BOOL, shape: { dim: [] } } } },
										{ name: 'after', type: { tensorType: { elemType: FLOAT } } },
									],
								},
							},
						],
					},
				],
			},
		);
		const stop = new AbortController();
		// It is opened all the same, and its first run has no end.
		const looking = look(modelOf(endless), stop.signal, () => stop.abort());
		await expect(looking).rejects.toMatchObject({ name: 'AbortError' });
		expect((await look(modelOf(sane))).looked.ok).toBe(true);
	});
});
