import { Dexie, RangeSet } from 'dexie';
import type { Live } from '#core/live';
import { splitJob, withPaths } from './crop-paths.ts';
import type { Database } from './database.ts';
import type { JobRecord } from './job-record.ts';
import { liveRows } from './live-rows.ts';
import type { RowReader, RowSchema } from './rows.ts';
import { toStorageError } from './storage-error.ts';
import type { JobStore } from './storage.ts';

/** Comes with the first row: an empty list does not pay for schemas. */
const loadSchema = async (): Promise<RowSchema<JobRecord>> => (await import('./job-record.ts')).JobRecord;

const idOf = (row: unknown): string => {
	const job = row instanceof Object && 'job' in row ? row.job : undefined;
	return job instanceof Object && 'id' in job ? String(job.id) : 'without id';
};

export class DexieJobs implements JobStore {
	#db: Database;
	#rows: RowReader;
	#leavingKey: string;

	constructor(db: Database, rows: RowReader) {
		this.#db = db;
		this.#rows = rows;
		this.#leavingKey = `${db.name}:left-at`;
	}

	watch(): Live<readonly JobRecord[]> {
		return liveRows(() => this.all());
	}

	async all(): Promise<readonly JobRecord[]> {
		const rows = await this.#db.jobs.orderBy('job.createdAt').reverse().toArray();
		return rows.length === 0 ? [] : this.#rows.readAll(await loadSchema(), rows, 'job', idOf);
	}

	async get(id: string): Promise<JobRecord | undefined> {
		return this.#read(await loadSchema(), id);
	}

	async add(records: readonly JobRecord[]): Promise<void> {
		if (records.length === 0) return;
		// Dexie would wait for an answer before it commits, and a page that is left meanwhile would lose the jobs.
		await new Promise<void>((resolve, reject) => {
			const transaction = this.#db.backendDB().transaction(['jobs', 'cropPaths'], 'readwrite');
			transaction.addEventListener('complete', () => resolve());
			transaction.addEventListener('abort', () => reject(toStorageError(transaction.error)));
			for (const record of records) {
				const { row, paths } = splitJob(record);
				transaction.objectStore('jobs').add(row);
				if (paths !== undefined) transaction.objectStore('cropPaths').add(paths);
			}
			transaction.commit();
		});
		this.#tellAll();
	}

	noteLeaving(at: string): void {
		try {
			localStorage.setItem(this.#leavingKey, at);
		} catch (thrown) {
			// Full or forbidden: the run counts as interrupted, which does no harm before the third time.
			console.debug('Leaving could not be noted:', thrown);
		}
	}

	leftAt(): string | undefined {
		return localStorage.getItem(this.#leavingKey) ?? undefined;
	}

	async update(id: string, change: (record: JobRecord) => JobRecord): Promise<JobRecord | undefined> {
		// Before the transaction: it would end while something else is waited for.
		const schema = await loadSchema();
		return this.#db.transaction('rw', this.#db.jobs, async () => {
			const record = await this.#read(schema, id);
			if (record === undefined) return undefined;
			const changed = change(record);
			if (changed !== record) await this.#db.jobs.put(changed);
			return changed;
		});
	}

	async whole(record: JobRecord): Promise<JobRecord | undefined> {
		const { job, task, moving = [] } = record;
		if (moving.length === 0) return record;
		const paths = (await this.#db.cropPaths.get(job.id))?.paths ?? [];
		if (!moving.every((n) => paths.some(({ piece }) => piece === n))) return undefined;
		return { ...record, task: { ...task, pieces: withPaths(task.pieces, paths) } };
	}

	async remove(id: string): Promise<void> {
		const { jobs, cropPaths } = this.#db;
		await this.#db.transaction('rw', jobs, cropPaths, async () => {
			await jobs.delete(id);
			await cropPaths.delete(id);
		});
	}

	async putFolder(handle: FileSystemDirectoryHandle): Promise<string> {
		const known = await this.#db.handles.filter((row) => row.id.startsWith('folder:')).toArray();
		for (const row of known) if (await row.handle.isSameEntry(handle)) return row.id;
		const id = `folder:${crypto.randomUUID()}`;
		await this.#db.handles.put({ id, handle });
		return id;
	}

	async folder(handleId: string): Promise<FileSystemDirectoryHandle | undefined> {
		const row = await this.#db.handles.get(handleId);
		return row?.handle.kind === 'directory' ? row.handle : undefined;
	}

	/** Has live queries, of other tabs too, look again after a change that Dexie has not seen. */
	#tellAll(): void {
		const everything = new RangeSet(Dexie.minKey, Dexie.maxKey);
		const { name, jobs } = this.#db;
		const parts = ['', ...jobs.schema.indexes.map((index) => index.name)];
		Dexie.on.storagemutated.fire(
			Object.fromEntries(parts.map((part) => [`idb://${name}/${jobs.name}/${part}`, everything])),
		);
	}

	async #read(schema: RowSchema<JobRecord>, id: string): Promise<JobRecord | undefined> {
		return this.#rows.read(schema, await this.#db.jobs.get(id), `job ${id}`);
	}
}
