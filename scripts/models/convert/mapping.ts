import { ModelError } from '../model-error.ts';
import type { GraphNode } from './graph-model.ts';
import type { OnnxGraph } from './onnx-graph.ts';
import type { Value } from './value.ts';

/**
 * Writes one node of the TensorFlow graph as ONNX nodes.
 * @returns a value for each output of the node
 * @throws ModelError `unsupported` for a form of the operation that is not written here
 */
export type MapOp = (node: GraphNode, inputs: readonly Value[], graph: OnnxGraph) => readonly Value[];

/** By the name of the TensorFlow operation. */
export type Mapping = Readonly<Record<string, MapOp>>;

export const unsupported = (node: GraphNode, what: string): ModelError =>
	new ModelError('unsupported', `the operation ${node.op} (${node.name}) has ${what}, which is not converted here`);

/** Input `at`, which the operation cannot do without. */
export function needed(node: GraphNode, inputs: readonly Value[], at: number): Value {
	const value = inputs[at];
	if (!value) throw new ModelError('damaged', `the operation ${node.op} (${node.name}) lacks its input ${at}`);
	return value;
}

/** The numbers of input `at`, which must be a constant, such as an axis or a shape. */
export function numbersOf(node: GraphNode, inputs: readonly Value[], at: number): readonly number[] {
	const value = needed(node, inputs, at);
	if (value.kind !== 'constant') throw unsupported(node, `an input ${at} that is computed`);
	return [...value.tensor.data];
}

export function numberIn(node: GraphNode, inputs: readonly Value[], at: number): number {
	const [number] = numbersOf(node, inputs, at);
	if (number === undefined)
		throw new ModelError('damaged', `the operation ${node.op} (${node.name}) has an empty input ${at}`);
	return number;
}

/** An axis counted from the front. */
export const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
