/**
 * A Vite plugin that notes which modules went into which chunk of the browser's build, for scripts/size.mjs.
 * @typedef {{ file: string, facade: string | null, imports: string[], dynamicImports: string[], modules: string[] }} ChunkFacts
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
export const chunkReportPath = fileURLToPath(new URL('../.svelte-kit/chunks.json', import.meta.url));

/** @returns {import('vite').Plugin} */
export function chunkReport() {
	return {
		name: 'octocut-chunk-report',
		apply: 'build',
		async writeBundle({ dir = '' }, bundle) {
			if (!dir.endsWith('client')) return;
			const chunks = Object.values(bundle).flatMap((output) =>
				output.type === 'chunk'
					? {
							file: output.fileName,
							facade: output.facadeModuleId && relative(root, output.facadeModuleId),
							imports: output.imports,
							dynamicImports: output.dynamicImports,
							modules: Object.keys(output.modules).map((id) => relative(root, id.replace(/^\0/, ''))),
						}
					: [],
			);
			if (!chunks.some(({ file }) => file.includes('entry/'))) return;
			await mkdir(dirname(chunkReportPath), { recursive: true });
			await writeFile(chunkReportPath, JSON.stringify(chunks));
		},
	};
}
