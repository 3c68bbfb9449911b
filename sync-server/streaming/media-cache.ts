import { createHash } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import type { Database } from '../db/open-database.ts';
import { type OpenFile, openFile } from '../static/open-file.ts';
import { Growing } from './growing.ts';

export interface CacheOptions {
	readonly db: Database;
	/** Made when it is not there. */
	readonly folder: string;
	readonly maxBytes: number;
	/** Stays free on the disk, whatever `maxBytes` allows. Defaults to 1 GB. */
	readonly minFreeBytes?: number;
	readonly now?: () => number;
}

/** What is kept: all that decides its bytes, and no more. */
export interface CacheItem {
	readonly mediaId: string;
	/** Of the file: size and dates. */
	readonly version: string;
	/** How it is made, with the version of the recipe: "thumbnail-1-320". */
	readonly recipe: string;
	/** With the dot. */
	readonly ending: string;
}

interface CacheRow {
	readonly key: string;
	readonly ending: string;
	readonly bytes: number;
}

/** Writes the file at `path`; what it leaves there when it fails is removed. */
export type Produce = (path: string, signal: AbortSignal) => Promise<Result<void, Failure>>;
/** The same, and tells its parts as they come. */
export type ProduceParts = (path: string, signal: AbortSignal, growing: Growing) => ReturnType<Produce>;

interface MakeOptions {
	readonly signal?: AbortSignal | undefined;
	readonly expectedBytes?: number;
}

/** Something that is being made, for one who waits for it. */
export interface Following {
	/** Rejects with `AbortError` on the signal. */
	readonly made: Promise<Result<void, Failure>>;
	/** What is told of it so far; ended before `made` settles. */
	readonly growing: Growing;
	/** Waits no longer, but lets it be made. */
	readonly leave: () => void;
}

interface Making {
	readonly result: Promise<Result<void, Failure>>;
	readonly abort: AbortController;
	readonly growing: Growing;
	waiting: number;
}

/** What was asked for so recently is not removed: a player comes back for the next part. In milliseconds. */
const FRESH_MS = 60_000;
const PART = '.part';

/**
 * Files that can be made again, kept up to a size, the longest unused going first; never one that is being read or made. Whatever is asked for by
 * many is made once. A file has its name only when it is whole; after a crash nothing half-made is served.
 */
export class MediaCache {
	readonly #db: Database;
	readonly #options: Required<CacheOptions>;
	readonly #making = new Map<string, Making>();
	/** Open for reading, by key. */
	readonly #reading = new Map<string, number>();
	/** Promised to what is being made. */
	#promisedBytes = 0;
	#parts = 0;

	constructor(options: CacheOptions) {
		this.#db = options.db;
		this.#options = { minFreeBytes: 1e9, now: Date.now, ...options };
	}

	/** Throws away what a crash has left, and forgets what somebody has deleted. */
	async start(): Promise<void> {
		const { folder } = this.#options;
		await mkdir(folder, { recursive: true });
		const rows = new Map(this.#all().map((row) => [nameOf(row), row]));
		for (const name of await readdir(folder)) {
			if (!/^[\da-f]{40}\./.test(name)) continue;
			if (rows.delete(name)) continue;
			// Also the folder of something that was made in pieces.
			await rm(join(folder, name), { recursive: true, force: true });
		}
		for (const { key } of rows.values()) this.#forgetRow(key);
	}

	/** Nothing is being made when it settles. */
	async close(): Promise<void> {
		for (const { abort } of this.#making.values()) abort.abort();
		await Promise.allSettled([...this.#making.values()].map(({ result }) => result));
	}

	/** Bytes of the item when it is there. */
	has(item: CacheItem): number | undefined {
		return this.#row(keyOf(item))?.bytes;
	}

	/** Where the item lies when it is there: for programs and libraries that open it themselves, at once. */
	pathOf(item: CacheItem): string | undefined {
		const row = this.#row(keyOf(item));
		return row === undefined ? undefined : join(this.#options.folder, nameOf(row));
	}

	isMaking(item: CacheItem): boolean {
		return this.#making.has(keyOf(item));
	}

	/** The item, open, if it is there. While it is open it is not removed; the owner closes it. */
	async open(item: CacheItem): Promise<OpenFile | undefined> {
		const key = keyOf(item);
		const row = this.#row(key);
		if (row === undefined) return undefined;
		this.#reading.set(key, (this.#reading.get(key) ?? 0) + 1);
		const file = await openFile(join(this.#options.folder, nameOf(row)));
		const release = (): void => {
			const readers = (this.#reading.get(key) ?? 1) - 1;
			if (readers > 0) this.#reading.set(key, readers);
			else this.#reading.delete(key);
		};
		if (file?.bytes !== row.bytes) {
			// Deleted or cut by somebody: made again when it is asked for.
			release();
			await file?.handle.close();
			this.#forgetRow(key);
			return undefined;
		}
		// Documented, but missing in the types of Node 20.
		(file.handle as unknown as EventEmitter).once('close', release);
		this.#db.sqlite.prepare('UPDATE cache_files SET used_ms = ? WHERE key = ?').run(this.#options.now(), key);
		return file;
	}

	/**
	 * Makes the item if it is not there. Rejects with `AbortError` on `signal`; what is made is stopped when the last one who waits has gone.
	 * `expectedBytes` are made free first, and promised to it until it is done.
	 */
	async make(item: CacheItem, produce: Produce, options: MakeOptions = {}): Promise<Result<void, Failure>> {
		return this.follow(item, produce, options).made;
	}

	/** The same for those who can use its beginning while the rest is made. Throws `AbortError` when `signal` has fired before. */
	follow(item: CacheItem, produce: ProduceParts, { signal, expectedBytes = 0 }: MakeOptions = {}): Following {
		const key = keyOf(item);
		signal?.throwIfAborted();
		if (this.#row(key) !== undefined) return alreadyMade();
		let making = this.#making.get(key);
		if (making === undefined || making.abort.signal.aborted) {
			const [abort, growing] = [new AbortController(), new Growing()];
			const make = (path: string): ReturnType<Produce> => produce(path, abort.signal, growing);
			const result = this.#produce(key, item, make, abort.signal, expectedBytes).finally(() => {
				growing.end();
				if (this.#making.get(key)?.abort === abort) this.#making.delete(key);
			});
			making = { result, abort, growing, waiting: 0 };
			this.#making.set(key, making);
			// Whoever waits gets the reason; nobody may wait.
			result.catch(() => undefined);
		}
		return waitFor(making, signal);
	}

	/** Settles when the item is not being made (any more). */
	async settled(item: CacheItem): Promise<void> {
		await Promise.allSettled([this.#making.get(keyOf(item))?.result]);
	}

	/** Removes what was made of a file. */
	async forget(mediaId: string): Promise<void> {
		const rows = this.#db.sqlite
			.prepare('SELECT key, ending, bytes FROM cache_files WHERE media_id = ?')
			.all(mediaId) as CacheRow[];
		for (const row of rows) await this.#remove(row);
	}

	/** Bytes of all that is kept. */
	get bytes(): number {
		const row = this.#db.sqlite.prepare('SELECT coalesce(sum(bytes), 0) AS bytes FROM cache_files').get();
		return (row as { bytes: number }).bytes;
	}

	async #produce(
		key: string,
		item: CacheItem,
		produce: (path: string) => ReturnType<Produce>,
		signal: AbortSignal,
		expectedBytes: number,
	): Promise<Result<void, Failure>> {
		const { folder, now } = this.#options;
		const room = await this.#makeRoom(expectedBytes);
		if (!room.ok) return room;
		this.#promisedBytes += expectedBytes;
		const part = join(folder, `${key}.${(this.#parts += 1)}${PART}`);
		try {
			signal.throwIfAborted();
			const made = await produce(part);
			if (!made.ok) return made;
			const { size } = await stat(part);
			await syncFile(part);
			await rename(part, join(folder, key + item.ending));
			this.#db.sqlite
				.prepare('INSERT OR REPLACE INTO cache_files (key, ending, media_id, bytes, used_ms) VALUES (?, ?, ?, ?, ?)')
				.run(key, item.ending, item.mediaId, size, now());
		} catch (thrown) {
			if (isFull(thrown))
				return err({ kind: 'out-of-space', subject: 'The cache of the server', neededBytes: expectedBytes });
			throw thrown;
		} finally {
			this.#promisedBytes -= expectedBytes;
			await rm(part, { force: true });
		}
		// It may have become larger than was thought.
		await this.#makeRoom(0);
		return ok(undefined);
	}

	/** Removes the longest unused until `bytes` fit, both below the limit and on the disk. */
	async #makeRoom(bytes: number): Promise<Result<void, Failure>> {
		const { folder, maxBytes, minFreeBytes, now } = this.#options;
		const isShort = async (): Promise<boolean> => {
			if (this.bytes + this.#promisedBytes + bytes > maxBytes) return true;
			const { bavail, bsize } = await statfs(folder);
			return bavail * bsize - bytes - this.#promisedBytes < minFreeBytes;
		};
		for (const row of this.#all()) {
			if (!(await isShort())) return ok(undefined);
			const recent = row.usedMs > now() - FRESH_MS;
			if (this.#reading.has(row.key) || (bytes === 0 && recent)) continue;
			await this.#remove(row);
		}
		if (bytes === 0 || !(await isShort())) return ok(undefined);
		return err({ kind: 'out-of-space', subject: 'The cache of the server', neededBytes: bytes });
	}

	async #remove(row: CacheRow): Promise<void> {
		this.#forgetRow(row.key);
		await rm(join(this.#options.folder, nameOf(row)), { force: true });
	}

	#row(key: string): CacheRow | undefined {
		return this.#db.sqlite.prepare('SELECT key, ending, bytes FROM cache_files WHERE key = ?').get(key) as
			CacheRow | undefined;
	}

	/** The longest unused first. */
	#all(): (CacheRow & { readonly usedMs: number })[] {
		const sql = 'SELECT key, ending, bytes, used_ms AS usedMs FROM cache_files ORDER BY used_ms, key';
		return this.#db.sqlite.prepare(sql).all() as (CacheRow & { readonly usedMs: number })[];
	}

	#forgetRow(key: string): void {
		this.#db.sqlite.prepare('DELETE FROM cache_files WHERE key = ?').run(key);
	}
}

function alreadyMade(): Following {
	const growing = new Growing();
	growing.end();
	return { made: Promise.resolve(ok(undefined)), growing, leave: () => undefined };
}

/** Waits with the others; the last one who gives up stops the work. */
function waitFor(making: Making, signal: AbortSignal | undefined): Following {
	making.waiting += 1;
	let waits = true;
	const leave = (): void => {
		if (!waits) return;
		waits = false;
		making.waiting -= 1;
		signal?.removeEventListener('abort', onAbort);
	};
	let giveUp: (reason: unknown) => void = () => undefined;
	const gaveUp = new Promise<never>((_, reject) => (giveUp = reject));
	const onAbort = (): void => {
		leave();
		giveUp(new DOMException('Nobody waits for it any more', 'AbortError'));
		if (making.waiting === 0) making.abort.abort();
	};
	signal?.addEventListener('abort', onAbort, { once: true });
	const made = Promise.race([making.result, gaveUp]).finally(leave);
	// Whoever has left does not ask.
	made.catch(() => undefined);
	return { made, growing: making.growing, leave };
}

const keyOf = ({ mediaId, version, recipe }: CacheItem): string =>
	createHash('sha256')
		.update(JSON.stringify([mediaId, version, recipe]))
		.digest('hex')
		.slice(0, 40);

const nameOf = ({ key, ending }: { key: string; ending: string }): string => key + ending;

async function syncFile(path: string): Promise<void> {
	const handle = await open(path, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

const isFull = (thrown: unknown): boolean =>
	thrown instanceof Error && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((thrown as NodeJS.ErrnoException).code ?? '');
