/**
 * Who may import whom: the table of ARCHITECTURE.md, read by ESLint.
 * `pattern` is what eslint-plugin-boundaries matches; `files` what `no-restricted-imports` applies to.
 */

const lib = (/** @type {string} */ name) => ({
	type: name,
	pattern: `src/lib/${name}`,
	files: [`src/lib/${name}/**/*.{ts,svelte}`],
	capture: undefined,
});

export const layerElements = [
	lib('core'),
	lib('contract'),
	lib('media'),
	lib('vision'),
	lib('storage'),
	lib('remote'),
	lib('jobs'),
	lib('app'),
	{ type: 'feature', pattern: 'src/lib/features/*', files: ['src/lib/features/**/*.{ts,svelte}'], capture: ['name'] },
	lib('ui'),
	{ type: 'routes', pattern: 'src/routes', files: ['src/routes/**/*.{ts,svelte}'], capture: undefined },
	{ type: 'sync-server', pattern: 'sync-server', files: ['sync-server/**/*.ts'], capture: undefined },
];

const below = ['core', 'contract', 'media', 'vision', 'storage', 'remote', 'jobs', 'ui'];

export const layerRules = [
	{ from: 'core', allow: ['core'] },
	{ from: 'contract', allow: ['contract', 'core'] },
	{ from: 'media', allow: ['media', 'core'] },
	{ from: 'vision', allow: ['vision', 'media', 'core'] },
	{ from: 'storage', allow: ['storage', 'core'] },
	{ from: 'remote', allow: ['remote', 'contract', 'core', 'media'] },
	{ from: 'jobs', allow: ['jobs', 'media', 'storage', 'remote', 'contract', 'core'] },
	{ from: 'app', allow: ['app', ...below] },
	{ from: 'feature', allow: [...below, 'app', ['feature', { name: '${from.name}' }]] },
	{ from: 'ui', allow: ['ui'] },
	{ from: 'routes', allow: [...below, 'app', 'feature', 'routes'] },
	{ from: 'sync-server', allow: ['sync-server', 'contract', 'core'] },
];

/** Libraries that only one layer speaks to. */
export const libraryOwners = [
	{ group: ['dexie'], owners: ['storage'] },
	{ group: ['yjs'], owners: ['storage', 'remote', 'sync-server'] },
	{ group: ['mediabunny', '@mediabunny/*'], owners: ['media'] },
	{ group: ['@ffmpeg/*'], owners: ['media'] },
	{ group: ['onnxruntime-web', 'onnxruntime-web/*'], owners: ['vision'] },
];
