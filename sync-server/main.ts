import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { listen } from './listen.ts';
import { openServices } from './open-services.ts';

/** Within the second that stopping may take. */
const GRACE_MS = 400;

const root = new URL('../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };

function giveUp(sentence: string): never {
	console.error(sentence);
	process.exit(1);
}

// What the environment says itself goes before the file.
if (existsSync('.env')) process.loadEnvFile('.env');
const config = readConfig(process.env);
if (!config.ok) giveUp(config.error);

const services = await openServices(config.value);
if (!services.ok) giveUp(services.error);

const app = createApp({
	appFolder: fileURLToPath(new URL('build/', root)),
	version,
	onError: (error) => console.error(error),
	guard: services.value.guard,
	rooms: services.value.rooms,
});
const server = await listen((request, env) => app.fetch(request, env as object), config.value);
if (!server.ok) giveUp(server.error);

console.log(`Octocut is ready: ${server.value.url}`);
services.value.start();

async function stop(): Promise<void> {
	if (server.ok) await server.value.close(GRACE_MS);
	if (services.ok) await services.value.close();
	process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop());
