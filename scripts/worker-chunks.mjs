/**
 * A Vite plugin that lists the workers and their chunks in the client's manifest. SvelteKit tells the service worker which files to
 * keep from that manifest, and Vite leaves out what only workers import: without it the second visit could not export offline.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** @returns {import('vite').Plugin} */
export function workerChunks() {
	return {
		name: 'octocut-worker-chunks',
		apply: 'build',
		async writeBundle({ dir = '' }) {
			if (!dir.endsWith('client')) return;
			const manifestPath = join(dir, '.vite', 'manifest.json');
			const workers = join(dir, '_app', 'immutable', 'workers');
			const files = (await readdir(workers, { recursive: true, withFileTypes: true }))
				.filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
				.map((entry) => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'));
			const manifest = JSON.parse(await readFile(manifestPath, 'utf8'));
			const [file, ...assets] = files.sort();
			await writeFile(manifestPath, JSON.stringify({ ...manifest, 'octocut:workers': { file, assets } }, null, 2));
		},
	};
}
