import * as Y from 'yjs';
import { MAX_DOCUMENT_BYTES, type DocumentKind } from '#contract/sync';
import { DEFAULT_PROJECT_NAME, PROJECT_NAME_KEY } from '#core/project/document-layout';
import { err, ok, type Result } from '#core/result';
import type { ApiError } from '#contract/api-error';
import type { DocumentRows } from './document-rows.ts';
import { storeRefusal } from './store-refusal.ts';

/** So much may have come since the last compacting, whatever the document's size. In bytes. */
const TAIL_FLOOR_BYTES = 16 * 1024;

/** Told of every update that was stored, with the one who brought it. */
export type UpdateListener = (update: Uint8Array, from: unknown) => void;

/** A document in memory, as it is on disk: what changes it is stored before anybody hears of it. */
export class SharedDocument {
	readonly name: string;
	readonly kind: DocumentKind;
	readonly #rows: DocumentRows;
	readonly #now: () => string;
	#doc = new Y.Doc();
	readonly #listeners = new Set<UpdateListener>();
	#removedAtVector: Uint8Array | undefined;
	/** Of the update that all before were joined into, and of those after it. */
	#joinedBytes = 0;
	#tailBytes = 0;
	#tailRows = 0;
	/** What the transaction under way has changed. */
	#changes: Uint8Array[] = [];

	/** Throws SQLite's error when it cannot be read. */
	constructor(name: string, rows: DocumentRows, now: () => string) {
		this.name = name;
		this.kind = name.startsWith('project:') ? 'project' : 'profile';
		this.#rows = rows;
		this.#now = now;
		this.#load();
	}

	/** To be read; changed only inside of `edit`. */
	get doc(): Y.Doc {
		return this.#doc;
	}

	get vector(): Uint8Array {
		return Y.encodeStateVector(this.#doc);
	}

	/** What who is at `vector` lacks. Throws when that is no state vector. */
	since(vector: Uint8Array): Uint8Array {
		return Y.encodeStateAsUpdate(this.#doc, vector);
	}

	/** Whether it was removed, and who is at `vector` knows nothing that the one who removed it did not. Throws like `since`. */
	isGoneFor(vector: Uint8Array): boolean {
		if (this.#removedAtVector === undefined) return false;
		const removed = Y.decodeStateVector(this.#removedAtVector);
		return [...Y.decodeStateVector(vector)].every(([client, clock]) => clock <= (removed.get(client) ?? 0));
	}

	listen(listener: UpdateListener): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	/**
	 * Takes an update that somebody has made; on return it is stored. What is known already is not stored again. After an error the document
	 * is as it was.
	 */
	receive(update: Uint8Array, from: unknown): Result<void, ApiError> {
		return this.#keep(from, () => {
			try {
				Y.applyUpdate(this.#doc, update, from);
			} catch (thrown) {
				const reason = thrown instanceof Error ? thrown.message : String(thrown);
				const message = `A change of “${this.name}” is not one of a document (${reason}) and was not taken.`;
				return { code: 'invalid_request', message };
			}
			// It follows one that has not come yet: Yjs waits with it, and so does the disk.
			const { pendingStructs, pendingDs } = this.#doc.store;
			if (pendingStructs !== null || pendingDs !== null) this.#changes = [update];
			return undefined;
		});
	}

	/** Changes the document as the server itself: one transaction. */
	edit(change: (doc: Y.Doc) => void, from: unknown): Result<void, ApiError> {
		return this.#keep(from, () => {
			this.#doc.transact(() => change(this.#doc), from);
			return undefined;
		});
	}

	/** Joins what is stored into one update when there is more than that. */
	compact(): void {
		if (this.#tailRows === 0) return;
		const joined = Y.encodeStateAsUpdate(this.#doc);
		this.#rows.compact(this.name, joined);
		this.#joinedBytes = joined.length;
		this.#tailBytes = this.#tailRows = 0;
	}

	destroy(): void {
		this.#listeners.clear();
		this.#doc.destroy();
	}

	#keep(from: unknown, change: () => ApiError | undefined): Result<void, ApiError> {
		let kept: Result<void, ApiError> | undefined;
		try {
			kept = this.#tryToKeep(from, change);
			return kept;
		} finally {
			// In memory it may have taken what the disk did not.
			if (kept?.ok !== true) this.#load();
		}
	}

	#tryToKeep(from: unknown, change: () => ApiError | undefined): Result<void, ApiError> {
		this.#changes = [];
		const refusal = change();
		if (refusal !== undefined) return err(refusal);
		const [first, ...more] = this.#changes;
		if (first === undefined) return ok(undefined);
		const update = more.length === 0 ? first : Y.mergeUpdates([first, ...more]);
		try {
			if (this.#joinedBytes + this.#tailBytes + update.length > MAX_DOCUMENT_BYTES) this.compact();
			if (this.#joinedBytes + this.#tailBytes + update.length > MAX_DOCUMENT_BYTES) return err(tooLarge(this.title()));
			const head = { name: this.name, kind: this.kind, title: this.title(), updatedAt: this.#now() };
			this.#rows.append(head, update);
			this.#noteAppended(update.length);
		} catch (thrown) {
			return err(storeRefusal(thrown, this.title()));
		}
		this.#removedAtVector = undefined;
		for (const listener of this.#listeners) listener(update, from);
		return ok(undefined);
	}

	/** From disk, in the place of what is in memory. */
	#load(): void {
		const kept = this.#rows.load(this.name);
		const [joined, ...tail] = kept?.updates ?? [];
		this.#doc.destroy();
		this.#doc = new Y.Doc();
		for (const update of kept?.updates ?? []) Y.applyUpdate(this.#doc, update);
		this.#removedAtVector = kept?.removedAtVector;
		this.#joinedBytes = joined?.length ?? 0;
		this.#tailRows = tail.length;
		this.#tailBytes = tail.reduce((sum, update) => sum + update.length, 0);
		this.#doc.on('update', (update: Uint8Array) => this.#changes.push(update));
	}

	#noteAppended(bytes: number): void {
		if (this.#joinedBytes === 0) {
			this.#joinedBytes = bytes;
			return;
		}
		this.#tailBytes += bytes;
		this.#tailRows += 1;
		// Half of the document at most lies beside it, so that what is stored stays below twice what it would be joined.
		if (this.#tailBytes > Math.max(TAIL_FLOOR_BYTES, this.#joinedBytes / 2)) this.compact();
	}

	/** For people. */
	title(): string {
		if (this.kind === 'profile') return this.name.slice('profile:'.length);
		const name = this.#doc.getMap('project').get(PROJECT_NAME_KEY);
		return typeof name === 'string' ? name.slice(0, 200) : DEFAULT_PROJECT_NAME;
	}
}

const tooLarge = (title: string): ApiError => ({
	code: 'too_large',
	message: `“${title}” has grown over ${MAX_DOCUMENT_BYTES / 1024 / 1024} MB, more than the server keeps of one document. Everything stays on this device; remove what is no longer needed in it to share it again.`,
});
