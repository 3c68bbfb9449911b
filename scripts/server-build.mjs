/**
 * Bundles the server into dist/, so that it starts without compiling: half the time and three quarters of the memory of running the sources
 * through tsx, which tests and `npm run bench` do. Made anew by `npm start` when the sources are newer.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');
const note = join(dist, '.built-from');
const sources = ['sync-server', 'src/lib/core', 'src/lib/contract', 'package-lock.json', 'scripts/server-build.mjs'];

/** True when dist/ was made from the sources as they are now. */
export async function isServerBuilt() {
	return existsSync(note) && (await readFile(note, 'utf8')) === (await digestOfSources());
}

/** Throws when the build fails. */
export async function buildServer() {
	const digest = await digestOfSources();
	const { build } = await import('vite');
	const input = ['sync-server/main.ts', 'sync-server/cli.ts'].filter((path) => existsSync(join(root, path)));
	await rm(dist, { recursive: true, force: true });
	await build({
		root,
		configFile: false,
		logLevel: 'warn',
		publicDir: false,
		build: {
			ssr: true,
			outDir: dist,
			target: 'node20',
			minify: false,
			// All beside each other: what stood in a folder of its own finds its files from here.
			rolldownOptions: {
				input,
				output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
			},
		},
	});
	await cp(join(root, 'sync-server/db/migrations'), join(dist, 'migrations'), { recursive: true });
	await writeFile(note, digest);
}

/** By content: a clone or a switch of branches touches every time stamp. */
async function digestOfSources() {
	const hash = createHash('sha256').update(process.version);
	for (const source of sources) {
		for (const path of await filesIn(source)) {
			hash.update(path).update('\0');
			hash.update(await readFile(join(root, path))).update('\0');
		}
	}
	return hash.digest('hex');
}

/** @param {string} path @returns {Promise<string[]>} */
async function filesIn(path) {
	if (/\.\w+$/.test(path)) return [path];
	const entries = await readdir(join(root, path), { withFileTypes: true, recursive: true });
	return entries
		.filter((entry) => entry.isFile() && !/\.test\.ts$/.test(entry.name))
		.map((entry) => join(entry.parentPath, entry.name).slice(root.length))
		.sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildServer();
