/** The server alone, as containers and services run it: nothing is installed or built. `npm run build` comes first, once. */
import './node-version.mjs';
import { existsSync } from 'node:fs';

const server = new URL('../dist/main.js', import.meta.url);
if (!existsSync(server)) {
	console.error('The server is not built yet. Run npm run build, then start it again.');
	process.exit(1);
}
await import(server.href);
