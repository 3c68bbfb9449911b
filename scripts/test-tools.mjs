/** The browser and the ffmpeg that tests need, and OpenShot's library, which opens the projects written for it: found, else installed. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** @typedef {{ chromium: boolean, ffmpeg: boolean, openshot: boolean }} Tools */

/** Needs the packages to be installed. @returns {Promise<Tools>} what is there in the end */
export async function prepareTools() {
	let tools = await findTools();
	const packages = [
		...(tools.chromium ? [] : ['chromium']),
		...(tools.ffmpeg ? [] : ['ffmpeg']),
		...(tools.openshot ? [] : ['python3-openshot']),
	];
	if (packages.length > 0 && canUseApt()) {
		console.log(`Installing ${packages.join(' and ')} with apt-get …`);
		const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
		run('apt-get', ['update'], environment);
		// One by one: that one cannot be had must not cost the other.
		for (const name of packages) run('apt-get', ['install', '-y', '--no-install-recommends', name], environment);
		tools = await findTools();
	}
	if (!tools.chromium) {
		console.log("Installing Playwright's Chromium …");
		run('npx', ['playwright', 'install', ...(isRoot() ? ['--with-deps'] : []), 'chromium']);
		tools = await findTools();
	}
	if (!tools.chromium) {
		console.error(
			'No Chromium was found and none could be installed. Install one (on Debian: apt install chromium) or set CHROMIUM_PATH.',
		);
	}
	if (!tools.ffmpeg) {
		console.error(
			'No ffmpeg was found and none could be installed: the test films cannot be made. On Debian: apt install ffmpeg.',
		);
	}
	if (!tools.openshot) {
		console.warn('OpenShot (python3-openshot) is not here: that it opens our projects is not tested.');
	}
	return tools;
}

/** @returns {Promise<Tools>} */
async function findTools() {
	const { tsImport } = await import('tsx/esm/api');
	/** @type {typeof import('../tests/chromium.ts')} */
	const { chromiumPath } = await tsImport('../tests/chromium.ts', import.meta.url);
	const { chromium } = await import('playwright');
	const own = chromiumPath();
	// Ubuntu's package is a stub that asks for a snap: only one that answers counts.
	const works = own === undefined ? existsSync(chromium.executablePath()) : answers(own, ['--version', '--no-sandbox']);
	return {
		chromium: works,
		ffmpeg: answers('ffmpeg', ['-version']) && answers('ffprobe', ['-version']),
		// The one of the system: a Python of the person's own does not see its packages.
		openshot: ['/usr/bin/python3', 'python3'].some((python) => answers(python, ['-c', 'import openshot'])),
	};
}

/** @param {string} command @param {string[]} args */
const answers = (command, args) => spawnSync(command, args, { stdio: 'ignore', timeout: 30_000 }).status === 0;

/** @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} [env] */
function run(command, args, env = process.env) {
	return spawnSync(command, args, { stdio: 'inherit', env, shell: process.platform === 'win32' }).status === 0;
}

const isRoot = () => process.getuid?.() === 0;
const canUseApt = () => isRoot() && answers('apt-get', ['--version']);
