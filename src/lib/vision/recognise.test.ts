import { describe, expect, test } from 'vitest';
import { inspectModel, type ModelFacts } from './inspect-model.ts';
import { onnxFile, type TinyModel } from './test-onnx-file.ts';
import { openInNode } from './test-onnx.ts';

const inspect = (model: TinyModel): Promise<ModelFacts> => inspectModel(onnxFile(model), openInNode);
const picture = (side: number | string): TinyModel['inputs'] => ({ images: [1, 3, side, side] });

describe('models told by what they take and give', () => {
	test.each<[family: string, kind: string, classes: number | undefined, model: TinyModel]>([
		['YOLOX', 'yolox', 80, { inputs: picture(416), outputs: { output: [1, 3549, 85] } }],
		['YOLOX', 'yolox', 1, { inputs: picture(192), outputs: { output: [1, 756, 6] } }],
		['NanoDet-Plus', 'nanodet', 80, { inputs: picture(416), outputs: { output: [1, 3598, 112] } }],
		['YOLOv8 or YOLO11', 'yolo', 80, { inputs: picture(640), outputs: { output0: [1, 84, 8400] } }],
		['YOLOv8 or YOLO11', 'yolo', 3, { inputs: picture(320), outputs: { output0: [1, 7, 2100] } }],
		['YOLOv10', 'end-to-end', undefined, { inputs: picture(640), outputs: { output0: [1, 300, 6] } }],
		['RT-DETR', 'detr', 80, { inputs: picture(640), outputs: { logits: [1, 300, 80], pred_boxes: [1, 300, 4] } }],
		[
			'SSD',
			'ssd-decoded',
			90,
			{ inputs: { image: [1, 300, 300, 3] }, outputs: { scores: [1, 1917, 90], boxes: [1, 1917, 1, 4] } },
		],
		[
			'NanoDet',
			'nanodet',
			80,
			{
				inputs: picture(416),
				outputs: {
					...{ c8: [1, 2704, 80], c16: [1, 676, 80], c32: [1, 169, 80] },
					...{ r8: [1, 2704, 44], r16: [1, 676, 44], r32: [1, 169, 44] },
				},
			},
		],
		[
			'BlazeFace',
			'ssd-anchors',
			1,
			{
				inputs: { input: [1, 128, 128, 3] },
				outputs: { a: [1, 512, 1], b: [1, 384, 1], c: [1, 512, 16], d: [1, 384, 16] },
			},
		],
	])('%s (%s, %s classes)', async (family, kind, classCount, model) => {
		const facts = await inspect(model);
		expect(facts.family).toContain(family);
		expect(facts.model.head.kind).toBe(kind);
		expect(facts.classCount).toBe(classCount);
	});

	test('80 classes are those of COCO, others are counted', async () => {
		const coco = await inspect({ inputs: picture(416), outputs: { output: [1, 3549, 85] } });
		expect(coco.model.classes[0]).toEqual({ id: 0, name: 'person' });
		const own = await inspect({ inputs: picture(416), outputs: { output: [1, 3549, 7] } });
		expect(own.model.classes).toEqual([
			{ id: 0, name: 'class 0' },
			{ id: 1, name: 'class 1' },
		]);
	});

	test('a model of any size is opened with 640 pixels', async () => {
		const facts = await inspect({ inputs: picture('side'), outputs: { output0: [1, 84, 8400] } });
		expect(facts.model.input).toMatchObject({ width: 640, height: 640, layout: 'nchw', channels: 'rgb' });
	});

	test.each<[found: string, model: TinyModel]>([
		[
			'its answer is of no kind that is known here: “y” [1 × 1000] of float32; it takes “images” [1 × 3 × 224 × 224] of float32',
			{ inputs: picture(224), outputs: { y: [1, 1000] } },
		],
		['takes uint8, not float32', { inputs: picture(64), outputs: { y: [1, 10] }, inputType: 'uint8' }],
		['it takes 2 inputs', { inputs: { images: [1, 3, 64, 64], size: [1, 2] }, outputs: { y: [1, 10] } }],
		['its input “sound” is [1 × 16000], not a picture', { inputs: { sound: [1, 16000] }, outputs: { y: [1, 10] } }],
		['no side of it is the three colours', { inputs: { grey: [1, 1, 64, 64] }, outputs: { y: [1, 10] } }],
	])('refused: %s', async (found, model) => {
		await expect(inspect(model)).rejects.toMatchObject({
			name: 'ModelRefusedError',
			message: expect.stringContaining(found) as string,
		});
	});
});
