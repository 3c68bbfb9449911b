import onnxProto from 'onnx-proto';
import { expect, test } from 'vitest';
import type { ModelError } from '../model-error.ts';
import { convertGraphModel } from './convert-graph-model.ts';
import { sizeOf, type Tensor } from './graph-model.ts';
import { counting, floats, graphModel, list, node, run, text, whole } from './test-graph.ts';

const SAME = { strides: list(1, 1, 1, 1), padding: text('SAME') };
const near = (values: readonly number[]) => values.map((value): unknown => expect.closeTo(value, 4));

/** A convolution by its definition: every sum written out, zeros outside the picture. */
function convolve(
	picture: Tensor,
	filter: Tensor,
	options: { readonly stride: number; readonly before: number; readonly size: number; readonly isDepthwise?: boolean },
): readonly number[] {
	const [, height = 0, width = 0, channels = 0] = picture.shape;
	const [rows = 0, columns = 0, , last = 0] = filter.shape;
	const { stride, before, size, isDepthwise = false } = options;
	const outputs = isDepthwise ? channels * last : last;
	return Array.from({ length: size * size * outputs }, (_, at) => {
		const out = at % outputs;
		const [y, x] = [Math.floor(at / outputs / size), Math.floor(at / outputs) % size];
		let sum = 0;
		for (let row = 0; row < rows; row++) {
			for (let column = 0; column < columns; column++) {
				const [top, left] = [y * stride + row - before, x * stride + column - before];
				if (top < 0 || left < 0 || top >= height || left >= width) continue;
				for (let channel = 0; channel < channels; channel++) {
					const value = picture.data[(top * width + left) * channels + channel]!;
					const place = (row * columns + column) * channels + channel;
					if (!isDepthwise) sum += value * filter.data[place * last + out]!;
					else if (Math.floor(out / last) === channel) sum += value * filter.data[place * last + (out % last)]!;
				}
			}
		}
		return sum;
	});
}

test('a convolution keeps the size with SAME', async () => {
	const [x, w] = [counting(1, 4, 4, 2), counting(3, 3, 2, 3)];
	const y = await run(graphModel([node('y', 'Conv2D', ['x', 'w'], SAME)], { w }), x);
	expect(y).toEqual({ shape: [1, 4, 4, 3], data: near(convolve(x, w, { stride: 1, before: 1, size: 4 })) });
});

test('a convolution with stride 2 pads an even picture only after it, as TensorFlow does', async () => {
	const [x, w] = [counting(1, 4, 4, 2), counting(3, 3, 2, 1)];
	const attributes = { strides: list(1, 2, 2, 1), padding: text('SAME') };
	const y = await run(graphModel([node('y', 'Conv2D', ['x', 'w'], attributes)], { w }), x);
	expect(y).toEqual({ shape: [1, 2, 2, 1], data: near(convolve(x, w, { stride: 2, before: 0, size: 2 })) });
});

test('a convolution with VALID loses its edge, and dilation widens its reach', async () => {
	const [x, w] = [counting(1, 5, 5, 1), counting(2, 2, 1, 1)];
	const attributes = { strides: list(1, 1, 1, 1), dilations: list(1, 2, 2, 1), padding: text('VALID') };
	const y = await run(graphModel([node('y', 'Conv2D', ['x', 'w'], attributes)], { w }), x);
	const wide = floats([3, 3, 1, 1], [0.1, 0, 0.2, 0, 0, 0, 0.3, 0, 0.4]);
	expect(y).toEqual({ shape: [1, 3, 3, 1], data: near(convolve(x, wide, { stride: 1, before: 0, size: 3 })) });
});

test('a depthwise convolution gives each channel its own filters, several where the filter has several', async () => {
	const [x, w] = [counting(1, 3, 3, 2), counting(3, 3, 2, 2)];
	const y = await run(graphModel([node('y', 'DepthwiseConv2dNative', ['x', 'w'], SAME)], { w }), x);
	const expected = convolve(x, w, { stride: 1, before: 1, size: 3, isDepthwise: true });
	expect(y).toEqual({ shape: [1, 3, 3, 4], data: near(expected) });
});

test('a fused convolution adds its bias and cuts at 0 and 6', async () => {
	const x = floats([1, 1, 3, 1], [-9, 1, 9]);
	const constants = { w: floats([1, 1, 1, 1], [1]), b: floats([1], [0.5]) };
	const fused = {
		...SAME,
		fused_ops: { list: { s: ['BiasAdd', 'Relu6'].map((step) => Buffer.from(step).toString('base64')) } },
	};
	const y = await run(graphModel([node('y', '_FusedConv2D', ['x', 'w', 'b'], fused)], constants), x);
	expect(y.data).toEqual([0, 1.5, 6]);
});

test('from one convolution to the next the layout is not turned back, and a sum of two of them neither', () => {
	const constants = { w: counting(1, 1, 2, 2), v: counting(1, 1, 2, 2) };
	const nodes = [
		node('a', 'Conv2D', ['x', 'w'], SAME),
		node('b', 'Relu6', ['a']),
		node('c', 'Conv2D', ['b', 'v'], SAME),
		node('y', 'AddV2', ['b', 'c']),
	];
	const plan = { title: 'tiny', input: { node: 'x', shape: [1, 3, 3, 2] }, outputs: ['y'], precision: 'fp32' } as const;
	const { graph } = onnxProto.onnx.ModelProto.decode(convertGraphModel(graphModel(nodes, constants), plan));
	// Once at the beginning and once at the end.
	expect(graph?.node?.filter(({ opType }) => opType === 'Transpose')).toHaveLength(2);
});

test.each([
	['Relu', [-1, 0, 3, 8], [0, 0, 3, 8]],
	['Relu6', [-1, 0, 3, 8], [0, 0, 3, 6]],
	['Sigmoid', [0, Math.log(3)], [0.5, 0.75]],
	['Exp', [0, 1], [1, Math.E]],
])('%s of each number', async (op, from, to) => {
	const y = await run(graphModel([node('y', op, ['x'])]), floats([from.length], from));
	expect(y.data).toEqual(near(to));
});

test.each([
	['Add', [11, 22]],
	['AddV2', [11, 22]],
	['BiasAdd', [11, 22]],
	['AddN', [11, 22]],
	['Sub', [-9, -18]],
	['Mul', [10, 40]],
	['RealDiv', [0.1, 0.1]],
])('%s of two lists, number by number', async (op, to) => {
	const y = await run(graphModel([node('y', op, ['x', 'c'])], { c: floats([2], [10, 20]) }), floats([2], [1, 2]));
	expect(y.data).toEqual(near(to));
});

test('a picture in either layout times a single number, and plus a row that fits its columns', async () => {
	const constants = { w: floats([1, 1, 1, 1], [1]), two: floats([], [2]), row: floats([1, 2, 1], [10, 20]) };
	const nodes = [
		node('a', 'Conv2D', ['x', 'w'], SAME),
		node('r', 'Relu', ['a']),
		node('m', 'Mul', ['r', 'two']),
		node('y', 'Add', ['m', 'row']),
	];
	const y = await run(graphModel(nodes, constants), floats([1, 2, 2, 1], [1, 2, 3, 4]));
	expect(y).toEqual({ shape: [1, 2, 2, 1], data: [12, 24, 16, 28] });
});

test.each([
	['Reshape', [2, 3], { s: whole([2], 3, -1) }, {}, [3, 2], [1, 2, 3, 4, 5, 6]],
	['Squeeze', [1, 6, 1], {}, { squeeze_dims: list(2) }, [1, 6], [1, 2, 3, 4, 5, 6]],
	['Squeeze', [1, 6, 1], {}, {}, [6], [1, 2, 3, 4, 5, 6]],
	['ExpandDims', [6], { s: whole([], -1) }, {}, [6, 1], [1, 2, 3, 4, 5, 6]],
	['Transpose', [2, 3], { s: whole([2], 1, 0) }, {}, [3, 2], [1, 4, 2, 5, 3, 6]],
	['Tile', [1, 6], { s: whole([2], 2, 1) }, {}, [2, 6], [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]],
	['Tile', [1, 6], { s: whole([2], 1, 1) }, {}, [1, 6], [1, 2, 3, 4, 5, 6]],
	['Slice', [2, 3], { b: whole([2], 0, 1), s: whole([2], -1, 2) }, {}, [2, 2], [2, 3, 5, 6]],
	['ConcatV2', [2, 3], { b: floats([2, 1], [7, 8]), s: whole([], -1) }, {}, [2, 4], [1, 2, 3, 7, 4, 5, 6, 8]],
	['Pack', [6], { b: floats([6], [6, 5, 4, 3, 2, 1]) }, {}, [2, 6], [1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1]],
	['Identity', [6], {}, {}, [6], [1, 2, 3, 4, 5, 6]],
])('%s of %j', async (op, from, constants, attributes, shape, to) => {
	const model = graphModel([node('y', op, ['x', ...Object.keys(constants)], attributes)], constants);
	const input = floats(
		from,
		Array.from({ length: sizeOf(from) }, (_, at) => at + 1),
	);
	expect(await run(model, input)).toEqual({ shape, data: to });
});

test('Unpack gives one value for each row, by number', async () => {
	const model = graphModel([node('rows', 'Unpack', ['x'], { axis: { i: '0' } }), node('y', 'Sub', ['rows:1', 'rows'])]);
	expect(await run(model, floats([2, 2], [1, 2, 30, 40]))).toEqual({ shape: [2], data: [29, 38] });
});

test('a shape asked for, taken apart and put together again is a constant', async () => {
	const constants = { zero: whole([1], 0), one: whole([1], 1), six: whole([], 6) };
	const nodes = [
		node('shape', 'Shape', ['x']),
		node('first', 'StridedSlice', ['shape', 'zero', 'one', 'one'], { shrink_axis_mask: { i: '1' } }),
		node('to', 'Pack', ['first', 'six']),
		node('y', 'Reshape', ['x', 'to']),
	];
	expect((await run(graphModel(nodes, constants), counting(2, 3, 2))).shape).toEqual([2, 6]);
});

test('the graph is cut at its input: what comes before is neither read nor converted', async () => {
	const model = graphModel([node('loop', 'While', ['gone']), node('x', 'Sub', ['loop']), node('y', 'Relu', ['x'])]);
	expect((await run(model, floats([2], [-1, 1]))).data).toEqual([0, 1]);
});

test('weights in half precision take half the room and give nearly the same', async () => {
	const constants = { w: counting(8, 8, 4, 8) };
	const model = graphModel([node('y', 'Conv2D', ['x', 'w'], SAME)], constants);
	const [x, plan] = [
		counting(1, 8, 8, 4),
		{ title: 'tiny', input: { node: 'x', shape: [1, 8, 8, 4] }, outputs: ['y'] },
	];
	const [exact, half] = [await run(model, x), await run(model, x, { precision: 'fp16' })];
	const error = half.data.map((value, at) => Math.abs(value / exact.data[at]! - 1));
	expect(Math.max(...error)).toBeLessThan(2 ** -11);
	const sizes = (['fp32', 'fp16'] as const).map((precision) => convertGraphModel(model, { ...plan, precision }).length);
	expect(sizes[0]! - sizes[1]!).toBeGreaterThan(2048 * 2 - 200);
});

test('the same model gives the same bytes', () => {
	const model = graphModel([node('y', 'Conv2D', ['x', 'w'], SAME)], { w: counting(3, 3, 2, 3) });
	const plan = { title: 'tiny', input: { node: 'x', shape: [1, 4, 4, 2] }, outputs: ['y'], precision: 'fp16' } as const;
	expect(convertGraphModel(model, plan)).toEqual(convertGraphModel(model, plan));
});

test.each([
	['an unknown operation', [node('y', 'Where', ['x'])], 'unsupported', 'the operation Where (y) is not known here'],
	[
		'an unknown form of a known one',
		[node('y', 'Conv2D', ['x', 'w'], { ...SAME, data_format: text('NCHW') })],
		'unsupported',
		'the operation Conv2D (y) has channels before rows, which is not converted here',
	],
	['a padding that is not known', [node('y', 'Conv2D', ['x', 'w'], { padding: text('ODD') })], 'unsupported', 'ODD'],
	[
		'a computed shape',
		[node('y', 'Reshape', ['x', 'x'])],
		'unsupported',
		'Reshape (y) has an input 1 that is computed',
	],
	['operands that do not fit', [node('y', 'Sub', ['x', 'w'])], 'unsupported', 'operands of'],
	['a node that is not there', [node('y', 'Relu', ['z'])], 'damaged', 'the node z is missing'],
	['an input that is not there', [node('y', 'Relu', [])], 'damaged', 'the operation Relu (y) lacks its input 0'],
] as const)('%s is named', (_, nodes, trouble, sentence) => {
	const plan = { title: 'Tiny', input: { node: 'x', shape: [1, 4, 4, 2] }, outputs: ['y'], precision: 'fp32' } as const;
	const convert = () => convertGraphModel(graphModel(nodes, { w: counting(1, 1, 2, 3) }), plan);
	expect(convert).toThrow(expect.objectContaining({ name: 'ModelError', trouble }) as ModelError);
	expect(convert).toThrow(`Tiny could not be converted: `);
	expect(convert).toThrow(sentence);
});
