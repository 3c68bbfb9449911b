import type { Live } from '#core/live';
import type { Database } from './database.ts';
import { JobRecord } from './job-record.ts';
import { liveRows } from './live-rows.ts';
import type { RowReader } from './rows.ts';
import type { JobStore } from './storage.ts';

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
		return this.#rows.readAll(JobRecord, rows, 'job', idOf);
	}

	async get(id: string): Promise<JobRecord | undefined> {
		return this.#rows.read(JobRecord, await this.#db.jobs.get(id), `job ${id}`);
	}

	async put(record: JobRecord): Promise<void> {
		await this.#db.jobs.put(record);
	}

	async update(id: string, change: (record: JobRecord) => JobRecord): Promise<JobRecord | undefined> {
		return this.#db.transaction('rw', this.#db.jobs, async () => {
			const record = await this.get(id);
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
}
