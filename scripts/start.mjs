/** `npm start`: installs, builds and serves Octocut, each only when needed. HOST and PORT say where. */
import './node-version.mjs';
import { install } from './install.mjs';

install({ dev: false });

const { prepareServedFiles } = await import('./served-files.mjs');
await prepareServedFiles();

const { buildApp, isBuilt } = await import('./build.mjs');
if (!(await isBuilt())) {
	console.log('Building the app …');
	try {
		await buildApp();
	} catch (error) {
		console.error(`The app could not be built: ${error instanceof Error ? error.message : String(error)}`);
		process.exit(1);
	}
}

const { buildServer, isServerBuilt } = await import('./server-build.mjs');
if (!(await isServerBuilt())) await buildServer();

// The server runs in this process: a signal reaches it directly.
await import('./serve.mjs');
