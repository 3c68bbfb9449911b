import { InferenceSession, Tensor as OrtTensor, env } from 'onnxruntime-web';
import onnxProto from 'onnx-proto';
import { ModelRefusedError, type OpenInference } from './inference.ts';

const { onnx } = onnxProto;
const { FLOAT, INT64, UINT8 } = onnx.TensorProto.DataType;

env.wasm.numThreads = 1;

type Shape = readonly (number | string)[];

export interface TinyModel {
	readonly inputs: Readonly<Record<string, Shape>>;
	/** Each output is this shape, filled with zeros. */
	readonly outputs: Readonly<Record<string, readonly number[]>>;
	readonly inputType?: 'float32' | 'uint8';
}

/** A real ONNX file that takes and gives what is asked for, and computes nothing. */
export function onnxFile({ inputs, outputs, inputType = 'float32' }: TinyModel): Uint8Array {
	const value = (name: string, shape: Shape, elemType: number): onnxProto.onnx.IValueInfoProto => ({
		name,
		type: {
			tensorType: {
				elemType,
				shape: { dim: shape.map((side) => (typeof side === 'number' ? { dimValue: side } : { dimParam: side })) },
			},
		},
	});
	const names = Object.keys(outputs);
	const model = onnx.ModelProto.create({
		irVersion: 8,
		opsetImport: [{ domain: '', version: 13 }],
		graph: {
			name: 'tiny',
			input: Object.entries(inputs).map(([name, shape]) => value(name, shape, inputType === 'uint8' ? UINT8 : FLOAT)),
			output: names.map((name) => value(name, outputs[name] ?? [], FLOAT)),
			initializer: names.map((name) => ({
				name: `${name} shape`,
				dataType: INT64,
				dims: [outputs[name]?.length ?? 0],
				int64Data: [...(outputs[name] ?? [])],
			})),
			node: names.map((name) => ({ opType: 'ConstantOfShape', name, input: [`${name} shape`], output: [name] })),
		},
	});
	return onnx.ModelProto.encode(model).finish();
}

/** ONNX Runtime as Node has it. */
export const openInNode: OpenInference = async (bytes, backend) => {
	const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 }).catch((thrown: unknown) => {
		throw new ModelRefusedError(String(thrown));
	});
	const facts = (values: readonly InferenceSession.ValueMetadata[]) =>
		values.map((value) => ({
			name: value.name,
			type: value.isTensor ? value.type : 'no tensor',
			shape: value.isTensor ? value.shape : [],
		}));
	return {
		backend,
		inputs: facts(session.inputMetadata),
		outputs: facts(session.outputMetadata),
		run: async (name, { data, dims }) => {
			const answer = await session.run({ [name]: new OrtTensor('float32', data, [...dims]) });
			return Object.fromEntries(
				Object.entries(answer).map(([key, tensor]) => [key, { dims: tensor.dims, data: tensor.data as Float32Array }]),
			);
		},
		release: () => session.release(),
	};
};
