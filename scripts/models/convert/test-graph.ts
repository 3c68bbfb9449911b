import { InferenceSession, Tensor as OnnxTensor, env } from 'onnxruntime-web';
import { convertGraphModel, type ConversionPlan } from './convert-graph-model.ts';
import { sizeOf, type Attribute, type GraphModel, type GraphNode, type Tensor } from './graph-model.ts';

env.wasm.numThreads = 1;

export const node = (
	name: string,
	op: string,
	inputs: readonly string[],
	attributes: Readonly<Record<string, Attribute>> = {},
): GraphNode => ({ name, op, inputs, attributes });

export const text = (value: string): Attribute => ({ s: Buffer.from(value).toString('base64') });
export const list = (...values: readonly number[]): Attribute => ({ list: { i: values.map(String) } });
export const floats = (shape: readonly number[], values: readonly number[]): Tensor => ({
	shape,
	data: Float32Array.from(values),
});
export const whole = (shape: readonly number[], ...values: readonly number[]): Tensor => ({
	shape,
	data: Int32Array.from(values),
});
/** Numbers that tell every place apart: 0.1, 0.2, … */
export const counting = (...shape: readonly number[]): Tensor =>
	floats(
		shape,
		Array.from({ length: sizeOf(shape) }, (_, at) => (at + 1) / 10),
	);

export function graphModel(nodes: readonly GraphNode[], constants: Readonly<Record<string, Tensor>> = {}): GraphModel {
	const all = [...Object.keys(constants).map((name) => node(name, 'Const', [])), ...nodes];
	return { nodes: new Map(all.map((one) => [one.name, one])), constants: new Map(Object.entries(constants)) };
}

/** Converts a graph that starts at `x` and ends at `y`, unless the plan says otherwise, and runs it. */
export async function run(
	model: GraphModel,
	input: Tensor,
	plan: Partial<ConversionPlan> = {},
): Promise<{ readonly shape: readonly number[]; readonly data: readonly number[] }> {
	const whole = { title: 'tiny', input: { node: 'x', shape: input.shape }, outputs: ['y'], precision: 'fp32' } as const;
	const file = convertGraphModel(model, { ...whole, ...plan });
	return runFile(file, input);
}

/** Runs an ONNX file with one input; its first output. */
export async function runFile(
	file: Uint8Array,
	{ shape, data }: Tensor,
): Promise<{ readonly shape: readonly number[]; readonly data: readonly number[] }> {
	const session = await InferenceSession.create(file, { logSeverityLevel: 3 });
	try {
		const [input = '', output = ''] = [session.inputNames[0], session.outputNames[0]];
		const results = await session.run({ [input]: new OnnxTensor('float32', data as Float32Array, [...shape]) });
		const { dims = [], data: numbers } = results[output] ?? {};
		return { shape: dims, data: [...(numbers as Float32Array)] };
	} finally {
		await session.release();
	}
}
