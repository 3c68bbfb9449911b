import type { OnnxBackend } from '#core/vision/onnx-runtime-files';

/** Whether there is a graphics processor to compute on. One that is imitated by the processor counts only when it is asked for. */
export async function hasGpu(wish: 'auto' | OnnxBackend): Promise<boolean> {
	if (!('gpu' in navigator)) return false;
	try {
		const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
		return adapter !== null && (wish === 'webgpu' || !adapter.info.isFallbackAdapter);
	} catch (thrown) {
		console.warn('The graphics processor cannot be asked:', thrown);
		return false;
	}
}
