import { readFile, stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { FFMPEG_CORE_BYTES, FFMPEG_CORE_PATHS } from '../src/lib/core/ffmpeg/ffmpeg-core-files.ts';
import { prepareWasm } from './wasm.mjs';

test('the ffmpeg core lies where the app looks for it, and weighs what the app says', async () => {
	await prepareWasm();
	const sizes = await Promise.all(
		Object.values(FFMPEG_CORE_PATHS).map(
			async (path) => (await stat(new URL(`../static${path}`, import.meta.url))).size,
		),
	);
	expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(FFMPEG_CORE_BYTES);
});

test('NOTICE names the version of the ffmpeg core that is served', async () => {
	const notice = await readFile(new URL('../NOTICE', import.meta.url), 'utf8');
	const [, version] = /ffmpeg\/([^/]+)\//.exec(FFMPEG_CORE_PATHS.wasm) ?? [];
	expect(notice).toContain(`@ffmpeg/core ${version} `);
});
