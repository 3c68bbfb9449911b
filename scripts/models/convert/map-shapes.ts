import { integerOf, integersOf, sizeOf } from './graph-model.ts';
import { fromFront, needed, numberIn, numbersOf, unsupported, type MapOp, type Mapping } from './mapping.ts';
import { computed, constant, inOrder, integers } from './value.ts';

/** Every shape is known, so a shape asked for is a constant, and so is what is computed from it. */
const shapeOf: MapOp = (node, inputs) => [integers(needed(node, inputs, 0).shape)];

const identity: MapOp = (node, inputs) => [needed(node, inputs, 0)];

const reshape: MapOp = (node, inputs, graph) => {
	const input = needed(node, inputs, 0);
	const asked = numbersOf(node, inputs, 1);
	const known = asked.filter((side) => side !== -1).reduce((product, side) => product * side, 1);
	const shape = asked.map((side) => (side === -1 ? sizeOf(input.shape) / known : side));
	if (sizeOf(shape) !== sizeOf(input.shape)) {
		throw unsupported(node, `${input.shape.join('×')} made into ${asked.join('×')}`);
	}
	return [computed(graph.node('Reshape', [inOrder(graph, input), graph.integers(shape)]), shape)];
};

const squeeze: MapOp = (node, inputs, graph) => {
	const input = needed(node, inputs, 0);
	const named = integersOf(node, 'squeeze_dims').map((axis) => fromFront(axis, input.shape.length));
	const axes = named.length > 0 ? named : input.shape.flatMap((side, axis) => (side === 1 ? [axis] : []));
	const shape = input.shape.filter((_, axis) => !axes.includes(axis));
	return [computed(graph.node('Squeeze', [inOrder(graph, input), graph.integers(axes)]), shape)];
};

const expandDims: MapOp = (node, inputs, graph) => {
	const input = needed(node, inputs, 0);
	const axis = fromFront(numberIn(node, inputs, 1), input.shape.length + 1);
	return [
		computed(
			graph.node('Unsqueeze', [inOrder(graph, input), graph.integers([axis])]),
			input.shape.toSpliced(axis, 0, 1),
		),
	];
};

const transpose: MapOp = (node, inputs, graph) => {
	const input = needed(node, inputs, 0);
	const perm = numbersOf(node, inputs, 1);
	const shape = perm.map((axis) => input.shape[axis] ?? 1);
	return [computed(graph.node('Transpose', [inOrder(graph, input)], { perm }), shape)];
};

const tile: MapOp = (node, inputs, graph) => {
	const input = needed(node, inputs, 0);
	const times = numbersOf(node, inputs, 1);
	if (times.every((count) => count === 1)) return [input];
	const shape = input.shape.map((side, axis) => side * (times[axis] ?? 1));
	return [computed(graph.node('Tile', [inOrder(graph, input), graph.integers(times)]), shape)];
};

const concat: MapOp = (node, inputs, graph) => {
	const parts = inputs.slice(0, -1);
	const first = needed(node, parts, 0);
	const axis = fromFront(numberIn(node, inputs, inputs.length - 1), first.shape.length);
	const length = parts.reduce((sum, part) => sum + (part.shape[axis] ?? 0), 0);
	const names = parts.map((part) => inOrder(graph, part));
	return [computed(graph.node('Concat', names, { axis }), first.shape.with(axis, length))];
};

const pack: MapOp = (node, inputs, graph) => {
	const first = needed(node, inputs, 0);
	const axis = fromFront(integerOf(node, 'axis'), first.shape.length + 1);
	const shape = first.shape.toSpliced(axis, 0, inputs.length);
	const numbers = inputs.map((input) =>
		input.kind === 'constant' && input.shape.length === 0 ? input.tensor.data : null,
	);
	if (numbers.every((data) => data instanceof Int32Array)) return [integers(numbers.flatMap((data) => [...data]))];
	const names = inputs.map((input) => graph.node('Unsqueeze', [inOrder(graph, input), graph.integers([axis])]));
	return [computed(graph.node('Concat', names, { axis }), shape)];
};

const unpack: MapOp = (node, inputs, graph) => {
	const input = needed(node, inputs, 0);
	const axis = fromFront(integerOf(node, 'axis'), input.shape.length);
	const shape = input.shape.toSpliced(axis, 1);
	const whole = inOrder(graph, input);
	return Array.from({ length: input.shape[axis] ?? 0 }, (_, index) =>
		computed(graph.node('Gather', [whole, graph.integers([index], [])], { axis }), shape),
	);
};

const slice: MapOp = (node, inputs, graph) => {
	const input = needed(node, inputs, 0);
	const begin = numbersOf(node, inputs, 1);
	const sizes = numbersOf(node, inputs, 2);
	const end = begin.map((from, axis) => (sizes[axis] === -1 ? (input.shape[axis] ?? 0) : from + (sizes[axis] ?? 0)));
	const shape = begin.map((from, axis) => (end[axis] ?? 0) - from);
	const bounds = [graph.integers(begin), graph.integers(end)];
	return [computed(graph.node('Slice', [inOrder(graph, input), ...bounds]), shape)];
};

/** One number out of a constant list: the one form that shape arithmetic needs. */
const stridedSlice: MapOp = (node, inputs) => {
	const list = needed(node, inputs, 0);
	const isPlain = ['begin_mask', 'end_mask', 'ellipsis_mask', 'new_axis_mask'].every(
		(mask) => integerOf(node, mask) === 0,
	);
	if (list.kind !== 'constant' || list.shape.length !== 1 || integerOf(node, 'shrink_axis_mask') !== 1 || !isPlain) {
		throw unsupported(node, 'more to cut than one number out of a constant list');
	}
	const value = list.tensor.data.at(numberIn(node, inputs, 1));
	if (value === undefined) throw unsupported(node, 'a place outside the list');
	return [constant({ shape: [], data: Int32Array.of(value) })];
};

export const shapes: Mapping = {
	Identity: identity,
	Shape: shapeOf,
	Reshape: reshape,
	Squeeze: squeeze,
	ExpandDims: expandDims,
	Transpose: transpose,
	Tile: tile,
	ConcatV2: concat,
	Pack: pack,
	Unpack: unpack,
	Slice: slice,
	StridedSlice: stridedSlice,
};
