/** A TensorFlow.js graph model in memory: a TensorFlow GraphDef as JSON, with its weights apart. */

/** A constant. `data` is row-major; booleans are bytes. A scalar has the shape `[]`. */
export interface Tensor {
	readonly shape: readonly number[];
	readonly data: Float32Array | Int32Array | Uint8Array;
}

/** TensorFlow's AttrValue. Whole numbers come as text, texts as base64 or as bytes, depending on who wrote the JSON. */
export interface Attribute {
	readonly s?: string | readonly number[] | undefined;
	readonly i?: string | number | undefined;
	readonly f?: number | undefined;
	readonly b?: boolean | undefined;
	readonly list?:
		| {
				readonly s?: readonly (string | readonly number[])[] | undefined;
				readonly i?: readonly (string | number)[] | undefined;
		  }
		| undefined;
}

export interface GraphNode {
	readonly name: string;
	readonly op: string;
	/** `node`, or `node:1` for its second output. */
	readonly inputs: readonly string[];
	readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface GraphModel {
	readonly nodes: ReadonlyMap<string, GraphNode>;
	/** By the name of their `Const` node. */
	readonly constants: ReadonlyMap<string, Tensor>;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

/** Name of the node and number of its output. */
export function splitReference(reference: string): readonly [node: string, output: number] {
	const [node = '', output = '0'] = reference.split(':');
	return [node, Number(output)];
}

const decode = (text: string | readonly number[]): string =>
	typeof text === 'string' ? Buffer.from(text, 'base64').toString() : String.fromCharCode(...text);

/** The text of an attribute, `fallback` where it is left out. */
export function textOf({ attributes }: GraphNode, name: string, fallback: string): string {
	const text = attributes[name]?.s;
	return text === undefined || text.length === 0 ? fallback : decode(text);
}

export const textsOf = ({ attributes }: GraphNode, name: string): readonly string[] =>
	(attributes[name]?.list?.s ?? []).map(decode);

export const integersOf = ({ attributes }: GraphNode, name: string): readonly number[] =>
	(attributes[name]?.list?.i ?? []).map(Number);

/** Protobuf's JSON leaves out what is zero. */
export const integerOf = ({ attributes }: GraphNode, name: string): number => Number(attributes[name]?.i ?? 0);

export const numberOf = ({ attributes }: GraphNode, name: string, fallback: number): number =>
	attributes[name]?.f ?? fallback;
