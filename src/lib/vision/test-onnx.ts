import { InferenceSession, Tensor as OrtTensor, env } from 'onnxruntime-web';
import { ModelRefusedError, type OpenInference } from './inference.ts';

env.wasm.numThreads = 1;

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
