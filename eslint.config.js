import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import boundaries from 'eslint-plugin-boundaries';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import { layerElements, layerRules, libraryOwners } from './layers.config.js';
import svelteConfig from './svelte.config.js';

/** One `no-restricted-imports` block per layer that must not touch a library owned by another. */
const libraryBlocks = layerElements.map(({ type, files }) => ({
	files,
	ignores: ['**/*.test.ts'],
	rules: {
		'no-restricted-imports': [
			'error',
			{
				patterns: libraryOwners
					.filter(({ owners }) => !owners.includes(type))
					.map(({ group, owners }) => ({ group, message: `only ${owners.join(' and ')} may import it (ARCHITECTURE.md)` })),
			},
		],
	},
}));

export default ts.config(
	{ ignores: ['build/', '.svelte-kit/', 'static/', 'node_modules/', 'tests/fixtures/made/', 'test-results/'] },
	js.configs.recommended,
	...ts.configs.recommendedTypeChecked,
	...svelte.configs.recommended,
	prettier,
	...svelte.configs.prettier,
	{
		languageOptions: {
			globals: { ...globals.browser, ...globals.node },
			parserOptions: {
				projectService: {
					allowDefaultProject: ['*.js', '*.cjs', '*.ts', 'scripts/*.mjs'],
					maximumDefaultProjectFileMatchCount_THIS_WILL_SLOW_DOWN_LINTING: 24,
				},
				extraFileExtensions: ['.svelte'],
				tsconfigRootDir: import.meta.dirname,
			},
		},
		rules: {
			'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
			'no-empty': ['error', { allowEmptyCatch: false }],
			'no-restricted-syntax': [
				'error',
				{ selector: 'TSEnumDeclaration', message: 'use a union of strings' },
				{ selector: 'CatchClause[param=null]', message: 'name what was caught, and act on it' },
				{ selector: 'ExportDefaultDeclaration', message: 'export by name' },
			],
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
			'@typescript-eslint/no-non-null-assertion': 'error',
			'@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description', 'ts-ignore': true }],
			'@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
			'@typescript-eslint/no-deprecated': 'error',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
		},
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
	},
	{ files: ['**/*.svelte'], rules: { 'max-lines': ['error', { max: 250 }] } },
	{ files: ['**/*.test.ts', 'tests/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
	{ files: ['*.config.*', '**/*.cjs'], rules: { 'no-restricted-syntax': 'off' } },
	{ files: ['**/*.cjs', '**/*.mjs', '**/*.js'], ...ts.configs.disableTypeChecked },
	{
		files: ['src/**/*.{ts,svelte}', 'sync-server/**/*.ts'],
		ignores: ['**/*.test.ts'],
		plugins: { boundaries },
		settings: {
			'boundaries/elements': layerElements.map(({ type, pattern, capture }) => ({ type, pattern, mode: 'folder', ...(capture ? { capture } : {}) })),
			'import/resolver': { typescript: { project: './tsconfig.json' } },
		},
		rules: { 'boundaries/element-types': ['error', { default: 'disallow', rules: layerRules }] },
	},
	...libraryBlocks,
);
