import onnxProto from 'onnx-proto';
import type { Tensors } from './tensor.ts';

const { onnx } = onnxProto;
const { FLOAT, INT64, UINT8 } = onnx.TensorProto.DataType;

type Shape = readonly (number | string)[];
type Graph = Pick<onnxProto.onnx.IGraphProto, 'node' | 'initializer'>;

export interface Ports {
	readonly inputs: Readonly<Record<string, Shape>>;
	readonly outputs: Readonly<Record<string, Shape>>;
	readonly inputType?: 'float32' | 'uint8';
}

export interface TinyModel extends Ports {
	/** Each output is this shape, filled with zeros. */
	readonly outputs: Readonly<Record<string, readonly number[]>>;
}

/** A real ONNX file that takes and gives what `ports` say, by way of `graph`. */
export function onnxOf({ inputs, outputs, inputType = 'float32' }: Ports, graph: Graph): Uint8Array<ArrayBuffer> {
	const value = (name: string, shape: Shape, elemType: number): onnxProto.onnx.IValueInfoProto => ({
		name,
		type: {
			tensorType: {
				elemType,
				shape: { dim: shape.map((side) => (typeof side === 'number' ? { dimValue: side } : { dimParam: side })) },
			},
		},
	});
	const model = onnx.ModelProto.create({
		irVersion: 8,
		producerName: 'test',
		opsetImport: [{ domain: '', version: 13 }],
		graph: {
			name: 'tiny',
			input: Object.entries(inputs).map(([name, shape]) => value(name, shape, inputType === 'uint8' ? UINT8 : FLOAT)),
			output: Object.entries(outputs).map(([name, shape]) => value(name, shape, FLOAT)),
			...graph,
		},
	});
	return Uint8Array.from(onnx.ModelProto.encode(model).finish());
}

/** A model that computes nothing: zeros in the shapes that are asked for. */
export function onnxFile(model: TinyModel): Uint8Array<ArrayBuffer> {
	const outputs = Object.entries(model.outputs);
	return onnxOf(model, {
		initializer: outputs.map(([name, dims]) => ({
			...{ name: `${name} shape`, dataType: INT64, dims: [dims.length], int64Data: [...dims] },
		})),
		node: outputs.map(([name]) => ({ opType: 'ConstantOfShape', name, input: [`${name} shape`], output: [name] })),
	});
}

/** A model that gives the same numbers for each picture; they stand in its file. */
export function fixedAnswer(inputs: Ports['inputs'], answer: Tensors): Uint8Array<ArrayBuffer> {
	const answers = Object.entries(answer);
	const outputs = Object.fromEntries(answers.map(([name, { dims }]) => [name, dims]));
	return onnxOf(
		{ inputs, outputs },
		{
			initializer: answers.map(([name, { dims, data }]) => ({
				...{ name: `${name} numbers`, dataType: FLOAT, dims: [...dims] },
				rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
			})),
			node: answers.map(([name]) => ({ opType: 'Identity', name, input: [`${name} numbers`], output: [name] })),
		},
	);
}
