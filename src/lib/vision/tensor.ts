/** Numbers that a model takes or gives, the last dimension running fastest. */
export interface Tensor {
	readonly dims: readonly number[];
	readonly data: Float32Array;
}

/** By the names the model gives them. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** The output `name`; throws `HeadError` when the model did not give it. */
export function tensorOf(tensors: Tensors, name: string): Tensor {
	const tensor = tensors[name];
	if (tensor === undefined) throw new HeadError(`the model gives no “${name}”`);
	return tensor;
}

/** The model's answer is not what its description says. */
export class HeadError extends Error {
	override name = 'HeadError';
}
