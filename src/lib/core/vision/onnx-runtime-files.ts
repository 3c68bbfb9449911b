/** Version of `onnxruntime-web` that is served beside the app; part of its address, so it may be cached for good. */
export const ONNX_RUNTIME_VERSION = '1.30.0';

/** `webgpu` computes on the graphics processor and falls back by itself for single operations; `wasm` needs none. */
export type OnnxBackend = 'webgpu' | 'wasm';

const folder = `/wasm/onnxruntime/${ONNX_RUNTIME_VERSION}`;

/** Paths on the app's own origin, `api` is the library that loads the other two; and what they weigh together, in bytes: for progress when the server does not tell. */
export const ONNX_RUNTIME_FILES: Readonly<
	Record<OnnxBackend, { readonly api: string; readonly script: string; readonly wasm: string; readonly bytes: number }>
> = {
	webgpu: {
		api: `${folder}/ort.webgpu.min.mjs`,
		script: `${folder}/ort-wasm-simd-threaded.asyncify.mjs`,
		wasm: `${folder}/ort-wasm-simd-threaded.asyncify.wasm`,
		bytes: 26_901_320,
	},
	wasm: {
		api: `${folder}/ort.wasm.min.mjs`,
		script: `${folder}/ort-wasm-simd-threaded.mjs`,
		wasm: `${folder}/ort-wasm-simd-threaded.wasm`,
		bytes: 14_314_404,
	},
};
