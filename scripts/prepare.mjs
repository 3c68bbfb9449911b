/** What `npm start` needs: installs and builds, each only when needed. In a process of its own, so that the server's memory is its own. */
import { install } from './install.mjs';

install({ dev: false });

const { prepareServedFiles } = await import('./served-files.mjs');
await prepareServedFiles();

const { buildApp, isBuilt } = await import('./build.mjs');
const { buildServer, isServerBuilt } = await import('./server-build.mjs');
try {
	if (!(await isBuilt())) {
		console.log('Building the app …');
		await buildApp();
	}
	if (!(await isServerBuilt())) await buildServer();
} catch (error) {
	console.error(`The app could not be built: ${error instanceof Error ? error.message : String(error)}`);
	process.exit(1);
}
