import onnxProto from 'onnx-proto';
import { sizeOf } from './graph-model.ts';
import { FLOAT16_MAX, toFloat16 } from './float16.ts';

const { onnx } = onnxProto;
type NodeProto = onnxProto.onnx.INodeProto;
type TensorProto = onnxProto.onnx.ITensorProto;
type AttributeProto = onnxProto.onnx.IAttributeProto;
type ValueInfoProto = onnxProto.onnx.IValueInfoProto;

/** How weights are stored. `fp16` halves the file; they are computed with in single precision all the same. */
export type WeightPrecision = 'fp32' | 'fp16';

type AttributeValue = number | string | readonly number[];

const { FLOAT, FLOAT16, INT64 } = onnx.TensorProto.DataType;
const OPSET = 13;
/** The format of files that opset 13 came with is 7; 8 is what every runtime of today reads. */
const IR_VERSION = 8;
/** Below this many numbers, half precision saves less than the node that undoes it costs. */
const WORTH_HALVING = 1024;

/** Collects the nodes and constants of an ONNX graph, and writes them as a file. Names are numbered in order, so that the same input gives the same bytes. */
export class OnnxGraph {
	readonly #precision: WeightPrecision;
	readonly #nodes: NodeProto[] = [];
	readonly #constants = new Map<string, TensorProto>();
	readonly #inputs: ValueInfoProto[] = [];
	readonly #outputs: ValueInfoProto[] = [];
	/** Names of small constants by type, shape and content: they are written once. */
	readonly #known = new Map<string, string>();
	#count = 0;

	constructor(precision: WeightPrecision) {
		this.#precision = precision;
	}

	input(name: string, shape: readonly number[]): string {
		this.#inputs.push(valueInfo(name, shape));
		return name;
	}

	/** Gives the value `from` the name under which it is asked for. */
	output(name: string, from: string, shape: readonly number[]): void {
		this.#nodes.push(onnx.NodeProto.create({ opType: 'Identity', name, input: [from], output: [name] }));
		this.#outputs.push(valueInfo(name, shape));
	}

	/** Adds a node with one output and names that. */
	node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}): string {
		const name = this.#name(op);
		this.#nodes.push(
			onnx.NodeProto.create({
				opType: op,
				name,
				input: [...inputs],
				output: [name],
				attribute: Object.entries(attributes).map(([key, value]) => attributeOf(key, value)),
			}),
		);
		return name;
	}

	/** A constant of exact numbers. */
	constant(shape: readonly number[], data: Float32Array): string {
		return this.#keep(shape, FLOAT, data);
	}

	scalar(value: number): string {
		return this.constant([], Float32Array.of(value));
	}

	/** Axes, shapes and indices: ONNX has them as 64-bit integers. */
	integers(values: readonly number[], shape: readonly number[] = [values.length]): string {
		return this.#keep(shape, INT64, BigInt64Array.from(values, BigInt));
	}

	/** A filter. Stored in half precision where that is asked for, worth it, and has room for its numbers. */
	weights(shape: readonly number[], data: Float32Array): string {
		const fits = data.every((value) => Math.abs(value) <= FLOAT16_MAX);
		if (this.#precision === 'fp32' || data.length < WORTH_HALVING || !fits) return this.constant(shape, data);
		const halved = this.#keep(shape, FLOAT16, Uint16Array.from(data, toFloat16));
		return this.node('Cast', [halved], { to: FLOAT });
	}

	/** The file: a `ModelProto` of opset 13. */
	write(name: string): Uint8Array {
		const model = onnx.ModelProto.create({
			irVersion: IR_VERSION,
			producerName: 'octocut',
			opsetImport: [{ domain: '', version: OPSET }],
			graph: {
				name,
				node: this.#nodes,
				initializer: [...this.#constants.values()],
				input: this.#inputs,
				output: this.#outputs,
			},
		});
		return onnx.ModelProto.encode(model).finish();
	}

	#keep(shape: readonly number[], dataType: number, data: ArrayBufferView): string {
		// A copy: the caller's array may be part of a larger one.
		const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
		const key = sizeOf(shape) <= 16 ? `${dataType} ${shape.join('×')} ${rawData.join()}` : undefined;
		const known = key === undefined ? undefined : this.#known.get(key);
		if (known !== undefined) return known;
		const name = this.#name('constant');
		this.#constants.set(name, onnx.TensorProto.create({ name, dims: [...shape], dataType, rawData }));
		if (key !== undefined) this.#known.set(key, name);
		return name;
	}

	#name(what: string): string {
		return `${what}_${this.#count++}`;
	}
}

function attributeOf(name: string, value: AttributeValue): AttributeProto {
	const { INT, INTS, STRING } = onnx.AttributeProto.AttributeType;
	if (typeof value === 'number') return onnx.AttributeProto.create({ name, type: INT, i: value });
	if (typeof value === 'string') return onnx.AttributeProto.create({ name, type: STRING, s: Buffer.from(value) });
	return onnx.AttributeProto.create({ name, type: INTS, ints: [...value] });
}

function valueInfo(name: string, shape: readonly number[]): ValueInfoProto {
	const dim = shape.map((dimValue) => ({ dimValue }));
	return onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } });
}
