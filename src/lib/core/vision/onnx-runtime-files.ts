/** Version of `onnxruntime-web` that is served beside the app; part of its address, so it may be cached for good. */
export const ONNX_RUNTIME_VERSION = '1.30.0';

/** `webgpu` computes on the graphics processor and falls back by itself for single operations; `wasm` needs none. */
export type OnnxBackend = 'webgpu' | 'wasm';

const folder = `/wasm/onnxruntime/${ONNX_RUNTIME_VERSION}`;

/** Paths on the app's own origin, and what both files weigh, in bytes: for progress when the server does not tell. */
export const ONNX_RUNTIME_FILES: Readonly<
	Record<OnnxBackend, { readonly script: string; readonly wasm: string; readonly bytes: number }>
> = {
	webgpu: {
		script: `${folder}/ort-wasm-simd-threaded.asyncify.mjs`,
		wasm: `${folder}/ort-wasm-simd-threaded.asyncify.wasm`,
		bytes: 26_834_971,
	},
	wasm: {
		script: `${folder}/ort-wasm-simd-threaded.mjs`,
		wasm: `${folder}/ort-wasm-simd-threaded.wasm`,
		bytes: 14_264_278,
	},
};
