import { needed, unsupported, type MapOp, type Mapping } from './mapping.ts';
import { sizeOf } from './graph-model.ts';
import { channelsFirst, computed, inChannels, inOrder, type Value } from './value.ts';

const isChannelsFirst = (value: Value): boolean => value.kind === 'computed' && value.layout === 'channels-first';

/** One value in, one of the same shape out; the layout stays. */
const unary =
	(op: string, limits: readonly number[] = []): MapOp =>
	(node, inputs, graph) => {
		const input = needed(node, inputs, 0);
		const extra = limits.map((limit) => graph.scalar(limit));
		return isChannelsFirst(input)
			? [channelsFirst(graph.node(op, [inChannels(graph, input), ...extra]), input.shape)]
			: [computed(graph.node(op, [inOrder(graph, input), ...extra]), input.shape)];
	};

/** Element by element. The layout stays when every operand is a picture of that layout or a single number. */
const elementwise =
	(op: string): MapOp =>
	(node, inputs, graph) => {
		const shape = inputs.map((input) => input.shape).reduce(broadcast(node));
		const pictures = inputs.filter((input) => sizeOf(input.shape) > 1);
		const keepsLayout = pictures.length > 0 && pictures.every(isChannelsFirst);
		const names = inputs.map((input) =>
			keepsLayout && pictures.includes(input) ? inChannels(graph, input) : inOrder(graph, input),
		);
		const name = graph.node(op, names);
		return [keepsLayout ? channelsFirst(name, shape) : computed(name, shape)];
	};

const broadcast =
	(node: Parameters<MapOp>[0]) =>
	(one: readonly number[], other: readonly number[]): readonly number[] => {
		const rank = Math.max(one.length, other.length);
		return Array.from({ length: rank }, (_, axis) => {
			const [a, b] = [one[axis - rank + one.length] ?? 1, other[axis - rank + other.length] ?? 1];
			if (a !== b && a !== 1 && b !== 1) throw unsupported(node, `operands of ${one.join('×')} and ${other.join('×')}`);
			return Math.max(a, b);
		});
	};

export const arithmetic: Mapping = {
	Relu: unary('Relu'),
	Relu6: unary('Clip', [0, 6]),
	Sigmoid: unary('Sigmoid'),
	Exp: unary('Exp'),
	Add: elementwise('Add'),
	AddV2: elementwise('Add'),
	BiasAdd: elementwise('Add'),
	AddN: elementwise('Sum'),
	Sub: elementwise('Sub'),
	Mul: elementwise('Mul'),
	RealDiv: elementwise('Div'),
};
