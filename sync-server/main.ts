import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { loadEnvironmentFile } from './environment-file.ts';
import { listen } from './listen.ts';
import { createLog } from './log/logger.ts';
import { openServices } from './open-services.ts';

/** Within the second that stopping may take. */
const GRACE_MS = 400;

const root = new URL('../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };

function giveUp(sentence: string): never {
	console.error(sentence);
	process.exit(1);
}

loadEnvironmentFile();
const config = readConfig(process.env);
if (!config.ok) giveUp(config.error);

const log = createLog(config.value.logLevel);
const services = await openServices(config.value, log);
if (!services.ok) giveUp(services.error);

const app = createApp({
	appFolder: fileURLToPath(new URL('build/', root)),
	version,
	onError: (error) => log.error(error, 'an answer failed'),
	connectTo: config.value.connectTo,
	...services.value,
});
const server = await listen((request, env) => app.fetch(request, env), config.value);
if (!server.ok) giveUp(server.error);

const welcome = await services.value.welcome(server.value.port, process.stdout.isTTY);
console.log([`Octocut is ready: ${server.value.url}`, ...(welcome === '' ? [] : [welcome])].join('\n'));
services.value.start();

// Whoever read what is said here may have gone (a pipe that was closed): no reason to stop serving.
for (const stream of [process.stdout, process.stderr]) {
	stream.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code !== 'EPIPE') throw error;
	});
}

async function stop(): Promise<void> {
	if (server.ok) await server.value.close(GRACE_MS);
	if (services.ok) await services.value.close();
	process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop());
