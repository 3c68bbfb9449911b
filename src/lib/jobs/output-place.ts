import type { ExportTask } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import { freeCounter, PART } from '#core/export/free-counter';
import { outputFileName, pictureFileName, soundFileName } from '#core/export/output-file-name';
import { err, ok, type Result } from '#core/result';
import { isNotFound } from '$lib/storage/file-system-access';
import { FolderTree, join } from '$lib/storage/folder-tree';
import type { ExportResult, JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import { destinationTree, KEPT_TREE } from './destination-tree.ts';
import { failureOf } from './failure-of.ts';

/** Where a finished output lies: `files` are paths under the destination, `path` is set when the browser keeps it. */
export type Placed = Pick<ExportResult, 'fileName' | 'path' | 'pictures'> & { readonly files: readonly string[] };

/** What the engine was given to write into. */
export interface Parts {
	readonly file?: FileSystemFileHandle;
	readonly folder?: FileSystemDirectoryHandle;
	readonly sound?: FileSystemFileHandle;
}

/** Folder of a job in the private file system. */
export const jobFolder = (id: string): string => `exports/${id}`;

const subjectOf = ({ output }: ExportTask): string => outputFileName(output);

interface Rooms {
	/** Where the finished output goes; `base` is the folder in it. */
	readonly final: FolderTree;
	readonly base: string;
	/** Where it grows. */
	readonly parts: FolderTree;
	readonly partBase: string;
}

/**
 * Where one job's output grows and comes to rest: under names ending in `.part` until it is verified, then, complete, under a final name
 * that was free, or in the place of the one before when the task says so.
 */
export class OutputPlace {
	#storage: Storage;
	#record: JobRecord;
	#held: () => Promise<ReadonlySet<string>>;
	#parts: Parts = {};
	#madeBase = false;

	/** `held` are the names, in lower case, that other jobs hold in the folder of the output. */
	constructor(storage: Storage, record: JobRecord, held: () => Promise<ReadonlySet<string>>) {
		this.#storage = storage;
		this.#record = record;
		this.#held = held;
	}

	get parts(): Parts {
		return this.#parts;
	}

	/** An empty part; an earlier one of this job is gone. */
	create(): Promise<Result<FileSystemFileHandle, Failure>> {
		return this.#failing(async (rooms) => {
			const file = await rooms.parts.create(this.#partOf(rooms, subjectOf(this.#record.task)));
			this.#parts = { ...this.#parts, file };
			return ok(file);
		});
	}

	/** An empty folder for pictures. */
	createFolder(): Promise<Result<FileSystemDirectoryHandle, Failure>> {
		return this.#failing(async (rooms) => {
			const path = this.#partOf(rooms, subjectOf(this.#record.task));
			await rooms.parts.remove(path);
			const folder = await rooms.parts.make(path);
			this.#parts = { ...this.#parts, folder };
			return ok(folder);
		});
	}

	/** An empty part for the sound beside the output. */
	createSound(): Promise<Result<FileSystemFileHandle, Failure>> {
		return this.#failing(async (rooms) => {
			const sound = await rooms.parts.create(this.#partOf(rooms, soundFileName(this.#record.task.output)));
			this.#parts = { ...this.#parts, sound };
			return ok(sound);
		});
	}

	/** Picks the final name. */
	choose(): Promise<Result<Placed, Failure>> {
		return this.#failing(async ({ final, base }) => {
			const { task } = this.#record;
			const { output } = task;
			const counter = output.overwrite === true ? 1 : await this.#freeCounter(final, base);
			const fileName = outputFileName(output, counter);
			const names = [fileName, ...(task.audio.kind === 'wav' ? [soundFileName(output, counter)] : [])];
			const kept = this.#record.destination.kind === 'browser';
			return ok({
				fileName,
				files: names.map((name) => join(output.folder ?? '', name)),
				...(kept && { path: `${this.#keptBase()}/${fileName}` }),
				...(task.video.kind === 'frames' && { pictures: task.video.frames }),
			});
		});
	}

	/**
	 * Gives the parts their final names. After a crash in the middle it is called again, with what was chosen then, and goes on where it
	 * stopped. False when neither the parts nor the finished output are there.
	 */
	settle({ fileName, files = [] }: Pick<ExportResult, 'fileName' | 'files'>): Promise<Result<boolean, Failure>> {
		return this.#failing(async (rooms) => {
			const { task } = this.#record;
			const sound = files[1]?.slice(files[1].lastIndexOf('/') + 1);
			if (sound !== undefined && !(await this.#moveIn(rooms, soundFileName(task.output), sound))) return ok(false);
			const done =
				task.video.kind === 'frames'
					? await this.#movePictures(rooms, task.video, fileName)
					: await this.#moveIn(rooms, subjectOf(task), fileName);
			return ok(done);
		});
	}

	/** Removes the parts. Nothing happens when there are none. */
	discard(): Promise<Result<void, Failure>> {
		return this.#failing(async (rooms) => {
			for (const name of new Set([subjectOf(this.#record.task), soundFileName(this.#record.task.output)])) {
				await rooms.parts.remove(this.#partOf(rooms, name));
			}
			// Only what was made here: an empty folder of the person's own stays.
			if (this.#madeBase) await rooms.final.prune(rooms.base);
			return ok(undefined);
		});
	}

	async #moveIn(rooms: Rooms, partName: string, fileName: string): Promise<boolean> {
		const partPath = this.#partOf(rooms, partName);
		const target = join(rooms.base, fileName);
		const part = await rooms.parts.file(partPath);
		if (part === undefined) return (await rooms.final.file(target)) !== undefined;
		await rooms.final.put(part, target, rooms.parts, partPath);
		return true;
	}

	/** No browser moves whole folders, so picture by picture; what an earlier batch had more of goes at the end. */
	async #movePictures(
		rooms: Rooms,
		{ format, frames }: Extract<ExportTask['video'], { kind: 'frames' }>,
		fileName: string,
	): Promise<boolean> {
		const partPath = this.#partOf(rooms, subjectOf(this.#record.task));
		const target = join(rooms.base, fileName);
		const names = Array.from({ length: frames }, (_, n) => pictureFileName(format, n + 1));
		for (const name of await rooms.parts.list(partPath)) {
			const part = await rooms.parts.file(join(partPath, name));
			if (part !== undefined) await rooms.final.put(part, join(target, name), rooms.parts, join(partPath, name));
		}
		await rooms.parts.remove(partPath);
		const wanted = new Set(names);
		const there = new Set(await rooms.final.list(target));
		for (const name of there) {
			if (/^frame_\d+\.\w+$/u.test(name) && !wanted.has(name)) await rooms.final.remove(join(target, name));
		}
		return names.every((name) => there.has(name));
	}

	/** Whether a name is taken where the output goes. */
	async #namesThere(final: FolderTree, base: string): Promise<(name: string) => Promise<boolean>> {
		const { task, destination } = this.#record;
		const held = await this.#held();
		if (destination.kind === 'folder') {
			return async (name) => held.has(name.toLowerCase()) || final.has(join(base, name));
		}
		// Saved to a disk later, what is kept in trees and outside of them lies together, and names that differ only in case would meet.
		const kept = new FolderTree(await this.#storage.files.folder(KEPT_TREE));
		const there = new Set((await kept.list(task.output.folder ?? '')).map((name) => name.toLowerCase()));
		return (name) => Promise.resolve(held.has(name.toLowerCase()) || there.has(name.toLowerCase()));
	}

	async #freeCounter(final: FolderTree, base: string): Promise<number> {
		const { output, audio } = this.#record.task;
		const isThere = await this.#namesThere(final, base);
		return freeCounter(output, async (counter) => {
			if (await isThere(outputFileName(output, counter))) return true;
			return audio.kind === 'wav' && isThere(soundFileName(output, counter));
		});
	}

	#partOf({ partBase }: Rooms, name: string): string {
		const { job, destination } = this.#record;
		// In a job's own folder a part is named by its run: an earlier one may still be held by the worker of a page that is gone. In a picked
		// folder it carries the job's id, so that what a killed tab left is found again and two jobs never share a part.
		const tag = destination.kind === 'browser' ? Date.parse(job.startedAt ?? job.createdAt) : job.id.slice(0, 8);
		return join(partBase, `${name}.${tag}${PART}`);
	}

	#keptBase(): string {
		const { folder } = this.#record.task.output;
		return folder === undefined ? jobFolder(this.#record.job.id) : join(KEPT_TREE, folder);
	}

	async #rooms(): Promise<Rooms | undefined> {
		const { task, destination, job } = this.#record;
		const { folder } = task.output;
		if (destination.kind === 'browser') {
			const parts = new FolderTree(await this.#storage.files.folder('exports'));
			if (folder === undefined) return { final: parts, base: job.id, parts, partBase: job.id };
			const final = new FolderTree(await this.#storage.files.folder(KEPT_TREE));
			return { final, base: folder, parts, partBase: job.id };
		}
		const tree = await destinationTree(this.#storage, destination);
		if (tree === undefined) return undefined;
		const base = folder ?? '';
		if (base !== '' && (await tree.folder(base)) === undefined) this.#madeBase = true;
		return { final: tree, base, parts: tree, partBase: base };
	}

	async #failing<T>(work: (rooms: Rooms) => Promise<Result<T, Failure>>): Promise<Result<T, Failure>> {
		const subject = subjectOf(this.#record.task);
		try {
			const rooms = await this.#rooms();
			return rooms === undefined ? err({ kind: 'output-permission', subject }) : await work(rooms);
		} catch (thrown) {
			// The folder itself is gone, or the browser withdrew it: choosing it again is the way out of both.
			if (isNotFound(thrown)) return err({ kind: 'output-permission', subject });
			return err(failureOf(thrown, subject));
		}
	}
}
