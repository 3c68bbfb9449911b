import type { ExportTask } from '#core/export-task';
import type { Failure } from '#core/failure';
import { outputFileName } from '#core/output-file-name';
import { err, ok, type Result } from '#core/result';
import { isNotFound, mayUse, moveFile } from '$lib/storage/file-system-access';
import type { JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import { failureOf } from './failure-of.ts';
import { freeName, PART } from './output-name.ts';

/** Where a finished file lies. */
export interface Placed {
	readonly fileName: string;
	/** In the private file system; absent for a picked folder. */
	readonly path?: string;
}

/**
 * Where one job's output grows and comes to rest: under a name ending in `.part` until it is verified, then at once, complete, under a
 * final name that was free.
 */
export interface OutputPlace {
	/** An empty part; an earlier one of this job is gone. */
	create(): Promise<Result<FileSystemFileHandle, Failure>>;
	/** Gives the part its final name. */
	commit(): Promise<Result<Placed, Failure>>;
	/** Takes back a finished file, when the job was cancelled in that instant. */
	withdraw(placed: Placed): Promise<void>;
	/** Removes the part. Nothing happens when there is none. */
	discard(): Promise<void>;
}

/** Folder of a job in the private file system. */
export const jobFolder = (id: string): string => `exports/${id}`;

/** The job's place; `taken` are the names of finished files that the browser keeps. */
export function outputPlace(
	storage: Storage,
	record: JobRecord,
	taken: () => Promise<ReadonlySet<string>>,
): OutputPlace {
	return record.destination.kind === 'browser'
		? new PrivatePlace(storage, record, taken)
		: new FolderPlace(storage, record, record.destination.handleId);
}

const subjectOf = ({ output }: ExportTask): string => outputFileName(output);

class PrivatePlace implements OutputPlace {
	#storage: Storage;
	#record: JobRecord;
	#taken: () => Promise<ReadonlySet<string>>;
	#part: string;

	constructor(storage: Storage, record: JobRecord, taken: () => Promise<ReadonlySet<string>>) {
		this.#storage = storage;
		this.#record = record;
		this.#taken = taken;
		// Named by its run: an earlier part may still be held by the worker of a page that is gone.
		const run = Date.parse(record.job.startedAt ?? record.job.createdAt);
		this.#part = `${jobFolder(record.job.id)}/${subjectOf(record.task)}.${run}${PART}`;
	}

	create(): Promise<Result<FileSystemFileHandle, Failure>> {
		return failing(subjectOf(this.#record.task), async () => ok(await this.#storage.files.create(this.#part)));
	}

	commit(): Promise<Result<Placed, Failure>> {
		return failing(subjectOf(this.#record.task), async () => {
			const taken = await this.#taken();
			const fileName = await freeName(this.#record.task.output, (name) => taken.has(name.toLowerCase()));
			const path = `${jobFolder(this.#record.job.id)}/${fileName}`;
			await this.#storage.files.move(this.#part, path);
			return ok({ fileName, path });
		});
	}

	async withdraw({ path }: Placed): Promise<void> {
		if (path !== undefined) await this.#storage.files.remove(path);
	}

	discard(): Promise<void> {
		return this.#storage.files.remove(this.#part);
	}
}

class FolderPlace implements OutputPlace {
	#storage: Storage;
	#task: ExportTask;
	#handleId: string;
	/** Carries the job's id, so that what a killed tab left behind is found again and two jobs never share a part. */
	#part: string;

	constructor(storage: Storage, record: JobRecord, handleId: string) {
		this.#storage = storage;
		this.#task = record.task;
		this.#handleId = handleId;
		this.#part = `${subjectOf(record.task)}.${record.job.id.slice(0, 8)}${PART}`;
	}

	create(): Promise<Result<FileSystemFileHandle, Failure>> {
		return this.#inFolder(async (folder) => {
			if (await exists(folder, this.#part)) await folder.removeEntry(this.#part);
			return ok(await folder.getFileHandle(this.#part, { create: true }));
		});
	}

	commit(): Promise<Result<Placed, Failure>> {
		return this.#inFolder(async (folder) => {
			const part = await folder.getFileHandle(this.#part);
			const fileName = await freeName(this.#task.output, (name) => exists(folder, name));
			if (!(await moveFile(part, folder, fileName))) {
				await copyTo(part, await folder.getFileHandle(fileName, { create: true }), folder, fileName);
				await folder.removeEntry(this.#part);
			}
			return ok({ fileName });
		});
	}

	async withdraw({ fileName }: Placed): Promise<void> {
		await this.#inFolder(async (folder) => ok(await folder.removeEntry(fileName)));
	}

	async discard(): Promise<void> {
		await this.#inFolder(async (folder) => {
			if (await exists(folder, this.#part)) await folder.removeEntry(this.#part);
			return ok(undefined);
		});
	}

	#inFolder<T>(work: (folder: FileSystemDirectoryHandle) => Promise<Result<T, Failure>>): Promise<Result<T, Failure>> {
		const subject = subjectOf(this.#task);
		return failing(subject, async () => {
			const folder = await this.#storage.jobs.folder(this.#handleId);
			if (folder === undefined || !(await mayUse(folder, 'readwrite', false))) {
				return err({ kind: 'output-permission', subject });
			}
			return work(folder);
		});
	}
}

/** The final name is made empty first, so it is taken away again when the copy does not succeed. */
async function copyTo(
	part: FileSystemFileHandle,
	target: FileSystemFileHandle,
	folder: FileSystemDirectoryHandle,
	fileName: string,
): Promise<void> {
	try {
		await (await part.getFile()).stream().pipeTo(await target.createWritable());
	} catch (thrown) {
		await folder.removeEntry(fileName);
		throw thrown;
	}
}

async function exists(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
	try {
		await folder.getFileHandle(name);
		return true;
	} catch (thrown) {
		if (thrown instanceof DOMException && thrown.name === 'TypeMismatchError') return true;
		if (isNotFound(thrown)) return false;
		throw thrown;
	}
}

async function failing<T>(subject: string, work: () => Promise<Result<T, Failure>>): Promise<Result<T, Failure>> {
	try {
		return await work();
	} catch (thrown) {
		// The folder itself is gone, or the browser withdrew it: choosing it again is the way out of both.
		if (isNotFound(thrown)) return err({ kind: 'output-permission', subject });
		return err(failureOf(thrown, subject));
	}
}
