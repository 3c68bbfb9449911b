import { ESLint } from 'eslint';
import { readdirSync } from 'node:fs';
import ts from 'typescript-eslint';
import { describe, expect, test } from 'vitest';
import { layerBlocks } from '../layers.config.js';

const eslint = new ESLint({
	overrideConfigFile: true,
	overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: ts.parser } }, ...layerBlocks],
});

/** The rules that `source` breaks when it stands in the file `filePath`. */
async function broken(filePath: string, source: string): Promise<string[]> {
	const [result] = await eslint.lintText(source, { filePath });
	return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

describe('the layer table', () => {
	test.each([
		['core knows no storage', 'src/lib/core/probe-me.ts', "import '$lib/storage/storage';"],
		[
			'core knows no media, not even its types',
			'src/lib/core/probe-me.ts',
			"import type { MediaEngine } from '$lib/media/engine';\nexport type X = MediaEngine;",
		],
		['media knows no storage', 'src/lib/media/probe-me.ts', "export * from '../storage/storage.ts';"],
		[
			'storage knows no media, however late',
			'src/lib/storage/probe-me.ts',
			"export const late = () => import('$lib/media/engine');",
		],
		['a worker is held to it too', 'src/lib/media/probe-me.worker.ts', "import '$lib/app/services';"],
		['ui knows nothing of ours', 'src/lib/ui/probe-me.ts', "import { ok } from '#core/result';\nok(1);"],
		['nothing imports the server', 'src/lib/app/probe-me.ts', "import '../../../sync-server/config.ts';"],
		['the server knows core and contract only', 'sync-server/probe-me.ts', "import '../src/lib/storage/storage.ts';"],
	])('%s', async (_, file, source) => {
		expect(await broken(file, source)).toEqual(['boundaries/dependencies']);
	});

	test.each([
		['src/lib/core/probe-me.ts', "import './result.ts';"],
		['src/lib/media/probe-me.ts', "import '#core/result';"],
		['src/lib/jobs/probe-me.ts', "import '$lib/storage/storage';\nimport '$lib/media/engine';"],
		['sync-server/probe-me.ts', "import '#core/result';\nimport 'node:fs';\nimport 'hono';"],
		['src/lib/core/probe-me.test.ts', "import '$lib/storage/storage';"],
	])('%s is free to say %j', async (file, source) => {
		expect(await broken(file, source)).toEqual([]);
	});

	test('one feature does not know another, but knows itself', async () => {
		const folder = 'src/lib/features';
		const [one, other] = readdirSync(folder);
		const file = readdirSync(`${folder}/${one}`, { recursive: true })
			.map(String)
			.find((path) => path.endsWith('.ts'));
		const imports = `import '$lib/features/${one}/${file}';`;
		expect(await broken(`${folder}/${one}/probe-me.ts`, imports)).toEqual([]);
		expect(await broken(`${folder}/${other}/probe-me.ts`, imports)).toEqual(['boundaries/dependencies']);
	});
});

describe('libraries', () => {
	test.each([
		['src/lib/app/probe-me.ts', "import 'dexie';"],
		['src/lib/media/probe-me.ts', "import 'yjs';"],
		['src/lib/features/editor/probe-me.ts', "import 'mediabunny';"],
		['src/lib/contract/probe-me.ts', "import 'hono';"],
		['src/lib/storage/probe-me.ts', "import 'svelte';"],
		['src/lib/core/probe-me.ts', "import 'node:path';"],
	])('%s does not speak to what another layer owns: %j', async (file, source) => {
		expect(await broken(file, source)).toEqual(['no-restricted-imports']);
	});
});
