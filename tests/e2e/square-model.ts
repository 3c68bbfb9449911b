import onnxProto from 'onnx-proto';
import { CELLS } from './tiny-model.ts';

const { onnx } = onnxProto;
const { FLOAT, INT64 } = onnx.TensorProto.DataType;

const [SIDE, STRIDE] = [64, 32];
/** Light below this is no square: the grey beside a picture that is not square has 114. */
const DARK = 180;
/** So much light is something; a square of 7 × 7 pixels has it. */
const ENOUGH = 50 * (255 - DARK);
/** The first cell of the coarsest grid. */
const ROW = CELLS - 4;

/**
 * A detector in the shape of YOLOX for two classes, `square` and one it never sees, that finds the one bright square of a picture: the middle of the light is its
 * place, and the spread of the light its side, as the variance of an even width w is w² / 12.
 */
export function squareModel(): Buffer {
	const node = (opType: string, output: string, input: string[], attribute: onnxProto.onnx.IAttributeProto[] = []) =>
		onnx.NodeProto.create({ opType, name: output, input, output: [output], attribute });
	const floats = (name: string, dims: number[], values: readonly number[]) =>
		onnx.TensorProto.create({
			...{ name, dims, dataType: FLOAT, rawData: new Uint8Array(Float32Array.from(values).buffer) },
		});
	const whole = (name: string, values: readonly number[]) =>
		onnx.TensorProto.create({
			...{ name, dims: [values.length], dataType: INT64 },
			rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
		});
	const value = (name: string, sides: readonly number[]) =>
		onnx.ValueInfoProto.create({
			...{ name, type: { tensorType: { elemType: FLOAT, shape: { dim: sides.map((dimValue) => ({ dimValue })) } } } },
		});
	const axis = (n: number) => [onnx.AttributeProto.create({ name: 'axis', i: n, type: 2 })];
	const middles = Array.from({ length: SIDE }, (_, n) => n + 0.5);

	/** Mean and side of the light along one axis, in the units of the head. */
	const along = (name: string, places: string) => [
		node('Mul', `${name} moments`, ['light', places]),
		node('ReduceSum', `${name} moment`, [`${name} moments`, 'all axes']),
		node('Div', `${name} middle`, [`${name} moment`, 'total']),
		node('Sub', `${name} aways`, [places, `${name} middle`]),
		node('Mul', `${name} squares`, [`${name} aways`, `${name} aways`]),
		node('Mul', `${name} weighed`, ['light', `${name} squares`]),
		node('ReduceSum', `${name} spread`, [`${name} weighed`, 'all axes']),
		node('Div', `${name} variance`, [`${name} spread`, 'total']),
		node('Mul', `${name} scaled`, [`${name} variance`, 'twelve cells']),
		node('Add', `${name} sure`, [`${name} scaled`, 'little']),
		node('Log', `${name} log`, [`${name} sure`]),
		node('Mul', `${name} side`, [`${name} log`, 'half']),
		node('Div', `${name} place`, [`${name} middle`, 'stride']),
	];
	const one = [1, 1, 1, 1];
	const graph = onnx.GraphProto.create({
		name: 'bright square',
		input: [value('images', [1, 3, SIDE, SIDE])],
		output: [value('output', [1, CELLS, 7])],
		initializer: [
			floats('mean of colours', [1, 3, 1, 1], [1 / 3, 1 / 3, 1 / 3]),
			floats('dark', [1], [-DARK]),
			floats('columns', [1, 1, 1, SIDE], middles),
			floats('rows', [1, 1, SIDE, 1], middles),
			floats('stride', one, [STRIDE]),
			floats('twelve cells', one, [12 / STRIDE ** 2]),
			floats('half', one, [0.5]),
			floats('little', one, [1e-6]),
			floats('enough', one, [ENOUGH]),
			floats('certain', one, [1]),
			floats('never', one, [0]),
			whole('all axes', [0, 1, 2, 3]),
			whole('a row', [1, 1, 7]),
			floats('before', [1, ROW, 7], new Array<number>(ROW * 7).fill(0)),
			floats('behind', [1, CELLS - ROW - 1, 7], new Array<number>((CELLS - ROW - 1) * 7).fill(0)),
		],
		node: [
			node('Conv', 'grey', ['images', 'mean of colours', 'dark']),
			node('Relu', 'light', ['grey']),
			node('ReduceSum', 'sum', ['light', 'all axes']),
			node('Add', 'total', ['sum', 'little']),
			...along('across', 'columns'),
			...along('down', 'rows'),
			node('Div', 'share', ['sum', 'enough']),
			node('Min', 'certainty', ['share', 'certain']),
			node(
				'Concat',
				'numbers',
				['across place', 'down place', 'across side', 'down side', 'certainty', 'certain', 'never'],
				axis(3),
			),
			node('Reshape', 'row', ['numbers', 'a row']),
			node('Concat', 'output', ['before', 'row', 'behind'], axis(1)),
		],
	});
	const opsetImport = [{ domain: '', version: 13 }];
	const model = onnx.ModelProto.create({ irVersion: 8, producerName: 'test', opsetImport, graph });
	return Buffer.from(onnx.ModelProto.encode(model).finish());
}
