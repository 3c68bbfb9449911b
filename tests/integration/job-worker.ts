/** A process with a queue that counts up slowly, to be killed: `job-worker.ts DATABASE [hold]`. */
import { appendFileSync } from 'node:fs';
import { ok } from '#core/result';
import { openDatabase } from '../../sync-server/db/open-database.ts';
import { SqliteJobQueue } from '../../sync-server/jobs/sqlite-job-queue.ts';

const [path = '', mode] = process.argv.slice(2);
const database = openDatabase(path);
if (!database.ok) throw new Error(database.error);
const queue = new SqliteJobQueue(database.value, { lanes: { export: 2, interactive: 1, background: 1 } });
queue.handle('export', async (payload, { attempt, onProgress }) => {
	onProgress({ progress: 0.5, step: 'Halfway' });
	if (mode === 'hold') await new Promise(() => undefined);
	appendFileSync(`${path}.made`, `${JSON.stringify(payload)} ${attempt}\n`);
	return ok(attempt);
});
let left = queue.list({ state: 'active' }).length;
queue.subscribe((event) => {
	if (event.type !== 'job') return;
	if (event.job.step === 'Halfway') console.log('halfway');
	if (event.job.state === 'done' && --left === 0) {
		console.log('through');
		void queue.stop().then(() => process.exit(0));
	}
});
// Pending promises alone keep no process alive.
setInterval(() => undefined, 1000);
queue.start();
