import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { row, type Bench } from './bench.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const TARGET_S = 1;
const TARGET_MB = 120;
/** What is loaded for the first answers has been let go by then. */
const IDLE_MS = 5000;

export const bench: Bench = {
	name: 'server-start',
	about: 'from npm start, built, to the first answer; memory of the idle server',
	rounds: 5,
	async run({ rounds, say }) {
		const starts: number[] = [];
		const memory: number[] = [];
		// The first one builds what is missing and fills caches.
		for (let round = 0; round <= rounds; round++) {
			const { startS, idleMb } = await start();
			if (round === 0) continue;
			say(`start ${startS.toFixed(2)} s, idle ${idleMb.toFixed(0)} MB`);
			starts.push(startS);
			memory.push(idleMb);
		}
		return [
			row('npm start to the first answer', 's', TARGET_S, 'lower', starts),
			row('memory of the idle server', 'MB', TARGET_MB, 'lower', memory),
		];
	},
};

async function start(): Promise<{ startS: number; idleMb: number }> {
	const dataDir = await mkdtemp(join(tmpdir(), 'octocut-bench-'));
	const began = performance.now();
	// npm replaces itself by the server (see the script "start"), so this is the server's own process.
	const child = spawn('npm', ['start'], {
		cwd: root,
		env: { ...process.env, PORT: '0', DATA_DIR: dataDir },
		stdio: ['ignore', 'pipe', 'inherit'],
		detached: true,
	});
	try {
		let said = '';
		for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
			said += text;
			if (said.includes('Octocut is ready')) break;
		}
		const address = /http:\S+/.exec(said)?.[0] ?? '';
		await (await fetch(`${address}/api/health`)).text();
		const startS = (performance.now() - began) / 1000;
		await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
		const { details } = (await (await fetch(`${address}/api/health`)).json()) as {
			details?: { memory: { usedBytes: number } };
		};
		return { startS, idleMb: (details?.memory.usedBytes ?? NaN) / 1e6 };
	} finally {
		const closed = once(child, 'close');
		if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
		await closed;
	}
}
