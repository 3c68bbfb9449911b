/**
 * Puts the models where the app looks for them: static/models/, with a manifest. Run alone: `node scripts/models.mjs`, which ends with
 * 0 when all are there, 2 when there is no connection or no room (try again later), 1 when what came is not what was asked for.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../static/models/', import.meta.url));

/** What all models were last found to be, so that the next start need not load what makes them. */
const note = fileURLToPath(new URL('../node_modules/.cache/octocut/models', import.meta.url));

/** @type {Promise<number> | undefined} */
let prepared;

/**
 * Never throws for what the world does: the app works without models, and says what it lacks. Once a process, however often it is called.
 * @returns {Promise<number>} what the process ends with when run alone
 */
export function prepareModels() {
	return (prepared ??= prepare());
}

async function prepare() {
	if ((await noted()) === (await state())) return 0;
	const { tsImport } = await import('tsx/esm/api');
	/** @type {typeof import('./models/prepare-models.ts')} */
	const { prepareModels: fetchAndConvert } = await tsImport('./models/prepare-models.ts', import.meta.url);
	/** @type {readonly { message: string, trouble: string }[]} */
	let failures;
	try {
		({ failures } = await fetchAndConvert({ folder, say: console.log }));
	} catch (error) {
		if (!(error instanceof Error) || error.name !== 'ModelError') throw error;
		failures = [/** @type {import('./models/model-error.ts').ModelError} */ (error)];
	}
	for (const { message } of failures) console.error(message);
	if (failures.length === 0) {
		await mkdir(dirname(note), { recursive: true });
		await writeFile(note, await state());
		return 0;
	}
	console.error('Octocut works without, but does not find what those models find. The next start tries again.');
	return failures.every(({ trouble }) => trouble === 'offline' || trouble === 'disk') ? 2 : 1;
}

/** The scripts that make models by their content, and what lies there by name, size and date. */
async function state() {
	const hash = createHash('sha256').update(process.version);
	const scripts = fileURLToPath(new URL('models/', import.meta.url));
	for (const entry of await readdir(scripts, { withFileTypes: true, recursive: true })) {
		if (entry.isFile()) hash.update(entry.name).update(await readFile(join(entry.parentPath, entry.name)));
	}
	for (const name of (await readdir(folder).catch(whenMissing([]))).sort()) {
		const { size, mtimeMs } = await stat(join(folder, name));
		hash.update(`${name} ${size} ${mtimeMs}`);
	}
	return hash.digest('hex');
}

const noted = () => readFile(note, 'utf8').catch(whenMissing(''));

/** @template T @param {T} value @returns {(error: NodeJS.ErrnoException) => T} */
const whenMissing = (value) => (error) => {
	if (error.code === 'ENOENT') return value;
	throw error;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(await prepareModels());
