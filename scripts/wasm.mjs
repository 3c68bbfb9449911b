/** Puts the ffmpeg core where the app looks for it: static/wasm/ffmpeg/<version>/. Run alone: `node scripts/wasm.mjs`. */
import { copyFile, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

export async function prepareWasm() {
	const source = join(root, 'node_modules/@ffmpeg/core');
	const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
	const folder = join(root, 'static/wasm/ffmpeg');
	const target = join(folder, version);
	for (const name of ['ffmpeg-core.js', 'ffmpeg-core.wasm']) {
		const [from, to] = [join(source, 'dist/esm', name), join(target, name)];
		if ((await sizeOf(to)) === (await sizeOf(from))) continue;
		await mkdir(target, { recursive: true });
		const draft = `${to}.${process.pid}`;
		await copyFile(from, draft);
		await rename(draft, to);
	}
	return target;
}

/** @param {string} path */
async function sizeOf(path) {
	try {
		return (await stat(path)).size;
	} catch (error) {
		if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return -1;
		throw error;
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await prepareWasm();
