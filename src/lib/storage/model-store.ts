import type { Failure } from '#core/failure';
import type { Live } from '#core/live';
import { err, ok, type Result } from '#core/result';
import type { Database } from './database.ts';
import { forgetSeenBy } from './detections.ts';
import { keepCopy } from './keep-copy.ts';
import { liveRows } from './live-rows.ts';
import type { ModelNotes, ModelRecord } from './model-record.ts';
import type { OriginFiles } from './private-files.ts';
import type { RowReader } from './rows.ts';
import { isQuotaError } from './storage-error.ts';
import type { ModelStore, TrackingStore } from './storage.ts';

const FOLDER = 'models';
const fileOf = (id: string): string => `${id}.onnx`;
const pathOf = (id: string): string => `${FOLDER}/${fileOf(id)}`;

/** Comes with the first row: an empty shelf does not pay for schemas. */
const loadSchema = async () => (await import('./model-record.ts')).ModelRecord;

const idOf = (row: unknown): string => (row instanceof Object && 'id' in row ? String(row.id) : 'without id');

interface Parts {
	readonly db: Database;
	readonly rows: RowReader;
	readonly files: OriginFiles;
	readonly tracking: TrackingStore;
	/** Prefix of lock names. */
	readonly root: string;
}

/** Rows in the database, bytes in the private file system. */
export class DexieModels implements ModelStore {
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	watch(): Live<readonly ModelRecord[]> {
		return liveRows(async () => {
			const { db, rows } = this.#parts;
			const all = await db.models.orderBy('addedAt').toArray();
			return all.length === 0 ? [] : rows.readAll(await loadSchema(), all, 'model', idOf);
		});
	}

	async get(id: string): Promise<ModelRecord | undefined> {
		const row = await this.#parts.db.models.get(id);
		return row === undefined ? undefined : this.#parts.rows.read(await loadSchema(), row, `model ${id}`);
	}

	async find(file: Blob): Promise<Result<ModelRecord | undefined, Failure>> {
		const hashed = await sha256Of(file, file instanceof File ? file.name : 'The model');
		return hashed.ok ? ok(await this.get(idFrom(hashed.value))) : hashed;
	}

	async add(file: Blob, notes: ModelNotes): Promise<Result<ModelRecord, Failure>> {
		const { db, files, root } = this.#parts;
		const hashed = await sha256Of(file, notes.fileName);
		if (!hashed.ok) return hashed;
		const id = idFrom(hashed.value);
		const schema = await loadSchema();
		return this.#alone(async () => {
			await this.#sweep();
			const before = await this.get(id);
			if ((await this.open(id))?.size !== file.size) {
				const kept = await keepCopy(files, root, { file, path: pathOf(id), subject: notes.fileName }, {});
				if (!kept.ok) return kept;
			}
			const addedAt = new Date().toISOString();
			const record = schema.parse({ ...notes, id, bytes: file.size, sha256: hashed.value, addedAt });
			// What was read out of its answers in another way is worth nothing.
			if (before === undefined || readingOf(before) !== readingOf(record))
				await this.#forgetSeen(id, record.title, 'it is read in another way now');
			try {
				await db.models.put(record);
				return ok(record);
			} catch (thrown) {
				if (before === undefined) await files.remove(pathOf(id));
				if (isQuotaError(thrown)) return err({ kind: 'out-of-space', subject: notes.fileName });
				throw thrown;
			}
		});
	}

	async open(id: string): Promise<File | undefined> {
		const handle = await this.#parts.files.get(pathOf(id));
		return handle?.getFile();
	}

	async remove(id: string): Promise<void> {
		const { db } = this.#parts;
		await this.#alone(async () => {
			const title = (await this.get(id))?.title ?? id;
			await db.models.delete(id);
			await this.#sweep();
			await this.#forgetSeen(id, title, 'it was removed from this browser');
		});
	}

	/** Not while a search adds to it. */
	async #forgetSeen(id: string, subject: string, detail: string): Promise<void> {
		const { files, tracking } = this.#parts;
		await tracking.end(({ model }) => model === id, { kind: 'model-refused', subject, detail });
		await forgetSeenBy(files, id);
	}

	/** Removes files without a row: what a tab left that was closed between the two. */
	async #sweep(): Promise<void> {
		const { db, files } = this.#parts;
		const known = new Set((await db.models.toCollection().primaryKeys()).map(fileOf));
		for (const name of await files.list(FOLDER)) if (!known.has(name)) await files.remove(`${FOLDER}/${name}`);
	}

	/** One change at a time, over all tabs. */
	#alone<T>(work: () => Promise<T>): Promise<T> {
		return navigator.locks.request(`${this.#parts.root}:models`, work);
	}
}

const idFrom = (sha256: string): string => `own-${sha256.slice(0, 16)}`;

const readingOf = ({ input, head, classes }: ModelRecord): string => JSON.stringify([input, head, classes]);

/** In lower-case hexadecimal. Models fit into memory: larger ones cannot be run. */
async function sha256Of(file: Blob, subject: string): Promise<Result<string, Failure>> {
	const refused = (detail: string): Result<string, Failure> => err({ kind: 'model-refused', subject, detail });
	// Only pages from a safe address may compute it, and only they have private files.
	if (!('subtle' in crypto))
		return refused('no file can be kept at this address, which is neither https nor localhost');
	try {
		const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
		return ok([...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
	} catch (thrown) {
		return refused(`its file could not be read (${thrown instanceof Error ? thrown.message : String(thrown)})`);
	}
}
