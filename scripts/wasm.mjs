/** Puts wasm files and their scripts where the app looks for them: static/wasm/<folder>/<version>/. Run alone: `node scripts/wasm.mjs`. */
import { copyFile, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

const served = [
	{ name: '@ffmpeg/core', from: 'dist/esm', to: 'ffmpeg', files: ['ffmpeg-core.js', 'ffmpeg-core.wasm'] },
	{
		name: 'onnxruntime-web',
		from: 'dist',
		to: 'onnxruntime',
		files: [
			// With WebGPU, and without: half the size.
			...['ort-wasm-simd-threaded.asyncify.mjs', 'ort-wasm-simd-threaded.asyncify.wasm'],
			...['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'],
			// What the app calls: one for each of the two.
			...['ort.webgpu.min.mjs', 'ort.wasm.min.mjs'],
		],
	},
];

export async function prepareWasm() {
	for (const { name, from, to, files } of served) {
		const source = join(root, 'node_modules', name);
		const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
		const target = join(root, 'static/wasm', to, version);
		for (const file of files) await copyIfNew(join(source, from, file), join(target, file), target);
	}
}

/** @param {string} from @param {string} to @param {string} folder */
async function copyIfNew(from, to, folder) {
	if ((await sizeOf(to)) === (await sizeOf(from))) return;
	await mkdir(folder, { recursive: true });
	const draft = `${to}.${process.pid}`;
	await copyFile(from, draft);
	await rename(draft, to);
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
