/** A server as a process of its own, as a person starts it: for tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { dataFolder } from './data-folder.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

export interface ServerProcess {
	readonly child: ChildProcess;
	/** Resolves once what it said contains `part`. */
	readonly says: (part: string) => Promise<string>;
	readonly ended: () => Promise<{ code: number | null; said: string }>;
}

export interface ServerProcessOptions {
	/** The account that it runs under; this one's own unless set. */
	readonly account?: { readonly uid: number; readonly gid: number };
	readonly cwd?: string;
}

/** Starts one with `env` over the environment; the caller ends `child`. */
export function startServerProcess(env: Record<string, string>, options: ServerProcessOptions = {}): ServerProcess {
	const { account, cwd = root } = options;
	const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), `${root}sync-server/main.ts`], {
		cwd,
		env: { ...process.env, DATA_DIR: env['DATA_DIR'] ?? dataFolder(), ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
		...account,
	});
	let said = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
	child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
	const closed = once(child, 'close') as Promise<[number | null]>;
	return {
		child,
		says: (part) =>
			new Promise((resolve, reject) => {
				const look = () => said.includes(part) && resolve(said);
				child.stdout.on('data', look);
				child.stderr.on('data', look);
				void closed.then(() => reject(new Error(`it ended, having said: ${said}`)));
				look();
			}),
		ended: async () => ({ code: (await closed)[0], said }),
	};
}

/** Where a server that has said so is found. */
export const addressIn = (said: string): string => /http:\S+/.exec(said)?.[0] ?? '';
