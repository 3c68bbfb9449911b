/** Cycles and dead ends; the layers themselves are checked by ESLint. */

/** Tests, and what only they import. */
const onlyForTests = '(\\.test|/test-[^/]+|-fixture|-fakes)\\.ts$';

module.exports = {
	forbidden: [
		{ name: 'no-circular', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
		{
			name: 'not-to-server',
			severity: 'error',
			from: { path: '^src', pathNot: onlyForTests },
			to: { path: '^sync-server' },
		},
		{
			name: 'not-to-tests',
			severity: 'error',
			from: { path: '^(src|sync-server)', pathNot: onlyForTests },
			to: { path: ['^tests', onlyForTests] },
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['svelte', 'browser', 'import', 'default'] },
	},
};
