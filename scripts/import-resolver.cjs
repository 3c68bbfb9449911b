/** How ESLint finds what an import of ours names: relative paths, `$lib`, and the `imports` of package.json. */
const { existsSync, statSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');

const root = resolve(__dirname, '..');
/** Prefix of an import, and the folder that it stands for. */
const aliases = /** @type {const} */ ([
	['$lib/', 'src/lib'],
	['#core/', 'src/lib/core'],
	['#contract/', 'src/lib/contract'],
]);
const endings = ['', '.ts', '.js', '.svelte.ts', '/index.ts'];

exports.interfaceVersion = 2;

/**
 * @param {string} source what stands in quotes
 * @param {string} file where it stands
 * @returns {{ found: boolean, path?: string | null }}
 */
exports.resolve = (source, file) => {
	const bare = source.split('?')[0] ?? source;
	const alias = aliases.find(([prefix]) => bare.startsWith(prefix));
	if (!alias && !bare.startsWith('.')) return { found: false };
	const base = alias ? join(root, alias[1], bare.slice(alias[0].length)) : resolve(dirname(file), bare);
	const path = endings.map((ending) => base + ending).find((one) => existsSync(one) && statSync(one).isFile());
	return path ? { found: true, path } : { found: false };
};
