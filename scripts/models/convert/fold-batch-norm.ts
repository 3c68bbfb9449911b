import { numberOf, sizeOf, splitReference, type GraphModel, type GraphNode, type Tensor } from './graph-model.ts';

/** How a node changes each channel: `x · scale + offset`. */
interface ChannelChange {
	readonly scale: (channel: number) => number;
	readonly offset: (channel: number) => number;
}

const FUSED: Readonly<Record<string, string>> = {
	Conv2D: '_FusedConv2D',
	DepthwiseConv2dNative: 'FusedDepthwiseConv2dNative',
};

/**
 * The same model with every scale and offset per channel that follows a convolution (batch normalisation, `Mul`, `Add`, `BiasAdd`)
 * computed into its filter and bias. Computed in double precision, rounded once.
 *
 * @param kept names of nodes whose value is asked for: what follows them is not folded into them
 */
export function foldBatchNorm(model: GraphModel, kept: ReadonlySet<string>): GraphModel {
	const nodes = new Map(model.nodes);
	const constants = new Map(model.constants);
	const readers = readersOf(model);
	for (const convolution of model.nodes.values()) {
		const fused = FUSED[convolution.op];
		const [input, filterName = ''] = convolution.inputs;
		const filter = model.constants.get(filterName);
		if (fused === undefined || input === undefined || !filter) continue;
		// A depthwise filter is [rows, columns, in, times]: its last two sides number the outputs.
		const channels = sizeOf(filter.shape.slice(convolution.op === 'Conv2D' ? -1 : -2));
		let whole: ChannelChange = { scale: () => 1, offset: () => 0 };
		let last = convolution;
		for (;;) {
			const next = kept.has(last.name) ? undefined : onlyReader(readers, last.name);
			const change = next && changeOf(model, next, last.name, channels);
			if (!change) break;
			nodes.delete(last.name);
			whole = after(whole, change);
			last = next;
		}
		if (last === convolution) continue;
		const names = { filter: `${last.name}/filter`, bias: `${last.name}/bias` };
		const scales = Float64Array.from({ length: channels }, (_, channel) => whole.scale(channel));
		const scaled = Float32Array.from(filter.data, (value, at) => value * (scales[at % channels] ?? 1));
		const bias = Float32Array.from({ length: channels }, (_, channel) => whole.offset(channel));
		constants.set(names.filter, { shape: filter.shape, data: scaled });
		constants.set(names.bias, { shape: [channels], data: bias });
		for (const name of Object.values(names)) nodes.set(name, { name, op: 'Const', inputs: [], attributes: {} });
		nodes.set(last.name, { ...convolution, name: last.name, op: fused, inputs: [input, names.filter, names.bias] });
	}
	return { nodes, constants };
}

const after = (first: ChannelChange, then: ChannelChange): ChannelChange => ({
	scale: (channel) => first.scale(channel) * then.scale(channel),
	offset: (channel) => first.offset(channel) * then.scale(channel) + then.offset(channel),
});

function readersOf({ nodes }: GraphModel): ReadonlyMap<string, readonly GraphNode[]> {
	const readers = new Map<string, GraphNode[]>();
	for (const node of nodes.values()) {
		for (const input of node.inputs) {
			const [name] = splitReference(input);
			readers.set(name, [...(readers.get(name) ?? []), node]);
		}
	}
	return readers;
}

function onlyReader(readers: ReadonlyMap<string, readonly GraphNode[]>, name: string): GraphNode | undefined {
	const all = readers.get(name) ?? [];
	return all.length === 1 ? all[0] : undefined;
}

/** What `node` does to the channels of `source`, undefined when it does anything else. */
function changeOf(
	{ constants }: GraphModel,
	node: GraphNode,
	source: string,
	channels: number,
): ChannelChange | undefined {
	const others = node.inputs.filter((input) => input !== source).map((input) => constants.get(input));
	const values = others.map((other) => other && perChannel(other, channels));
	const [first] = values;
	if (!first || values.length !== node.inputs.length - 1) return undefined;
	switch (node.op) {
		case 'Mul':
			return { scale: first, offset: () => 0 };
		case 'Add':
		case 'AddV2':
		case 'BiasAdd':
			return { scale: () => 1, offset: first };
		case 'FusedBatchNorm':
		case 'FusedBatchNormV3': {
			const [gamma, beta, mean, variance] = values;
			if (node.inputs[0] !== source || !gamma || !beta || !mean || !variance) return undefined;
			const epsilon = numberOf(node, 'epsilon', 1e-3);
			const scale = (channel: number): number => gamma(channel) / Math.sqrt(variance(channel) + epsilon);
			return { scale, offset: (channel) => beta(channel) - mean(channel) * scale(channel) };
		}
		default:
			return undefined;
	}
}

/** A constant that has one value for a channel (the last axis), or one for all. */
function perChannel({ shape, data }: Tensor, channels: number): ((channel: number) => number) | undefined {
	const size = sizeOf(shape);
	if (size === 1) return () => data[0] ?? 0;
	return size === channels && shape.at(-1) === channels ? (channel) => data[channel] ?? 0 : undefined;
}
