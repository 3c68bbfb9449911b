import { type FSWatcher, watch } from 'node:fs';
import { statfs } from 'node:fs/promises';

/** A folder is looked at again this long after something moved in it: a copy under way tells of itself many times. In milliseconds. */
const SETTLE_MS = 700;
/** But no later than this. */
const LATEST_MS = 5000;

/** File systems whose changes made elsewhere nobody tells us of: NFS, SMB, CIFS, FUSE (sshfs, rclone), 9p, Ceph. */
const REMOTE_KINDS = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x65735546, 0x01021997, 0x00c36400]);

/** Whether changes below `path` can be watched; otherwise they must be looked for. */
export async function canWatch(path: string): Promise<boolean> {
	try {
		return !REMOTE_KINDS.has(Number((await statfs(path)).type) >>> 0);
	} catch (thrown) {
		if (thrown instanceof Error) return false;
		throw thrown;
	}
}

interface Watched {
	readonly watcher: FSWatcher;
	timer: NodeJS.Timeout | undefined;
	firstMs: number;
}

/**
 * Watches single folders by number and tells which of them changed. One watch a folder and nothing a file, so that a hundred thousand files
 * take no memory here; the scan knows the tree already.
 */
export class FolderWatch {
	readonly #watched = new Map<number, Watched>();
	readonly #onChange: (folder: number) => void;
	#full = false;

	constructor(onChange: (folder: number) => void) {
		this.#onChange = onChange;
	}

	/** The system gives no more watches: what is not watched is found at the next look. */
	get full(): boolean {
		return this.#full;
	}

	get size(): number {
		return this.#watched.size;
	}

	add(folder: number, path: Buffer): void {
		if (this.#full || this.#watched.has(folder)) return;
		try {
			const watcher = watch(path, { persistent: false }, () => this.#stirred(folder));
			watcher.on('error', () => this.remove(folder));
			this.#watched.set(folder, { watcher, timer: undefined, firstMs: 0 });
		} catch (thrown) {
			const { code } = thrown as NodeJS.ErrnoException;
			if (code === 'ENOSPC' || code === 'EMFILE') this.#full = true;
			else if (code === undefined) throw thrown;
		}
	}

	remove(folder: number): void {
		const watched = this.#watched.get(folder);
		if (watched === undefined) return;
		this.#watched.delete(folder);
		clearTimeout(watched.timer);
		watched.watcher.close();
	}

	/** Stops to watch what is not among `folders`. */
	keep(folders: ReadonlySet<number>): void {
		for (const folder of this.#watched.keys()) if (!folders.has(folder)) this.remove(folder);
	}

	close(): void {
		for (const folder of [...this.#watched.keys()]) this.remove(folder);
	}

	#stirred(folder: number): void {
		const watched = this.#watched.get(folder);
		if (watched === undefined) return;
		const nowMs = performance.now();
		if (watched.timer === undefined) watched.firstMs = nowMs;
		clearTimeout(watched.timer);
		const waitMs = Math.max(0, Math.min(SETTLE_MS, watched.firstMs + LATEST_MS - nowMs));
		watched.timer = setTimeout(() => {
			watched.timer = undefined;
			this.#onChange(folder);
		}, waitMs).unref();
	}
}
