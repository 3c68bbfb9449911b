/**
 * `npm run size`: what the first screen of `/` weighs. Fails over 120 kB of gzipped JavaScript, or when code that must come later (media, machine learning,
 * ffmpeg, zod) is in it.
 * `--json` prints the rows alone. Reads the last build (`npm run build`).
 */
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chunkReportPath } from './chunk-report.mjs';

/** @typedef {import('./chunk-report.mjs').ChunkFacts} ChunkFacts */

const TARGET_KB = 120;
const FORBIDDEN = [
	/node_modules\/mediabunny\//,
	/node_modules\/@mediabunny\//,
	/@ffmpeg\//,
	/onnxruntime/,
	/src\/lib\/(media|vision)\/.*(worker|engines)/,
	/node_modules\/zod\//,
];

const root = fileURLToPath(new URL('../', import.meta.url));
const build = join(root, 'build');

/** Chunks that the page of `/` needs before it shows: SvelteKit's start, the layout, the page, and all they import. */
export function firstScreen() {
	/** @type {ChunkFacts[]} */
	const chunks = JSON.parse(readFileSync(chunkReportPath, 'utf8'));
	const byFile = new Map(chunks.map((chunk) => [chunk.file, chunk]));
	const page = readFileSync(join(build, 'index.html'), 'utf8');
	const started = [...page.matchAll(/_app\/immutable\/entry\/[^"']+\.js/g)].map(([file]) => file);
	const wanted = new Set([
		...started,
		...nodesOf('/').map((node) => fileOf(chunks, `client-optimized/nodes/${node}.js`)),
	]);
	// A set grows while it is walked.
	for (const file of wanted) for (const imported of byFile.get(file)?.imports ?? []) wanted.add(imported);
	return [...wanted].map((file) => {
		const chunk = byFile.get(file);
		if (!chunk) throw new Error(`the build knows no chunk ${file}: run npm run build`);
		return chunk;
	});
}

/** The layout's number and the page's. @param {string} route */
function nodesOf(route) {
	const app = readFileSync(join(root, '.svelte-kit/generated/client-optimized/app.js'), 'utf8');
	const [, page] = new RegExp(`"${route}": \\[(\\d+)`).exec(app) ?? [];
	if (page === undefined) throw new Error(`SvelteKit's table of routes has no ${route}`);
	return [0, Number(page)];
}

/** @param {ChunkFacts[]} chunks @param {string} facade */
function fileOf(chunks, facade) {
	const chunk = chunks.find((one) => one.facade?.endsWith(facade));
	if (!chunk) throw new Error(`the build has no chunk for ${facade}`);
	return chunk.file;
}

/** @param {string} file below build/ */
const weigh = (file) => gzipSync(readFileSync(join(build, file)), { level: 9 }).length;

function measure() {
	const chunks = firstScreen();
	const page = readFileSync(join(build, 'index.html'), 'utf8');
	const ownScripts = [...page.matchAll(/<script[^>]*\ssrc="\/([^"]+)"/g)].flatMap(([, file]) => file ?? []);
	const bytes = [...chunks.map(({ file }) => file), ...ownScripts].reduce((sum, file) => sum + weigh(file), 0);
	const strangers = chunks.flatMap(({ modules }) =>
		modules.filter((module) => FORBIDDEN.some((pattern) => pattern.test(module))),
	);
	const rows = [
		{
			name: 'JavaScript of the first screen, gzip',
			value: Math.round(bytes / 100) / 10,
			unit: 'kB',
			target: TARGET_KB,
			better: 'lower',
			samples: 1,
		},
		{
			name: 'modules of media, ML, ffmpeg or zod in it',
			value: strangers.length,
			unit: 'modules',
			target: 0,
			better: 'lower',
			samples: 1,
		},
	];
	return { bench: 'size', machine: `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`, rows, chunks, strangers };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	if (!existsSync(chunkReportPath) || !existsSync(join(build, 'index.html'))) {
		console.error('There is no build to weigh. Run npm run build first.');
		process.exit(1);
	}
	const { chunks, strangers, ...report } = measure();
	if (process.argv.includes('--json')) {
		console.log(JSON.stringify(report));
	} else {
		for (const { name, value, unit, target } of report.rows) {
			console.log(`${value <= target ? 'ok  ' : 'MISS'} ${name}: ${value} ${unit} (at most ${target})`);
		}
		for (const module of strangers) console.log(`     ${module}`);
		const heaviest = chunks.map(({ file }) => ({ file, bytes: weigh(file) })).sort((a, b) => b.bytes - a.bytes);
		for (const { file, bytes } of heaviest.slice(0, 5)) console.log(`     ${(bytes / 1000).toFixed(1)} kB ${file}`);
	}
	process.exit(report.rows.every(({ value, target }) => value <= target) ? 0 : 1);
}
