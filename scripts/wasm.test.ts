import { readFile, stat } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { FFMPEG_CORE_BYTES, FFMPEG_CORE_PATHS } from '../src/lib/core/ffmpeg/ffmpeg-core-files.ts';
import { ONNX_RUNTIME_FILES, ONNX_RUNTIME_VERSION } from '../src/lib/core/vision/onnx-runtime-files.ts';
import { prepareWasm } from './wasm.mjs';

beforeAll(prepareWasm);

const { webgpu, wasm } = ONNX_RUNTIME_FILES;

test.each([
	['the ffmpeg core', Object.values(FFMPEG_CORE_PATHS), FFMPEG_CORE_BYTES],
	['ONNX Runtime with WebGPU', [webgpu.api, webgpu.script, webgpu.wasm], webgpu.bytes],
	['ONNX Runtime without', [wasm.api, wasm.script, wasm.wasm], wasm.bytes],
])('%s lies where the app looks for it, and weighs what the app says', async (_, paths, bytes) => {
	const sizes = await Promise.all(
		paths.map(async (path) => (await stat(new URL(`../static${path}`, import.meta.url))).size),
	);
	expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes);
});

test('NOTICE names the versions of the ffmpeg core and of ONNX Runtime that are served', async () => {
	const notice = await readFile(new URL('../NOTICE', import.meta.url), 'utf8');
	const [, version] = /ffmpeg\/([^/]+)\//.exec(FFMPEG_CORE_PATHS.wasm) ?? [];
	expect(notice).toContain(`@ffmpeg/core ${version} `);
	expect(notice).toContain(`onnxruntime-web ${ONNX_RUNTIME_VERSION} `);
});
