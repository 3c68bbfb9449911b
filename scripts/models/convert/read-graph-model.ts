import { z } from 'zod';
import { ModelError } from '../model-error.ts';
import { sizeOf, type GraphModel, type GraphNode, type Tensor } from './graph-model.ts';

const text = z.union([z.string(), z.array(z.number())]);
const whole = z.union([z.string(), z.number()]);
const attribute = z.object({
	s: text.optional(),
	i: whole.optional(),
	f: z.number().optional(),
	b: z.boolean().optional(),
	list: z.object({ s: z.array(text).optional(), i: z.array(whole).optional() }).optional(),
});
const weight = z.object({
	name: z.string(),
	shape: z.array(z.number().int().nonnegative()),
	dtype: z.enum(['float32', 'int32', 'bool']),
	quantization: z.unknown().optional(),
});
const graphModel = z.object({
	modelTopology: z.object({
		node: z.array(
			z.object({
				name: z.string(),
				op: z.string(),
				input: z.array(z.string()).default([]),
				attr: z.record(z.string(), attribute).default({}),
			}),
		),
	}),
	weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(weight) })),
});

const BYTES = { float32: 4, int32: 4, bool: 1 } as const;

/**
 * Reads a TensorFlow.js graph model (https://www.tensorflow.org/js/guide/save_load, `model.json` and its shards).
 *
 * @param title what the model is called in sentences
 * @param json text of `model.json`
 * @param shard the bytes of a shard by the path `model.json` gives it, undefined where there is none
 * @throws ModelError `damaged` when the text is not such a model, a shard is missing or cut short; `unsupported` for weights stored quantised
 */
export function readGraphModel(
	title: string,
	json: string,
	shard: (path: string) => Uint8Array | undefined,
): GraphModel {
	const { modelTopology, weightsManifest } = parse(title, json);
	const nodes = modelTopology.node.map(({ name, op, input, attr }): GraphNode => {
		// A `^node` orders execution and carries no value.
		return { name, op, inputs: input.filter((one) => !one.startsWith('^')), attributes: attr };
	});
	const constants = weightsManifest.flatMap(({ paths, weights }) => {
		const parts = paths.map((path) => {
			const bytes = shard(path);
			if (!bytes) throw new ModelError('damaged', `${title}: the part ${path} of its weights is missing.`);
			return bytes;
		});
		return [...readWeights(title, Buffer.concat(parts), weights)];
	});
	return { nodes: new Map(nodes.map((node) => [node.name, node])), constants: new Map(constants) };
}

function parse(title: string, json: string): z.infer<typeof graphModel> {
	try {
		return graphModel.parse(JSON.parse(json));
	} catch (error) {
		throw new ModelError('damaged', `${title}: its model.json is not a TensorFlow.js graph model.`, { cause: error });
	}
}

function* readWeights(
	title: string,
	bytes: Uint8Array,
	weights: readonly z.infer<typeof weight>[],
): Generator<[string, Tensor]> {
	let at = 0;
	for (const { name, shape, dtype, quantization } of weights) {
		if (quantization !== undefined) {
			throw new ModelError(
				'unsupported',
				`${title}: the weights ${name} are stored quantised, which is not read here.`,
			);
		}
		const end = at + sizeOf(shape) * BYTES[dtype];
		if (end > bytes.length) {
			const missing = `${end - bytes.length} bytes are missing from the weights ${name} on`;
			throw new ModelError('damaged', `${title}: its weights are cut short, ${missing}.`);
		}
		// A copy: the view of a typed array must start at a multiple of its element.
		const own = Uint8Array.from(bytes.subarray(at, end)).buffer;
		const data =
			dtype === 'float32' ? new Float32Array(own) : dtype === 'int32' ? new Int32Array(own) : new Uint8Array(own);
		yield [name, { shape, data }];
		at = end;
	}
}
