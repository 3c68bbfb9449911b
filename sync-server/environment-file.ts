import { existsSync } from 'node:fs';

/** Takes up `.env` of the present folder; what the environment says itself goes before it. For every way of starting: server and command line. */
export function loadEnvironmentFile(): void {
	if (existsSync('.env')) process.loadEnvFile('.env');
}
