import { mkdir, rename, stat, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { LibraryRoot, MediaItem } from '#contract/library';
import type { Failure } from '#core/failure';
import type { Fingerprint } from '#core/media/fingerprint';
import type { MediaFacts } from '#core/media/media-facts';
import { err, ok, type Result } from '#core/result';
import type { FrameIndex } from '#core/time/frame-index';
import type { Database } from '../db/open-database.ts';
import { isGone, type OpenFile, openFile } from '../static/open-file.ts';
import { missing } from './failures.ts';
import { fingerprintFile } from './fingerprint-file.ts';
import { LibraryPlaces } from './library-places.ts';
import { LibraryRows, newId, type RootRow } from './library-rows.ts';
import { LibraryScanner } from './library-scanner.ts';
import type { MediaFile, MediaFiles, ProbedFile } from './media-files.ts';
import { MediaList } from './media-list.ts';
import { isText, keyOf } from './media-names.ts';
import { type ProbeFile, ProbeStore } from './probe-store.ts';
import { isInside, joinRaw, lookAt, realRaw } from './raw-path.ts';

export interface LibraryOptions {
	readonly db: Database;
	readonly mediaDirs: readonly string[];
	/** Seconds from look to look, instead of watching. */
	readonly mediaPollS?: number | undefined;
	/** Where finished uploads lie; made when it is not there. */
	readonly uploadsDir: string;
	readonly cacheDir: string;
	readonly probeFile: ProbeFile;
	readonly onError: (error: Error) => void;
}

/** A file of the library, open. The owner closes it. */
export interface OpenMedia {
	readonly id: string;
	readonly name: string;
	readonly file: OpenFile;
}

interface PlaceRow {
	readonly n: number;
	readonly id: string;
	readonly name: string;
	readonly rootId: string;
	readonly folderPath: Buffer;
	readonly rawName: Buffer;
	readonly kind: 'media' | 'uploads';
	readonly fingerprint: string | null;
	readonly bytes: number;
	readonly mtimeMs: number;
}

const PLACE = `SELECT m.n, m.id, m.name, m.root_id AS rootId, f.path AS folderPath, m.raw_name AS rawName, r.kind, m.fingerprint,
	m.bytes, m.mtime_ms AS mtimeMs
	FROM library_media m JOIN library_folders f ON f.n = m.folder_n JOIN library_roots r ON r.id = m.root_id`;

/** The media of the server: what there is, where it is, what is in it. The only place that turns ids into paths. */
export class MediaLibrary implements MediaFiles {
	readonly list: MediaList;
	readonly places: LibraryPlaces;
	readonly #db: Database;
	readonly #rows: LibraryRows;
	readonly #scanner: LibraryScanner;
	readonly #probes: ProbeStore;
	readonly #roots: readonly RootRow[];
	readonly #uploads: RootRow;
	readonly #linksDir: string;
	readonly #listeners = new Set<() => void>();
	readonly #forgotten = new Set<(id: string) => Promise<void>>();

	constructor({ db, mediaDirs, mediaPollS, uploadsDir, cacheDir, probeFile, onError }: LibraryOptions) {
		this.#db = db;
		this.#rows = new LibraryRows(db);
		this.list = new MediaList(db);
		this.#linksDir = join(cacheDir, 'names');
		this.#uploads = this.#rows.ensureRoot(uploadsDir, 'uploads', 'Uploads');
		const names = namesOf(mediaDirs);
		this.#roots = [
			...mediaDirs.map((path, n) => this.#rows.ensureRoot(path, 'media', names[n] ?? path)),
			this.#uploads,
		];
		this.places = new LibraryPlaces(db, this.#roots);
		// Folders that are no longer in MEDIA_DIRS are not shown, and come back with their ids.
		for (const root of this.#rows.roots())
			if (!this.#roots.some(({ id }) => id === root.id))
				this.#rows.setRootState(root.id, 'missing', 'it is not in MEDIA_DIRS');
		this.#probes = new ProbeStore(db, probeFile);
		this.#scanner = new LibraryScanner({
			rows: this.#rows,
			roots: this.#roots,
			pollMs: mediaPollS === undefined ? undefined : mediaPollS * 1000,
			onChange: () => {
				for (const listener of this.#listeners) listener();
			},
			onError,
			fingerprint: async (n) => {
				const row = this.#place('m.n = ?', n);
				return row === undefined ? undefined : await this.#fingerprintOf(row);
			},
		});
	}

	/** Begins to look through the folders and to watch them. */
	async start(): Promise<void> {
		await mkdir(this.#uploads.path, { recursive: true });
		this.#scanner.scan();
	}

	async close(): Promise<void> {
		await Promise.all([this.#scanner.close(), this.#probes.close()]);
	}

	get scanner(): LibraryScanner {
		return this.#scanner;
	}

	/** Called when rows have changed: perhaps many times in a second. */
	subscribe(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Called with the id of a file that was deleted, to delete what was made of it. */
	onForget(forget: (id: string) => Promise<void>): void {
		this.#forgotten.add(forget);
	}

	roots(): LibraryRoot[] {
		const counts = this.list.counts();
		const states = new Map(this.#rows.roots().map((root) => [root.id, root]));
		return this.#roots.flatMap(({ id, kind }) => {
			const { state, reason } = states.get(id) ?? { state: 'missing' as const, reason: null };
			const { files, bytes } = counts.get(id) ?? { files: 0, bytes: 0 };
			const name = this.list.nameOfFolder(id) ?? '';
			const changes = this.#scanner.changes(id);
			return [{ id, name, kind, state, ...(reason !== null && { reason }), files, bytes, changes }];
		});
	}

	async find(id: string): Promise<Result<MediaFile, Failure>> {
		const row = this.#place('m.id = ?', id);
		if (row === undefined) return err(missing());
		const path = await this.#realPath(row);
		if (path === undefined) return err(missing(row.name));
		const found = await lookAt(path);
		if (found === undefined || !found.isFile()) return err(missing(row.name));
		const [bytes, mtimeMs] = [Number(found.size), Number(found.mtimeNs) / 1e6];
		return ok({ id, path: await this.#textPath(id, path), name: row.name, bytes, mtimeMs });
	}

	/** Opens the file itself: what was swapped for it between looking and opening, or leads out of the root, is not served. */
	async open(id: string): Promise<Result<OpenMedia, Failure>> {
		const row = this.#place('m.id = ?', id);
		if (row === undefined) return err(missing());
		const path = await this.#realPath(row);
		const file = path === undefined ? null : await openFile(path);
		if (path === undefined || file === null) return err(missing(row.name));
		// A folder on the way may have become a link meanwhile: the way is looked at once more, now that the file is held.
		const [again, there] = [await this.#realPath(row), await lookAt(path)];
		if (again?.equals(path) === true && there?.ino === file.ino) return ok({ id, name: row.name, file });
		await file.handle.close();
		return err({ kind: 'source-changed', subject: row.name });
	}

	async findByFingerprint(media: Fingerprint): Promise<Result<MediaFile, Failure>> {
		const known = this.#place("m.fingerprint = ? AND m.absent_ms IS NULL AND r.state = 'ready'", media);
		if (known !== undefined && (await this.#fingerprintOf(known)) === media) return this.find(known.id);
		const bytes = Number(media.slice(0, media.indexOf('-')));
		const sql = `${PLACE} WHERE m.bytes = ? AND m.fingerprint IS NULL AND m.absent_ms IS NULL AND r.state = 'ready' LIMIT 50`;
		for (const row of this.#db.sqlite.prepare(sql).all(bytes) as PlaceRow[]) {
			if ((await this.#fingerprintOf(row)) === media) return this.find(row.id);
		}
		return err(missing());
	}

	async probe(id: string): Promise<Result<ProbedFile, Failure>> {
		const found = await this.find(id);
		const row = this.#place('m.id = ?', id);
		if (!found.ok || row === undefined) return found.ok ? err(missing()) : found;
		const probed = await this.#probes.probe(row.n, found.value);
		if (!probed.ok) return probed;
		const fingerprint = await this.#fingerprintOf(row);
		if (fingerprint === undefined) return err(missing(row.name));
		const facts = { ...probed.value.facts, fingerprint, name: row.name, bytes: found.value.bytes };
		return ok({ file: found.value, facts, index: probed.value.index ?? withoutFrames(facts) });
	}

	/** The facts that `probe` has found before, of the file as it is; nothing is looked into. */
	async probedFacts(id: string): Promise<Result<MediaFacts, Failure> | undefined> {
		const [found, row] = [await this.find(id), this.#place('m.id = ?', id)];
		if (!found.ok || row === undefined) return found.ok ? err(missing()) : found;
		const known = this.#probes.known(row.n, found.value);
		if (known === undefined || !known.ok) return known;
		return ok({ ...known.value.facts, name: row.name });
	}

	/** Takes the file at `path` (on the same disk) among the uploads. */
	async addUpload(path: string, name: string, ending: string): Promise<MediaItem> {
		const rawName = `${newId()}${ending}`;
		const target = join(this.#uploads.path, rawName);
		await rename(path, target);
		const { size, mtimeMs, ino } = await stat(target);
		const top = this.#rows.topFolder(this.#uploads.id);
		if (top === undefined) throw new Error('the folder of uploads is not in the database');
		const file = { rawName: Buffer.from(rawName), bytes: size, mtimeMs, ino, shared: false };
		this.#rows.setRootState(this.#uploads.id, 'ready', null);
		// A scan may have been faster.
		const known = this.#rows.filesIn(top.n).find((row) => keyOf(row.rawName) === rawName);
		const id =
			known === undefined ? this.#rows.addFile(top, file, Date.now(), name) : this.#rows.rename(known.n, top, name);
		for (const listener of this.#listeners) listener();
		const item = this.list.item(id);
		if (item === undefined) throw new Error('the upload is not among the files');
		return item;
	}

	/** Deletes an upload, its row, and what was made of it. */
	async delete(id: string): Promise<Result<void, Failure | 'not-uploaded'>> {
		const row = this.#place('m.id = ?', id);
		if (row === undefined) return err(missing());
		if (row.kind !== 'uploads') return err('not-uploaded');
		try {
			await unlink(joinRaw(this.#uploads.path, row.folderPath, row.rawName));
		} catch (thrown) {
			if (!isGone(thrown) || (thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
		}
		this.#db.sqlite.prepare('DELETE FROM library_media WHERE n = ?').run(row.n);
		await Promise.all([...this.#forgotten].map((forget) => forget(id)));
		for (const listener of this.#listeners) listener();
		return ok(undefined);
	}

	#place(where: string, value: unknown): PlaceRow | undefined {
		return this.#db.sqlite.prepare(`${PLACE} WHERE ${where}`).get(value) as PlaceRow | undefined;
	}

	/** Where the file is with every link followed; undefined when it is not there or not inside a root. */
	async #realPath(row: PlaceRow): Promise<Buffer | undefined> {
		const rootPath = this.#roots.find(({ id }) => id === row.rootId)?.path;
		if (rootPath === undefined) return undefined;
		const roots = await Promise.all(this.#roots.map(({ path }) => realRaw(path)));
		const path = await realRaw(joinRaw(rootPath, row.folderPath, row.rawName));
		return path !== undefined && roots.some((root) => root !== undefined && isInside(path, root)) ? path : undefined;
	}

	/** Programs take text: a path that is none gets a link with a name of ours. */
	async #textPath(id: string, path: Buffer): Promise<string> {
		if (isText(path)) return path.toString();
		const link = join(this.#linksDir, id);
		await mkdir(this.#linksDir, { recursive: true });
		if ((await realRaw(link))?.equals(path) === true) return link;
		const fresh = `${link}.${newId()}`;
		await symlink(path, fresh);
		await rename(fresh, link);
		return link;
	}

	/** Of the file as it is now; kept with the size and date that it was made of. */
	async #fingerprintOf(row: PlaceRow): Promise<Fingerprint | undefined> {
		const opened = await this.open(row.id);
		if (!opened.ok) return undefined;
		const { handle, bytes, mtimeNs } = opened.value.file;
		try {
			const unchanged = row.bytes === bytes && Math.abs(row.mtimeMs - Number(mtimeNs) / 1e6) < 0.01;
			if (row.fingerprint !== null && unchanged) return row.fingerprint;
			const fingerprint = await fingerprintFile(opened.value.file);
			if (unchanged)
				this.#db.sqlite.prepare('UPDATE library_media SET fingerprint = ? WHERE n = ?').run(fingerprint, row.n);
			return fingerprint;
		} finally {
			await handle.close();
		}
	}
}

/** Of a file that has only sound. */
const withoutFrames = ({ firstTimestampS, durationS }: MediaFacts): FrameIndex => ({
	ptsUs: new Float64Array(0),
	key: new Uint8Array(0),
	endUs: Math.round((firstTimestampS + durationS) * 1e6),
});

/** The last part of each path; as much more as tells them apart. */
function namesOf(paths: readonly string[]): string[] {
	return paths.map((path) => {
		const parts = path.split('/').filter((part) => part !== '');
		for (let count = 1; count <= parts.length; count += 1) {
			const name = parts.slice(-count).join('/');
			if (paths.filter((other) => other === path || other.endsWith(`/${name}`)).length === 1) return name;
		}
		return parts.at(-1) ?? '/';
	});
}
