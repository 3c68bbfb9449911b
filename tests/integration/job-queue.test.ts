import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openDatabase } from '../../sync-server/db/open-database.ts';
import { SqliteJobQueue } from '../../sync-server/jobs/sqlite-job-queue.ts';
import { dataFolder } from '../data-folder.ts';

const worker = fileURLToPath(new URL('job-worker.ts', import.meta.url));

function openQueue(path: string) {
	const database = openDatabase(path);
	if (!database.ok) throw new Error(database.error);
	return { queue: new SqliteJobQueue(database.value), close: () => database.value.close() };
}

/** A process that works at the queue, once it has said `word`. */
async function work(path: string, word: string, ...more: string[]) {
	const child = spawn(process.execPath, ['--import', 'tsx', worker, path, ...more], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	child.stdout.setEncoding('utf8');
	let said = '';
	while (!said.includes(word)) said += String((await once(child.stdout, 'data'))[0]);
	return child;
}

test('what a killed process ran is run by the next one, once each and at once', async () => {
	const path = join(dataFolder(), 'jobs.sqlite');
	const { queue, close } = openQueue(path);
	const jobs = queue.enqueue(
		['a', 'b', 'c'].map((title) => ({ kind: 'export', lane: 'export', title, payload: title }) as const),
	);
	const first = await work(path, 'halfway\nhalfway', 'hold');
	const dead = once(first, 'close');
	first.kill('SIGKILL');
	await dead;
	expect(jobs.map(({ id }) => queue.get(id)?.state)).toEqual(['running', 'running', 'queued']);

	await once(await work(path, 'through'), 'close');
	expect(jobs.map(({ id }) => queue.get(id))).toMatchObject([
		{ state: 'done', attempts: 2 },
		{ state: 'done', attempts: 2 },
		{ state: 'done', attempts: 1 },
	]);
	expect(readFileSync(`${path}.made`, 'utf8').trim().split('\n').sort()).toEqual(['"a" 2', '"b" 2', '"c" 1']);
	close();
});
