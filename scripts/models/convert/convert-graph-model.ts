import { ModelError } from '../model-error.ts';
import { foldBatchNorm } from './fold-batch-norm.ts';
import { splitReference, type GraphModel, type GraphNode } from './graph-model.ts';
import { arithmetic } from './map-arithmetic.ts';
import { convolutions } from './map-convolution.ts';
import { shapes } from './map-shapes.ts';
import type { Mapping } from './mapping.ts';
import { OnnxGraph, type WeightPrecision } from './onnx-graph.ts';
import { computed, constant, inOrder, type Value } from './value.ts';

export interface ConversionPlan {
	readonly title: string;
	/** Where the graph is cut: this node's value is handed in, and nothing before it is converted. */
	readonly input: { readonly node: string; readonly shape: readonly number[] };
	/** Nodes whose values are asked for. In the ONNX graph `/` and `:` of their names are `_`. */
	readonly outputs: readonly string[];
	readonly precision: WeightPrecision;
}

const MAPPING: Mapping = { ...convolutions, ...arithmetic, ...shapes };

/**
 * Converts a TensorFlow graph to an ONNX file (opset 13). Every shape is computed on the way, so shapes in the file are fixed.
 * @throws ModelError `unsupported` naming an operation that is not written here, `damaged` when a node is missing
 */
export function convertGraphModel(model: GraphModel, plan: ConversionPlan): Uint8Array {
	const { title, input, outputs, precision } = plan;
	const folded = foldBatchNorm(model, new Set([input.node, ...outputs]));
	const graph = new OnnxGraph(precision);
	const values = new Map<string, readonly Value[]>([
		[input.node, [computed(graph.input(input.node, input.shape), input.shape)]],
	]);
	try {
		for (const node of inOrderOfUse(folded, input.node, outputs)) {
			const tensor = folded.constants.get(node.name);
			values.set(node.name, tensor ? [constant(tensor)] : mapNode(node, values, graph));
		}
		for (const output of outputs) {
			const value = valueOf(values, output);
			graph.output(output.replace(/[/:]/g, '_'), inOrder(graph, value), value.shape);
		}
	} catch (error) {
		if (!(error instanceof ModelError)) throw error;
		throw new ModelError(error.trouble, `${title} could not be converted: ${error.message}.`, { cause: error });
	}
	return graph.write(title);
}

function mapNode(node: GraphNode, values: ReadonlyMap<string, readonly Value[]>, graph: OnnxGraph): readonly Value[] {
	const map = MAPPING[node.op];
	if (!map) throw new ModelError('unsupported', `the operation ${node.op} (${node.name}) is not known here`);
	return map(
		node,
		node.inputs.map((input) => valueOf(values, input)),
		graph,
	);
}

function valueOf(values: ReadonlyMap<string, readonly Value[]>, reference: string): Value {
	const [name, output] = splitReference(reference);
	const value = values.get(name)?.[output];
	if (!value) throw new ModelError('damaged', `the value ${reference} is missing`);
	return value;
}

/** The nodes that `outputs` need, each after those it reads; nothing from the cut on backwards. */
function inOrderOfUse(model: GraphModel, cut: string, outputs: readonly string[]): readonly GraphNode[] {
	const order: GraphNode[] = [];
	const known = new Set([cut]);
	const open = outputs.map((output) => ({ name: splitReference(output)[0], isRead: false }));
	for (let step = open.pop(); step; step = open.pop()) {
		const { name, isRead } = step;
		if (known.has(name)) continue;
		const node = model.nodes.get(name);
		if (!node) throw new ModelError('damaged', `the node ${name} is missing`);
		if (isRead) {
			known.add(name);
			order.push(node);
			continue;
		}
		open.push(
			{ name, isRead: true },
			...node.inputs.map((input) => ({ name: splitReference(input)[0], isRead: false })),
		);
	}
	return order;
}
