/**
 * Who may import whom: the table of ARCHITECTURE.md, made into ESLint rules.
 * A new layer is one line in `layers` here and one row in that table.
 */
import boundaries from 'eslint-plugin-boundaries';
import { fileURLToPath } from 'node:url';

/** Folder of each layer, and the layers it may import besides itself. */
const layers = {
	core: { folder: 'src/lib/core', may: [] },
	contract: { folder: 'src/lib/contract', may: ['core'] },
	media: { folder: 'src/lib/media', may: ['core'] },
	vision: { folder: 'src/lib/vision', may: ['media', 'core'] },
	storage: { folder: 'src/lib/storage', may: ['core'] },
	remote: { folder: 'src/lib/remote', may: ['contract', 'core', 'media'] },
	jobs: { folder: 'src/lib/jobs', may: ['media', 'storage', 'remote', 'contract', 'core'] },
	ui: { folder: 'src/lib/ui', may: [] },
	app: { folder: 'src/lib/app', may: ['core', 'contract', 'media', 'vision', 'storage', 'remote', 'jobs', 'ui'] },
	feature: {
		folder: 'src/lib/features/*',
		may: ['core', 'contract', 'media', 'vision', 'storage', 'remote', 'jobs', 'ui', 'app'],
	},
	routes: {
		folder: 'src/routes',
		may: ['core', 'contract', 'media', 'vision', 'storage', 'remote', 'jobs', 'ui', 'app', 'feature'],
	},
	'sync-server': { folder: 'sync-server', may: ['contract', 'core'] },
};

/** Libraries that only some layers speak to. */
const libraryOwners = [
	{ group: ['dexie'], owners: ['storage'] },
	{ group: ['yjs', 'y-protocols', 'y-protocols/*'], owners: ['storage', 'remote', 'sync-server'] },
	{ group: ['lib0', 'lib0/*'], owners: ['contract', 'storage', 'remote', 'sync-server'] },
	{ group: ['mediabunny', '@mediabunny/*'], owners: ['media'] },
	{ group: ['@ffmpeg/*'], owners: ['media'] },
	{ group: ['onnxruntime-web', 'onnxruntime-web/*'], owners: ['vision'] },
	{ group: ['hono', 'hono/*', '@hono/*'], owners: ['sync-server'] },
	{ group: ['svelte', 'svelte/*', '@lucide/svelte', '@lucide/svelte/*'], owners: ['app', 'feature', 'ui', 'routes'] },
	{ group: ['bits-ui'], owners: ['ui'] },
	{
		group: [
			'better-sqlite3',
			'drizzle-orm',
			'drizzle-orm/*',
			'pino',
			'prom-client',
			'ws',
			'@tus/*',
			'chokidar',
			'qrcode',
			'sharp',
			'fast-xml-parser',
		],
		owners: ['sync-server'],
	},
	{ group: ['tus-js-client'], owners: ['remote'] },
	{ group: ['node:*'], owners: ['sync-server'] },
];

/** Tests, and what only they import, may reach further than what they test. */
const tests = ['**/*.test.ts', '**/test-*.ts', '**/*-fixture.ts', '**/*-fakes.ts'];

const element = (/** @type {string} */ type) => ({ element: { type } });

const ownLayer = Object.keys(layers)
	.filter((type) => type !== 'feature')
	.map((type) => ({ from: element(type), allow: { to: element(type) } }));

/** One screen does not know another. */
const ownFeature = {
	from: element('feature'),
	allow: { to: { element: { type: 'feature', captured: { name: '{{ from.element.captured.name }}' } } } },
};

const below = Object.entries(layers).flatMap(([type, { may }]) =>
	may.map((lower) => ({ from: element(type), allow: { to: element(lower) } })),
);

const boundaryBlock = {
	files: ['src/**/*.{ts,svelte}', 'sync-server/**/*.ts'],
	ignores: tests,
	plugins: { boundaries },
	settings: {
		'boundaries/elements': Object.entries(layers).map(([type, { folder }]) => ({
			type,
			pattern: folder,
			...(folder.endsWith('*') ? { capture: ['name'] } : {}),
		})),
		'import/resolver': { [fileURLToPath(new URL('scripts/import-resolver.cjs', import.meta.url))]: {} },
	},
	rules: {
		'boundaries/dependencies': [
			'error',
			{
				default: 'disallow',
				policies: [...ownLayer, ownFeature, ...below],
				message: '{{ from.element.types }} may not import {{ to.element.types }} (ARCHITECTURE.md)',
			},
		],
	},
};

const libraryBlocks = Object.entries(layers).map(([type, { folder }]) => ({
	files: [`${folder}/**/*.{ts,svelte}`],
	ignores: tests,
	rules: {
		'no-restricted-imports': [
			'error',
			{
				patterns: libraryOwners
					.filter(({ owners }) => !owners.includes(type))
					.map(({ group, owners }) => ({
						group,
						message: `only ${owners.join(', ')} may import it (ARCHITECTURE.md)`,
					})),
			},
		],
	},
}));

/** @type {import('eslint').Linter.Config[]} */
export const layerBlocks = /** @type {any} */ ([boundaryBlock, ...libraryBlocks]);
