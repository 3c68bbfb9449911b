import { expect, test } from 'vitest';
import type { ModelError } from '../model-error.ts';
import { readGraphModel } from './read-graph-model.ts';

const weights = [
	{ name: 'flags', shape: [3], dtype: 'bool' },
	{ name: 'numbers', shape: [2, 1], dtype: 'float32' },
	{ name: 'count', shape: [], dtype: 'int32' },
];
const json = (changes: object = {}) =>
	JSON.stringify({
		modelTopology: {
			node: [
				{ name: 'flags', op: 'Const' },
				{ name: 'y', op: 'Relu', input: ['numbers', '^flags'], attr: { T: { type: 1 } } },
			],
		},
		weightsManifest: [{ paths: ['one', 'two'], weights, ...changes }],
	});
const bytes = Buffer.from([
	...[1, 0, 1],
	...new Uint8Array(Float32Array.of(1.5, -2).buffer),
	...new Uint8Array(Int32Array.of(-7).buffer),
]);
// The cut between the shards goes through a number.
const shards: Readonly<Record<string, Uint8Array>> = { one: bytes.subarray(0, 5), two: bytes.subarray(5) };
const trouble = (name: ModelError['trouble']) => expect.objectContaining({ trouble: name }) as ModelError;

test('nodes come without what only orders them, constants with their shapes, across shards', () => {
	const model = readGraphModel('Tiny', json(), (path) => shards[path]);
	expect(model.nodes.get('y')?.inputs).toEqual(['numbers']);
	expect(Object.fromEntries(model.constants)).toEqual({
		flags: { shape: [3], data: Uint8Array.of(1, 0, 1) },
		numbers: { shape: [2, 1], data: Float32Array.of(1.5, -2) },
		count: { shape: [], data: Int32Array.of(-7) },
	});
});

test('a shard that is cut short is told with what is missing', () => {
	const cut: typeof shards = { ...shards, two: bytes.subarray(5, 10) };
	const read = () => readGraphModel('Tiny', json(), (path) => cut[path]);
	expect(read).toThrow(trouble('damaged'));
	expect(read).toThrow('Tiny: its weights are cut short, 1 bytes are missing from the weights numbers on.');
});

test('a shard that is not there is named', () => {
	const read = () => readGraphModel('Tiny', json(), (path) => (path === 'one' ? shards['one'] : undefined));
	expect(read).toThrow(trouble('damaged'));
	expect(read).toThrow('Tiny: the part two of its weights is missing.');
});

test.each(['', '{', '[]', '{"modelTopology":{}}', json({ paths: 'one' })])('%j is no graph model', (text) => {
	expect(() => readGraphModel('Tiny', text, () => bytes)).toThrow(trouble('damaged'));
});

test('weights that are stored quantised are refused by name', () => {
	const quantised = [{ ...weights[1], quantization: { dtype: 'uint8', scale: 1, min: 0 } }];
	const read = () => readGraphModel('Tiny', json({ weights: quantised }), (path) => shards[path]);
	expect(read).toThrow(trouble('unsupported'));
	expect(read).toThrow('numbers');
});
