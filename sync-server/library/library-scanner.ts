import { readdir } from 'node:fs/promises';
import type { ScanState } from '#contract/library';
import { isAbort } from '#core/result';
import { isGone } from '../static/open-file.ts';
import { type FolderScanOptions, scanFolder } from './folder-scan.ts';
import { canWatch, FolderWatch } from './folder-watch.ts';
import type { FolderRow, LibraryRows, RootRow } from './library-rows.ts';
import { joinRaw, realRaw } from './raw-path.ts';

/** Watched roots are looked through this often as well, for what the watch missed; others this often, for anything. */
const WATCHED_EVERY_MS = 15 * 60_000;
const POLLED_EVERY_MS = 60_000;
/** A scan may take a twentieth of the time. */
const REST_FACTOR = 20;
/** What is gone is remembered this long. */
const REMEMBERED_MS = 90 * 24 * 3600_000;
const MOST_PROBLEMS = 20;

export interface ScannerOptions {
	readonly rows: LibraryRows;
	readonly roots: readonly RootRow[];
	readonly now?: () => number;
	/** Nothing is watched; everything is looked through this often, in milliseconds. */
	readonly pollMs?: number | undefined;
	/** Rows have changed. */
	readonly onChange: () => void;
	/** What broke in a way nobody expected. */
	readonly onError: (error: Error) => void;
	/** For pairs of files that may be one: the fingerprint of a row's file as it is. */
	readonly fingerprint: (n: number) => Promise<string | undefined>;
}

/** Keeps the rows in step with the disks: whole scans one after the other, single folders as they change. */
export class LibraryScanner {
	readonly #options: ScannerOptions;
	readonly #now: () => number;
	readonly #watch: FolderWatch;
	readonly #abort = new AbortController();
	readonly #polled = new Set<string>();
	readonly #realRoots = new Map<string, Buffer>();
	readonly #stirred = new Set<number>();
	#running: Promise<void> | undefined;
	#wanted = false;
	#timer: NodeJS.Timeout | undefined;
	#state: ScanState = { state: 'idle', seen: 0, problems: [] };

	constructor(options: ScannerOptions) {
		this.#options = options;
		this.#now = options.now ?? Date.now;
		this.#watch = new FolderWatch((folder) => {
			this.#stirred.add(folder);
			this.#go();
		});
	}

	get state(): ScanState {
		return this.#state;
	}

	changes(rootId: string): 'watched' | 'polled' {
		return this.#polled.has(rootId) || this.#watch.full ? 'polled' : 'watched';
	}

	/** With every link followed, of those that are there. */
	get realRoots(): readonly Buffer[] {
		return [...this.#realRoots.values()];
	}

	realRoot(rootId: string): Buffer | undefined {
		return this.#realRoots.get(rootId);
	}

	/** Looks through everything, after what is under way. */
	scan(): void {
		this.#wanted = true;
		this.#go();
	}

	/** Settles when nothing is left to look at. */
	async idle(): Promise<void> {
		while (this.#running !== undefined) await this.#running;
	}

	async close(): Promise<void> {
		this.#abort.abort();
		clearTimeout(this.#timer);
		this.#watch.close();
		await this.#running;
	}

	#go(): void {
		if (this.#running !== undefined || this.#abort.signal.aborted) return;
		this.#running = this.#work()
			.catch((thrown: unknown) => {
				if (!isAbort(thrown)) this.#options.onError(thrown instanceof Error ? thrown : new Error(String(thrown)));
			})
			.finally(() => {
				this.#running = undefined;
			});
	}

	async #work(): Promise<void> {
		while ((this.#wanted || this.#stirred.size > 0) && !this.#abort.signal.aborted) {
			if (this.#wanted) {
				this.#wanted = false;
				await this.#scanAll();
			}
			const [folder] = this.#stirred;
			if (folder === undefined) continue;
			this.#stirred.delete(folder);
			await this.#rescan(folder);
		}
	}

	async #scanAll(): Promise<void> {
		clearTimeout(this.#timer);
		const { rows, roots } = this.#options;
		const startedMs = this.#now();
		this.#state = { state: 'scanning', seen: 0, startedAt: new Date(startedMs).toISOString(), problems: [] };
		const seen = new Set<number>();
		try {
			for (const root of roots) await this.#resolve(root);
			for (const root of roots) await this.#scanRoot(root, seen);
			await this.#findMoved(startedMs);
			rows.forget(startedMs - REMEMBERED_MS);
		} finally {
			this.#state = { ...this.#state, state: 'idle', endedAt: new Date(this.#now()).toISOString() };
		}
		this.#watch.keep(seen);
		this.#schedule(this.#now() - startedMs);
	}

	#schedule(tookMs: number): void {
		const { pollMs } = this.#options;
		const polls = this.#polled.size > 0 || this.#watch.full || this.#realRoots.size < this.#options.roots.length;
		const everyMs = pollMs ?? (polls ? POLLED_EVERY_MS : WATCHED_EVERY_MS);
		this.#timer = setTimeout(() => this.scan(), Math.max(everyMs, REST_FACTOR * tookMs)).unref();
	}

	/** Finds out where the root really is; a root that is not there, or suddenly empty (a drive not mounted), keeps its rows. */
	async #resolve(root: RootRow): Promise<void> {
		const { rows, onChange } = this.#options;
		const real = await realRaw(root.path);
		const reason = real === undefined ? 'it is not there' : await reasonAgainst(real, rows.hasFiles(root.id));
		if (real !== undefined && reason === undefined) {
			this.#realRoots.set(root.id, real);
			if (this.#options.pollMs === undefined && (await canWatch(root.path))) this.#polled.delete(root.id);
			else this.#polled.add(root.id);
		} else this.#realRoots.delete(root.id);
		if (rows.setRootState(root.id, reason === undefined ? 'ready' : 'missing', reason ?? null)) onChange();
	}

	async #scanRoot(root: RootRow, seen: Set<number>): Promise<void> {
		const [real, top] = [this.#realRoots.get(root.id), this.#options.rows.topFolder(root.id)];
		if (real !== undefined && top !== undefined) await this.#walk(root, real, [top], seen);
	}

	/** The folders given and all below them, the deepest last found first. */
	async #walk(root: RootRow, real: Buffer, folders: readonly FolderRow[], seen: Set<number>): Promise<void> {
		const left = [...folders];
		for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
			this.#abort.signal.throwIfAborted();
			// Before it is read: what changes meanwhile is told.
			if (!this.#polled.has(root.id)) this.#watch.add(folder.n, joinRaw(real, folder.path));
			seen.add(folder.n);
			const found = await scanFolder(real, folder, this.#scanOptions());
			if (found.kind === 'read') left.push(...found.folders);
			else this.#trouble(folder, found.reason);
		}
	}

	async #rescan(folderN: number): Promise<void> {
		const { rows, roots } = this.#options;
		const folder = rows.folder(folderN);
		const root = roots.find(({ id }) => id === folder?.rootId);
		const real = root === undefined ? undefined : this.#realRoots.get(root.id);
		if (folder === undefined || root === undefined || real === undefined) return;
		const known = new Set(rows.foldersIn(folder.n).flatMap(({ n, absentMs }) => (absentMs === null ? [n] : [])));
		// The whole root may have gone: that is for a scan to find out.
		const isTop = folder.path.length === 0;
		const lost = isTop && (await reasonAgainst(real, rows.hasFiles(root.id))) !== undefined;
		const found = lost ? undefined : await scanFolder(real, folder, this.#scanOptions());
		if (found?.kind !== 'read') {
			this.#wanted = true;
			return;
		}
		await this.#walk(
			root,
			real,
			found.folders.filter(({ n }) => !known.has(n)),
			new Set(),
		);
	}

	#scanOptions(): FolderScanOptions {
		const { rows, onChange } = this.#options;
		return {
			rows,
			realRoots: () => this.realRoots,
			now: this.#now,
			signal: this.#abort.signal,
			onSeen: (files) => {
				this.#state = { ...this.#state, seen: this.#state.seen + files };
			},
			onChange,
		};
	}

	#trouble(folder: FolderRow, code: string): void {
		if (code === 'ENOENT' || this.#state.problems.length >= MOST_PROBLEMS) return;
		const reason = code === 'EACCES' || code === 'EPERM' ? 'this account may not read it' : `the disk said ${code}`;
		const sentence = `The folder “${folder.place}” was left out: ${reason}.`;
		this.#state = { ...this.#state, problems: [...this.#state.problems, sentence] };
	}

	/** A file that came back on another disk has a new inode, but the same inside: it keeps its id. */
	async #findMoved(sinceMs: number): Promise<void> {
		const { rows, fingerprint, onChange } = this.#options;
		for (const { newN, oldN, fingerprint: former } of rows.moveSuspects(sinceMs)) {
			this.#abort.signal.throwIfAborted();
			if ((await fingerprint(newN)) !== former) continue;
			rows.adopt(newN, oldN);
			onChange();
		}
	}
}

/** Why a root is taken for missing though its path is there; undefined when nothing speaks against it. */
async function reasonAgainst(real: Buffer, hadFiles: boolean): Promise<string | undefined> {
	try {
		const names = await readdir(real, { encoding: 'buffer' });
		if (names.length === 0 && hadFiles)
			return 'it is empty, though files were known in it: the drive may not be mounted';
		return undefined;
	} catch (thrown) {
		if (!(thrown instanceof Error)) throw thrown;
		const { code } = thrown as NodeJS.ErrnoException;
		if (code === 'ENOTDIR') return 'it is not a folder';
		return isGone(thrown) && code !== 'ENOENT' ? 'this account may not read it' : 'it cannot be read';
	}
}
