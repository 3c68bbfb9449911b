import './scripts/svelte-lint-types.mjs';
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';
import { layerBlocks } from './layers.config.js';
import svelteConfig from './svelte.config.js';

/** Types of a file come from the project that compiles it. */
const typesFrom = (/** @type {string} */ project) => ({
	languageOptions: {
		parserOptions: { project, tsconfigRootDir: import.meta.dirname, extraFileExtensions: ['.svelte'] },
	},
});

export default defineConfig(
	globalIgnores([
		'build/',
		'dist/',
		'.svelte-kit/',
		'static/',
		'node_modules/',
		'tests/fixtures/made/',
		'test-results/',
	]),
	js.configs.recommended,
	{ languageOptions: { globals: { ...globals.browser, ...globals.node } } },
	{
		files: ['**/*.ts', '**/*.svelte'],
		extends: [ts.configs.recommendedTypeChecked],
		...typesFrom('./tsconfig.json'),
		rules: {
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
			'@typescript-eslint/no-non-null-assertion': 'error',
			'@typescript-eslint/ban-ts-comment': [
				'error',
				{ 'ts-expect-error': 'allow-with-description', 'ts-ignore': true },
			],
			'@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
			'@typescript-eslint/no-deprecated': 'error',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
		},
	},
	{ files: ['sync-server/**/*.ts', 'scripts/**/*.ts'], ...typesFrom('./tsconfig.node.json') },
	{ files: ['src/**/*.worker.ts', 'src/service-worker.ts'], ...typesFrom('./tsconfig.worker.json') },
	svelte.configs.recommended,
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
	},
	prettier,
	svelte.configs.prettier,
	{
		rules: {
			'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
			'no-restricted-syntax': [
				'error',
				{ selector: 'TSEnumDeclaration', message: 'use a union of strings' },
				{ selector: 'CatchClause[param=null]', message: 'name what was caught, and act on it' },
				{ selector: 'ExportDefaultDeclaration', message: 'export by name' },
				{
					selector: 'SvelteAwaitBlock > ImportExpression',
					message: 'show it through Part, which tells when it cannot be fetched',
				},
			],
		},
	},
	{
		files: ['**/*.svelte'],
		rules: {
			'max-lines': ['error', { max: 250 }],
			// Other components are `any` to this parser; svelte-check knows their types.
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
		},
	},
	{ files: ['**/*.test.ts', 'tests/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
	{
		// Their runners want a default export.
		files: ['*.config.*', '**/*.cjs', 'tests/fixtures/make.ts'],
		rules: { 'no-restricted-syntax': 'off' },
	},
	layerBlocks,
);
