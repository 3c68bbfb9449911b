import { isFinished } from '#core/export/job';
import type { Failure } from '#core/failure';
import type { Live } from '#core/live';
import type { Database } from './database.ts';
import { liveRows } from './live-rows.ts';
import type { RowReader } from './rows.ts';
import type { TrackingStore } from './storage.ts';
import type { TrackingRecord } from './tracking-record.ts';

/** Comes with the first row: an empty list does not pay for schemas. */
const loadSchema = async () => (await import('./tracking-record.ts')).TrackingRecord;

const idOf = (row: unknown): string => {
	const job = row instanceof Object && 'job' in row ? row.job : undefined;
	return job instanceof Object && 'id' in job ? String(job.id) : 'without id';
};

export class DexieTracking implements TrackingStore {
	#db: Database;
	#rows: RowReader;
	#root: string;

	/** `root` is the prefix of lock names. */
	constructor(db: Database, rows: RowReader, root: string) {
		this.#db = db;
		this.#rows = rows;
		this.#root = root;
	}

	watch(): Live<readonly TrackingRecord[]> {
		return liveRows(() => this.all());
	}

	async all(): Promise<readonly TrackingRecord[]> {
		const rows = await this.#db.tracking.orderBy('job.createdAt').reverse().toArray();
		return rows.length === 0 ? [] : this.#rows.readAll(await loadSchema(), rows, 'tracking', idOf);
	}

	async add(record: TrackingRecord): Promise<void> {
		await this.#db.tracking.add(record);
	}

	async update(id: string, change: (record: TrackingRecord) => TrackingRecord): Promise<TrackingRecord | undefined> {
		// Before the transaction: it would end while something else is waited for.
		const schema = await loadSchema();
		return this.#db.transaction('rw', this.#db.tracking, async () => {
			const record = this.#rows.read(schema, await this.#db.tracking.get(id), `tracking ${id}`);
			if (record === undefined) return undefined;
			const changed = change(record);
			if (changed !== record) await this.#db.tracking.put(changed);
			return changed;
		});
	}

	async remove(id: string): Promise<void> {
		await this.#db.tracking.delete(id);
	}

	holding<T>(id: string, work: () => Promise<T>): Promise<T> {
		return 'locks' in navigator ? navigator.locks.request(this.#lockOf(id), work) : work();
	}

	async end(which: (record: TrackingRecord) => boolean, error?: Failure): Promise<void> {
		const endedAt = new Date().toISOString();
		for (const { job } of (await this.all()).filter((record) => !isFinished(record.job.state) && which(record))) {
			await this.update(job.id, (record) => {
				if (isFinished(record.job.state)) return record;
				const ended = error === undefined ? { state: 'cancelled' as const } : { state: 'failed' as const, error };
				return { ...record, job: { ...record.job, ...ended, step: '', endedAt } };
			});
			await this.holding(job.id, () => Promise.resolve());
		}
	}

	#lockOf(id: string): string {
		return `${this.#root}:search:${id}`;
	}
}
