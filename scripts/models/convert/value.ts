import type { OnnxGraph } from './onnx-graph.ts';
import type { Tensor } from './graph-model.ts';

/**
 * What a node of the TensorFlow graph gives. `shape` is always TensorFlow's (pictures are rows, columns, channels); `layout` tells how the ONNX value of that
 * name lies: as is, or with the channels before rows and columns, as ONNX convolutions want them. The layout is kept from one
 * convolution to the next and undone only where something asks for TensorFlow's order.
 */
export type Value =
	| { readonly kind: 'constant'; readonly shape: readonly number[]; readonly tensor: Tensor }
	| {
			readonly kind: 'computed';
			readonly shape: readonly number[];
			readonly name: string;
			readonly layout: 'as-is' | 'channels-first';
	  };

export const computed = (name: string, shape: readonly number[]): Value => ({
	kind: 'computed',
	shape,
	name,
	layout: 'as-is',
});

export const channelsFirst = (name: string, shape: readonly number[]): Value => ({
	kind: 'computed',
	shape,
	name,
	layout: 'channels-first',
});

export const constant = (tensor: Tensor): Value => ({ kind: 'constant', shape: tensor.shape, tensor });

export const integers = (values: readonly number[], shape: readonly number[] = [values.length]): Value =>
	constant({ shape, data: Int32Array.from(values) });

/** The name of `value` in the ONNX graph, in TensorFlow's order. */
export function inOrder(graph: OnnxGraph, value: Value): string {
	if (value.kind === 'constant') {
		const { shape, data } = value.tensor;
		return data instanceof Float32Array ? graph.constant(shape, data) : graph.integers([...data], shape);
	}
	if (value.layout === 'as-is') return value.name;
	return graph.node('Transpose', [value.name], { perm: [0, 2, 3, 1] });
}

/** The name of a picture `value` with its channels before rows and columns. */
export function inChannels(graph: OnnxGraph, value: Value): string {
	if (value.kind === 'computed' && value.layout === 'channels-first') return value.name;
	return graph.node('Transpose', [inOrder(graph, value)], { perm: [0, 3, 1, 2] });
}
