import type { Live } from '#core/live';
import type { Database } from './database.ts';
import type { JobRecord } from './job-record.ts';
import { liveRows } from './live-rows.ts';
import type { RowReader, RowSchema } from './rows.ts';
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

	constructor(db: Database, rows: RowReader) {
		this.#db = db;
		this.#rows = rows;
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

	async put(record: JobRecord): Promise<void> {
		await this.#db.jobs.put(record);
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

	async remove(id: string): Promise<void> {
		await this.#db.jobs.delete(id);
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

	async #read(schema: RowSchema<JobRecord>, id: string): Promise<JobRecord | undefined> {
		return this.#rows.read(schema, await this.#db.jobs.get(id), `job ${id}`);
	}
}
