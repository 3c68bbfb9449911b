import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { databasePath } from '../../sync-server/db/data-folder.ts';
import { openDatabase } from '../../sync-server/db/open-database.ts';
import { Settings } from '../../sync-server/db/settings.ts';
import { Encoders } from '../../sync-server/encoders/encoders.ts';
import { Ffmpeg } from '../../sync-server/ffmpeg/ffmpeg.ts';
import { ProgramKeeper } from '../../sync-server/ffmpeg/program-keeper.ts';
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
	const { DATA_DIR = dataFolder() } = env;
	await rememberEncoders(DATA_DIR);
	const child = spawn(process.execPath, ['--import', 'tsx', 'sync-server/main.ts'], {
		env: { ...process.env, PORT: '0', ...env, DATA_DIR },
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

/** A database that knows which encoders work here, and nothing else. */
let proven: Promise<string> | undefined;

/** A new server would find that out at its start, beside the test: it takes as long as the start itself. */
async function rememberEncoders(dataDir: string): Promise<void> {
	const path = databasePath(dataDir);
	if (existsSync(path)) return;
	mkdirSync(dataDir, { recursive: true });
	copyFileSync(await (proven ??= proveEncoders()), path);
}

async function proveEncoders(): Promise<string> {
	const path = databasePath(dataFolder());
	const database = openDatabase(path);
	if (!database.ok) throw new Error(database.error);
	const ffmpeg = new Ffmpeg(new ProgramKeeper(), { ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe' });
	await new Encoders(ffmpeg, new Settings(database.value), 'auto').prove();
	database.value.close();
	return path;
}
