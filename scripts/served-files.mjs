/** Prepares what the app fetches at run time and Git does not hold: wasm files and models. Run alone: `node scripts/served-files.mjs`. */
import { fileURLToPath } from 'node:url';
import { prepareModels } from './models.mjs';
import { prepareWasm } from './wasm.mjs';

export async function prepareServedFiles() {
	await prepareWasm();
	await prepareModels();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await prepareServedFiles();
