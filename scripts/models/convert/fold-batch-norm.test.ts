import { expect, test } from 'vitest';
import { foldBatchNorm } from './fold-batch-norm.ts';
import { counting, floats, graphModel, list, node, run, text } from './test-graph.ts';

const SAME = { strides: list(1, 1, 1, 1), padding: text('SAME') };
const constants = {
	w: counting(1, 1, 2, 2),
	d: counting(3, 3, 2, 1),
	scale: floats([2], [2, -1]),
	offset: floats([1, 1, 1, 2], [0.5, 0.25]),
	mean: floats([2], [0.1, 0.2]),
	variance: floats([2], [4, 0.25]),
	one: floats([], [1]),
};
const norm = ['scale', 'offset', 'mean', 'variance'];
const names = (model: ReturnType<typeof graphModel>) =>
	[...model.nodes.values()].filter(({ op }) => op !== 'Const').map(({ op }) => op);

test.each([
	['Conv2D', 'w', '_FusedConv2D'],
	['DepthwiseConv2dNative', 'd', 'FusedDepthwiseConv2dNative'],
])('%s takes up what scales and shifts its channels, and gives the same', async (op, filter, fused) => {
	const x = counting(1, 3, 3, 2);
	const chain = [
		node('a', op, ['x', filter], SAME),
		node('b', 'Mul', ['a', 'scale']),
		node('c', 'FusedBatchNorm', ['b', ...norm], { epsilon: { f: 0.001 } }),
		node('e', 'AddV2', ['offset', 'c']),
		node('y', 'BiasAdd', ['e', 'mean']),
	];
	const model = graphModel(chain, constants);
	expect(names(foldBatchNorm(model, new Set()))).toEqual([fused]);

	// Asking for the convolution's own value keeps it as it is, so the rest is done here.
	const plain = await run(model, x, { outputs: ['a'] });
	const expected = plain.data.map((value, at) => {
		const [scale, offset, mean, variance] = norm.map((name) => {
			return constants[name as 'scale' | 'offset' | 'mean' | 'variance'].data[at % 2]!;
		}) as [number, number, number, number];
		return ((value * scale - mean) / Math.sqrt(variance + 0.001)) * scale + offset + offset + mean;
	});
	expect((await run(model, x)).data).toEqual(expected.map((value): unknown => expect.closeTo(value, 4)));
});

test.each([
	['something else reads the convolution', [node('y', 'Mul', ['a', 'scale']), node('z', 'Relu', ['a'])]],
	['both operands are computed', [node('y', 'Mul', ['a', 'z']), node('z', 'Relu', ['x'])]],
	['it is another operation', [node('y', 'Sub', ['a', 'scale'])]],
	['the constant is not one for each channel', [node('y', 'Add', ['a', 'd'])]],
])('nothing is taken up when %s', (_, rest) => {
	const model = graphModel([node('a', 'Conv2D', ['x', 'w'], SAME), ...rest], constants);
	expect(foldBatchNorm(model, new Set())).toEqual(model);
});

test('nothing is taken up by a node whose own value is asked for', () => {
	const model = graphModel([node('a', 'Conv2D', ['x', 'w'], SAME), node('y', 'Mul', ['a', 'one'])], constants);
	expect(names(foldBatchNorm(model, new Set(['a'])))).toEqual(['Conv2D', 'Mul']);
	expect(names(foldBatchNorm(model, new Set(['y'])))).toEqual(['_FusedConv2D']);
});
