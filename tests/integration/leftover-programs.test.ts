import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openDatabase } from '../../sync-server/db/open-database.ts';
import { ProgramKeeper } from '../../sync-server/ffmpeg/program-keeper.ts';
import { programs } from '../../sync-server/ffmpeg/tables.ts';
import { dataFolder } from '../data-folder.ts';

const parent = fileURLToPath(new URL('program-parent.ts', import.meta.url));

/** A killed server's ffmpeg; `more` changes the environment in which it was started. */
async function killedServer(path: string, more: Record<string, string> = {}): Promise<number> {
	const child = spawn(process.execPath, ['--import', 'tsx', parent, path], {
		env: { ...process.env, ...more },
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	child.stdout.setEncoding('utf8');
	let said = '';
	while (!/pid=\d+\./.test(said)) said += String((await once(child.stdout, 'data'))[0]);
	const closed = once(child, 'exit');
	child.kill('SIGKILL');
	await closed;
	return Number(/pid=(\d+)/.exec(said)?.[1]);
}

const state = (pid: number): string =>
	existsSync(`/proc/${pid}/stat`) ? (/\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1] ?? '') : 'gone';

const isOver = (pid: number): boolean => ['gone', 'Z', 'X'].includes(state(pid));

async function untilOver(pid: number): Promise<void> {
	while (!isOver(pid)) await new Promise((resolve) => setImmediate(resolve));
}

function open(path: string) {
	const database = openDatabase(path);
	if (!database.ok) throw new Error(database.error);
	return database.value;
}

test('an ffmpeg dies with the server that started it, also when that is killed', async () => {
	await untilOver(await killedServer(join(dataFolder(), 'a.sqlite')));
});

test('where the system cannot see to that, the next start ends what was left, and nothing else', async () => {
	const path = join(dataFolder(), 'a.sqlite');
	// A PATH without setpriv and nice.
	const ffmpeg = await killedServer(path, { PATH: onlyFfmpeg() });
	expect(isOver(ffmpeg)).toBe(false);
	const database = open(path);
	// A process number that was used again: this test's own.
	database.orm.insert(programs).values({ pid: process.pid, ticks: '1', program: 'ffmpeg' }).run();
	new ProgramKeeper(database).endLeftovers();
	await untilOver(ffmpeg);
	expect(database.orm.select().from(programs).all()).toEqual([]);
	database.close();
});

function onlyFfmpeg(): string {
	const folder = dataFolder();
	const real = (process.env['PATH'] ?? '')
		.split(':')
		.map((place) => join(place, 'ffmpeg'))
		.find(existsSync);
	symlinkSync(real ?? '', join(folder, 'ffmpeg'));
	return folder;
}
