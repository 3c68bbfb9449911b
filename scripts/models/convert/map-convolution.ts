import { integersOf, sizeOf, textOf, textsOf, type GraphNode, type Tensor } from './graph-model.ts';
import { unsupported, type MapOp, type Mapping } from './mapping.ts';
import { channelsFirst, inChannels } from './value.ts';

/** `Conv2D`, `DepthwiseConv2dNative` and their fused forms, with constant filters. Filters become [out, in ÷ groups, rows, columns]. */
export const convolution: MapOp = (node, inputs, graph) => {
	const { op } = node;
	const isDepthwise = op.includes('Depthwise');
	const [input, filter, bias] = inputs;
	if (!input || filter?.kind !== 'constant' || input.shape.length !== 4)
		throw unsupported(node, 'a filter that is computed');
	if (textOf(node, 'data_format', 'NHWC') !== 'NHWC') throw unsupported(node, 'channels before rows');
	const [rows = 0, columns = 0, channelsIn = 0, last = 0] = filter.shape;
	const groups = isDepthwise ? channelsIn : 1;
	const channels = isDepthwise ? channelsIn * last : last;
	const [, vertical = 1, horizontal = 1] = integersOf(node, 'strides');
	const [, spreadY = 1, spreadX = 1] = integersOf(node, 'dilations');
	const [images = 1, height = 0, width = 0] = input.shape;
	const padding = textOf(node, 'padding', 'VALID');
	const y = span(node, padding, height, (rows - 1) * spreadY + 1, vertical);
	const x = span(node, padding, width, (columns - 1) * spreadX + 1, horizontal);
	const shape = [channels, channelsIn / groups, rows, columns];
	const names = [inChannels(graph, input), graph.weights(shape, outputsFirst(filter.tensor, channels, groups))];
	const fused = textsOf(node, 'fused_ops');
	const isFused = op.startsWith('_Fused') || op.startsWith('Fused');
	if (bias) {
		if (!isFused || bias.kind !== 'constant' || !(bias.tensor.data instanceof Float32Array)) {
			throw unsupported(node, 'a bias that is computed');
		}
		names.push(graph.constant([sizeOf(bias.shape)], bias.tensor.data));
	}
	let name = graph.node('Conv', names, {
		kernel_shape: [rows, columns],
		strides: [vertical, horizontal],
		dilations: [spreadY, spreadX],
		pads: [y.before, x.before, y.after, x.after],
		group: groups,
	});
	for (const step of fused.filter((one) => one !== 'BiasAdd')) {
		if (step !== 'Relu6' && step !== 'Relu') throw unsupported(node, `the fused step ${step}`);
		name = step === 'Relu' ? graph.node('Relu', [name]) : graph.node('Clip', [name, graph.scalar(0), graph.scalar(6)]);
	}
	return [channelsFirst(name, [images, y.size, x.size, channels])];
};

/** Size and padding along one side. TensorFlow pads an odd number with one more after (https://www.tensorflow.org/api_docs/python/tf/nn). */
function span(node: GraphNode, padding: string, size: number, reach: number, stride: number) {
	if (padding === 'VALID') return { size: Math.floor((size - reach) / stride) + 1, before: 0, after: 0 };
	if (padding !== 'SAME') throw unsupported(node, `the padding ${padding}`);
	const steps = Math.ceil(size / stride);
	const total = Math.max(0, (steps - 1) * stride + reach - size);
	const before = Math.floor(total / 2);
	return { size: steps, before, after: total - before };
}

/** From [rows, columns, in, out] to [out, in, rows, columns]; of a depthwise filter, `in` and `out` together number the outputs. */
function outputsFirst({ shape, data }: Tensor, channels: number, groups: number): Float32Array {
	const [rows = 0, columns = 0, channelsIn = 0] = shape;
	const perGroup = channelsIn / groups;
	const area = rows * columns;
	const turned = new Float32Array(data.length);
	for (let place = 0; place < area; place++) {
		for (let inner = 0; inner < perGroup; inner++) {
			for (let out = 0; out < channels; out++) {
				turned[(out * perGroup + inner) * area + place] = data[(place * perGroup + inner) * channels + out] ?? 0;
			}
		}
	}
	return turned;
}

export const convolutions: Mapping = {
	Conv2D: convolution,
	_FusedConv2D: convolution,
	DepthwiseConv2dNative: convolution,
	FusedDepthwiseConv2dNative: convolution,
};
