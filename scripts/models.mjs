/**
 * Puts the models where the app looks for them: static/models/, with a manifest. Run alone: `node scripts/models.mjs`, which ends with
 * 0 when all are there, 2 when there is no connection or no room (try again later), 1 when what came is not what was asked for.
 */
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';

const folder = fileURLToPath(new URL('../static/models/', import.meta.url));

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
	if (failures.length === 0) return 0;
	console.error('Octocut works without, but does not find what those models find. The next start tries again.');
	return failures.every(({ trouble }) => trouble === 'offline' || trouble === 'disk') ? 2 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(await prepareModels());
