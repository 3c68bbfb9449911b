import { type ChildProcess, spawn } from 'node:child_process';
import { dataFolder } from '../data-folder.ts';

/** A server of its own process. */
export interface OwnServer {
	readonly child: ChildProcess;
	readonly port: number;
	readonly url: string;
	/** What it told the person at the terminal. */
	readonly said: string;
}

/** Starts the real server as `npm start` does and waits until it listens. The caller kills it. */
export async function startServer(env: Record<string, string> = {}): Promise<OwnServer> {
	const child = spawn(process.execPath, ['--import', 'tsx', 'sync-server/main.ts'], {
		env: { ...process.env, PORT: '0', DATA_DIR: dataFolder(), ...env },
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let said = '';
	for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
		said += text;
		if (said.includes('Octocut is ready')) break;
	}
	const port = Number(/Octocut is ready: http:\/\/[^:]+:(\d+)/.exec(said)?.[1]);
	return { child, said, port, url: `http://127.0.0.1:${port}` };
}
