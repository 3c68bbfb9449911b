/** Whether node_modules holds what package-lock.json asks for; and putting that right. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** @typedef {{ packages: Record<string, { version?: string, dev?: boolean, devOptional?: boolean, optional?: boolean, peer?: boolean }> }} Lock */

/**
 * @param {string} folder of the project
 * @param {{ dev: boolean }} wanted `dev`: also what only tests and checks need
 */
export function isInstalled(folder, { dev }) {
	const installed = join(folder, 'node_modules/.package-lock.json');
	if (!existsSync(installed)) return false;
	const [wanted, present] = [join(folder, 'package-lock.json'), installed].map(
		(path) => /** @type {Lock} */ (JSON.parse(readFileSync(path, 'utf8'))).packages,
	);
	return Object.entries(wanted ?? {}).every(([path, entry]) => {
		if (path === '' || entry.optional || entry.devOptional || entry.peer || (entry.dev && !dev)) return true;
		return present?.[path]?.version === entry.version;
	});
}

/**
 * Runs `npm ci` when something is missing. Ends the process with a sentence when that fails.
 * @param {{ dev: boolean }} wanted
 */
export function install({ dev }) {
	if (isInstalled(root, { dev })) return;
	console.log('Installing what Octocut is built from (npm ci), once …');
	const args = ['ci', '--no-audit', '--no-fund', ...(dev ? ['--include=dev'] : [])];
	const { status } = spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
	if (status === 0) return;
	console.error('The packages could not be installed: see above. With a connection, try again.');
	process.exit(1);
}
