import onnxProto from 'onnx-proto';
import { afterEach, expect, test, vi } from 'vitest';
import type { DetectorModel } from './detector-model.ts';
import { Detector } from './detector.ts';
import { hasGpu } from './gpu.ts';
import { openOrtSession } from './ort-session.ts';
import { shapeFor } from './picture-fit.ts';
import { testPicture } from './self-test.ts';
import { onnxOf } from './test-onnx-file.ts';

/* The real runtime on a real device that is taken away, where the browser has one. */

const { FLOAT } = onnxProto.onnx.TensorProto.DataType;

/** One box, as sure as the picture is bright. */
const bytes = onnxOf(
	{ inputs: { images: [1, 3, 64, 64] }, outputs: { output: [1, 1, 6] } },
	{
		initializer: [
			{ name: 'bright', dims: [1, 1, 6], dataType: FLOAT, floatData: [0, 0, 0, 0, 1, 0] },
			{ name: 'box', dims: [1, 1, 6], dataType: FLOAT, floatData: [8, 8, 24, 56, 0, 0] },
		],
		node: [
			{ opType: 'GlobalAveragePool', input: ['images'], output: ['means'] },
			{
				...{ opType: 'ReduceMean', input: ['means'], output: ['mean'] },
				attribute: [
					{ name: 'axes', type: onnxProto.onnx.AttributeProto.AttributeType.INTS, ints: [1, 2, 3] },
					{ name: 'keepdims', type: onnxProto.onnx.AttributeProto.AttributeType.INT, i: 0 },
				],
			},
			{ opType: 'Mul', input: ['bright', 'mean'], output: ['score'] },
			{ opType: 'Add', input: ['score', 'box'], output: ['output'] },
		],
	},
);
const model: DetectorModel = {
	...{ title: 'Bright', head: { kind: 'end-to-end', output: 'output' }, classes: [{ id: 0, name: 'person' }] },
	input: {
		...{ name: 'images', width: 64, height: 64, layout: 'nchw', channels: 'rgb', fit: 'stretch' },
		...{ mean: [0, 0, 0], deviation: [255, 255, 255] },
	},
};

/** To be called for an object of one's own choice. */
const methodOf = <T>(prototype: object, name: string): T => (prototype as Record<string, unknown>)[name] as T;

afterEach(() => vi.restoreAllMocks());

test.skipIf(!(await hasGpu('webgpu')))(
	'a device that is taken away: the same picture is seen by wasm, as before',
	async () => {
		vi.spyOn(console, 'warn').mockImplementation(() => undefined);
		const devices: GPUDevice[] = [];
		const request = methodOf<GPUAdapter['requestDevice']>(GPUAdapter.prototype, 'requestDevice');
		vi.spyOn(GPUAdapter.prototype, 'requestDevice').mockImplementation(async function (this: GPUAdapter, wanted) {
			const device = await request.call(this, wanted);
			devices.push(device);
			return device;
		});
		const shape = shapeFor(model.input, { width: 640, height: 360 });
		const detector = await Detector.open({
			...{ model, bytes, wish: 'webgpu', open: openOrtSession },
			hasGpu: () => hasGpu('webgpu'),
		});
		const seen = () => detector.detect(testPicture(shape.width, shape.height), shape, { inferenceMs: 0 });
		expect([detector.backend, devices.length]).toEqual(['webgpu', 1]);
		const before = await seen();
		devices[0]!.destroy();
		const after = await seen();
		expect(detector.backend).toBe('wasm');
		expect(after.map(({ label }) => label)).toEqual(before.map(({ label }) => label));
		for (const [n, { score }] of after.entries()) expect(score).toBeCloseTo(before[n]!.score, 2);
		await detector.release();
	},
);
