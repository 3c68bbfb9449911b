import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const { FLOAT } = onnx.TensorProto.DataType;

/** A side of 64 pixels has 8 × 8, 4 × 4 and 2 × 2 cells of 8, 16 and 32 pixels. */
export const CELLS = 84;

/** The smallest file that is a detector of this shape: it takes a picture of 64 × 64 pixels, and gives the same numbers for each. */
export function tinyModel(outputShape: readonly number[], fill = 0): Buffer {
	const dims = (shape: readonly number[]) => ({ dim: shape.map((dimValue) => ({ dimValue })) });
	const value = (name: string, shape: readonly number[]) =>
		onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType: FLOAT, shape: dims(shape) } } });
	const size = outputShape.reduce((product, side) => product * side, 1);
	const model = onnx.ModelProto.create({
		irVersion: 8,
		producerName: 'test',
		opsetImport: [{ domain: '', version: 13 }],
		graph: {
			name: 'tiny',
			node: [onnx.NodeProto.create({ opType: 'Identity', name: 'out', input: ['numbers'], output: ['output'] })],
			initializer: [
				onnx.TensorProto.create({
					...{ name: 'numbers', dims: [...outputShape], dataType: FLOAT },
					rawData: new Uint8Array(new Float32Array(size).fill(fill).buffer),
				}),
			],
			input: [value('images', [1, 3, 64, 64])],
			output: [value('output', outputShape)],
		},
	});
	return Buffer.from(onnx.ModelProto.encode(model).finish());
}
