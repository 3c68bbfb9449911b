import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { listen } from './listen.ts';

/** Within the second that stopping may take. */
const GRACE_MS = 400;

const root = new URL('../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };

function giveUp(sentence: string): never {
	console.error(sentence);
	process.exit(1);
}

const config = readConfig(process.env);
if (!config.ok) giveUp(config.error);

const app = createApp({
	appFolder: fileURLToPath(new URL('build/', root)),
	version,
	onError: (error) => console.error(error),
});
const server = await listen((request) => app.fetch(request), config.value);
if (!server.ok) giveUp(server.error);

console.log(`Octocut is ready: ${server.value.url}`);

const stop = (): void => {
	void server.value.close(GRACE_MS).then(() => process.exit(0));
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
