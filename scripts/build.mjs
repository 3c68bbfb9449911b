/** Builds the app into build/, with packed forms beside its texts, and notes what it was built from. `npm run build`, with the server. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { prepareServedFiles } from './served-files.mjs';
import { buildServer } from './server-build.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const build = join(root, 'build');
/** Hidden, so never served. */
const note = join(build, '.built-from');
const sources = [
	'src',
	'static',
	'package.json',
	'package-lock.json',
	'svelte.config.js',
	'vite.config.ts',
	'tsconfig.json',
];
const TEXT = /\.(js|css|html|svg|json|webmanifest)$/;

/** True when build/ was made from the sources as they are now. */
export async function isBuilt() {
	return existsSync(note) && (await readFile(note, 'utf8')) === (await digestOfSources());
}

/** Throws when the build fails; what went wrong is on the terminal by then. */
export async function buildApp() {
	await prepareServedFiles();
	const digest = await digestOfSources();
	const vite = join(root, 'node_modules/vite/bin/vite.js');
	const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: root, stdio: 'inherit' });
	const [code] = await once(child, 'close');
	if (code !== 0) throw new Error(`vite build ended with ${code}`);
	await pack(build);
	await writeFile(note, digest);
}

/** By content: a clone or a switch of branches touches every time stamp. */
async function digestOfSources() {
	const hash = createHash('sha256').update(process.version);
	for (const path of sources) {
		for (const file of await filesIn(path))
			hash
				.update(file)
				.update('\0')
				.update(await readFile(join(root, file)))
				.update('\0');
	}
	return hash.digest('hex');
}

/** @param {string} path @returns {Promise<string[]>} */
async function filesIn(path) {
	// Prepared from packages whose versions package-lock.json knows.
	if (path === 'static/wasm') return [];
	// Names the content of all models; they may come later than the first build, when there was no connection.
	if (path === 'static/models') return filesIn('static/models/manifest.json');
	if (!existsSync(join(root, path))) return [];
	const entries = await readdir(join(root, path), { withFileTypes: true }).catch((error) => {
		if (error.code === 'ENOTDIR') return null;
		throw error;
	});
	if (entries === null) return [path];
	const nested = await Promise.all(entries.map((entry) => filesIn(`${path}/${entry.name}`)));
	return nested
		.flat()
		.filter((file) => !/\.test\.ts$/.test(file))
		.sort();
}

/** @param {string} folder */
async function pack(folder) {
	for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
		if (!entry.isFile() || !TEXT.test(entry.name) || entry.parentPath.includes('/wasm')) continue;
		const path = join(entry.parentPath, entry.name);
		const text = await readFile(path);
		if (text.length < 1024) continue;
		const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
		await writeFile(`${path}.gz`, await promisify(gzip)(text, { level: 9 }));
		await writeFile(`${path}.br`, await promisify(brotliCompress)(text, quality));
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	try {
		await buildApp();
		await buildServer();
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
		process.exit(1);
	}
}
