import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isBuilt } from '../../scripts/build.mjs';
import { dataFolder } from '../data-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

test.skipIf(!(await isBuilt())).each(['SIGINT', 'SIGTERM'] as const)(
	'npm start serves the built app at once, and %s to npm alone stops it within a second',
	async (signal) => {
		// Not the fixed port: another checkout may be running.
		const npm = spawn('npm', ['start'], {
			cwd: root,
			env: { ...process.env, PORT: '0', DATA_DIR: dataFolder() },
			detached: true,
		});
		try {
			let said = '';
			npm.stdout.setEncoding('utf8');
			for await (const text of npm.stdout as AsyncIterable<string>) {
				said += text;
				if (said.includes('Octocut is ready')) break;
			}
			expect(said).not.toContain('Building');
			const address = /http:\S+/.exec(said)?.[0] ?? '';
			const page = await fetch(address, { headers: { Accept: 'text/html' } });
			expect(await page.text()).toContain('<title>Octocut</title>');

			const closed = once(npm, 'close');
			const asked = performance.now();
			npm.kill(signal);
			await closed;
			while (await answers(address)) expect(performance.now() - asked).toBeLessThan(1000);
		} finally {
			if (npm.pid !== undefined) endGroup(npm.pid);
		}
	},
);

async function answers(address: string): Promise<boolean> {
	try {
		return (await fetch(`${address}/api/health`)).ok;
	} catch (error) {
		if (error instanceof TypeError) return false;
		throw error;
	}
}

function endGroup(pid: number): void {
	try {
		process.kill(-pid, 'SIGKILL');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
