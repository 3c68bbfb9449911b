import type { OnnxBackend } from '#core/vision/onnx-runtime-files';
import type { Tensor, Tensors } from './tensor.ts';

/** What a model says of one of its inputs or outputs. */
export interface TensorFacts {
	readonly name: string;
	/** Element type: float32, uint8 … */
	readonly type: string;
	/** A name stands for a size that is not fixed. */
	readonly shape: readonly (number | string)[];
}

/** A model that is ready to run, one picture at a time. */
export interface Inference {
	readonly backend: OnnxBackend;
	readonly inputs: readonly TensorFacts[];
	readonly outputs: readonly TensorFacts[];
	/** Throws `InferenceLostError` when the back end broke down, not the model. */
	run(inputName: string, input: Tensor): Promise<Tensors>;
	/** Gives its memory back. Safe to call twice. */
	release(): Promise<void>;
}

/**
 * Opens a model. Throws `ModelRefusedError` when it is none that the runtime reads, `MissingPartError` when the runtime is not on this device, and
 * `InferenceLostError` when this back end cannot be used.
 */
export type OpenInference = (model: Uint8Array, backend: OnnxBackend) => Promise<Inference>;

/** The file is not a model that can be used; `message` is what was found, as the rest of a sentence. */
export class ModelRefusedError extends Error {
	override name = 'ModelRefusedError';
}

/** A part of the app is not on this device, and there is no connection to fetch it. */
export class MissingPartError extends Error {
	override name = 'MissingPartError';
}

/** The back end broke down: a lost graphics device, no memory. */
export class InferenceLostError extends Error {
	override name = 'InferenceLostError';

	constructor(
		message: string,
		readonly outOfMemory: boolean,
		options?: ErrorOptions,
	) {
		super(message, options);
	}
}
