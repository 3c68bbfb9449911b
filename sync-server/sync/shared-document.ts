import * as Y from 'yjs';
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENTS, type DocumentKind } from '#contract/sync';
import { DEFAULT_PROJECT_NAME, PROFILE_TITLE_KEY, PROJECT_NAME_KEY } from '#core/project/document-layout';
import { err, ok, type Result } from '#core/result';
import type { ApiError } from '#contract/api-error';
import type { DocumentRows } from './document-rows.ts';
import type { RoomOnDisk } from './room-on-disk.ts';
import { noSpace, storeRefusal } from './store-refusal.ts';

/** So much may have come since the last compacting, whatever the document's size. In bytes. */
const TAIL_FLOOR_BYTES = 16 * 1024;
/** So much may wait for changes that it follows: an app sends its changes in order, so next to nothing ever does. In bytes. */
const MOST_PENDING_BYTES = 4 * 1024 * 1024;

/** Told of every update that was stored, with the one who brought it. */
export type UpdateListener = (update: Uint8Array, from: unknown) => void;

export interface SharedDocumentParts {
	/** ISO 8601. */
	readonly now: () => string;
	readonly room: RoomOnDisk;
	/** Why no more may be in memory; undefined when so many bytes more may. */
	readonly crowded: (bytes: number) => ApiError | undefined;
}

/** A document in memory, as it is on disk: what changes it is stored before anybody hears of it. */
export class SharedDocument {
	readonly name: string;
	readonly kind: DocumentKind;
	readonly #rows: DocumentRows;
	readonly #now: () => string;
	readonly #room: RoomOnDisk;
	readonly #crowded: SharedDocumentParts['crowded'];
	/** As it is on disk, until somebody needs more of it than its bytes: reading a large one takes a quarter of a second. */
	#unread: readonly Uint8Array[] = [];
	#doc: Y.Doc | undefined;
	readonly #listeners = new Set<UpdateListener>();
	#removedAtVector: Uint8Array | undefined;
	/** Of the update that all before were joined into, and of those after it. */
	#joinedBytes = 0;
	#tailBytes = 0;
	#tailRows = 0;
	/** What the transaction under way has changed. */
	#changes: Uint8Array[] = [];

	/** Throws SQLite's error when it cannot be read. */
	constructor(name: string, rows: DocumentRows, { now, room, crowded }: SharedDocumentParts) {
		this.#room = room;
		this.#crowded = crowded;
		this.name = name;
		this.kind = name.startsWith('project:') ? 'project' : 'profile';
		this.#rows = rows;
		this.#now = now;
		this.#load();
	}

	/** To be read; changed only inside of `edit`. */
	get doc(): Y.Doc {
		return (this.#doc ??= this.#read());
	}

	/** What it takes on disk; in memory it is several times that. */
	get bytes(): number {
		return this.#joinedBytes + this.#tailBytes;
	}

	get vector(): Uint8Array {
		return Y.encodeStateVector(this.doc);
	}

	/** What who is at `vector` lacks, as updates in their order. Throws when that is no state vector. */
	since(vector: Uint8Array): readonly Uint8Array[] {
		// Who has nothing gets it as it lies on disk, and reads it while the server does.
		if (this.#doc === undefined && this.#unread.length > 0 && Y.decodeStateVector(vector).size === 0)
			return this.#unread;
		return [Y.encodeStateAsUpdate(this.doc, vector)];
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
				Y.applyUpdate(this.doc, update, from);
			} catch (thrown) {
				const reason = thrown instanceof Error ? thrown.message : String(thrown);
				const message = `A change of “${this.name}” is not one of a document (${reason}) and was not taken.`;
				return { code: 'invalid_request', message };
			}
			// It follows one that has not come yet: Yjs waits with it, and so does the disk.
			const { pendingStructs, pendingDs } = this.doc.store;
			if (pendingStructs === null && pendingDs === null) return undefined;
			this.#changes = [update];
			if ((pendingStructs?.update.length ?? 0) + (pendingDs?.length ?? 0) <= MOST_PENDING_BYTES) return undefined;
			const message = `Too many changes of “${this.title()}” came without those that they follow. Reconnect to send all of them.`;
			return { code: 'unprocessable', message };
		});
	}

	/** Changes the document as the server itself: one transaction. */
	edit(change: (doc: Y.Doc) => void, from: unknown): Result<void, ApiError> {
		return this.#keep(from, () => {
			const { doc } = this;
			doc.transact(() => change(doc), from);
			return undefined;
		});
	}

	/** Joins what is stored into one update when there is more than that. */
	compact(): void {
		if (this.#tailRows === 0) return;
		const joined = Y.encodeStateAsUpdate(this.doc);
		this.#rows.compact(this.name, joined);
		this.#joinedBytes = joined.length;
		this.#tailBytes = this.#tailRows = 0;
	}

	destroy(): void {
		this.#listeners.clear();
		this.#doc?.destroy();
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
			const refusal = this.#noRoom(update.length);
			if (refusal !== undefined) return err(refusal);
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

	#read(): Y.Doc {
		const doc = new Y.Doc();
		for (const update of this.#unread) Y.applyUpdate(doc, update);
		this.#unread = [];
		doc.on('update', (update: Uint8Array) => this.#changes.push(update));
		return doc;
	}

	/** From disk, in the place of what is in memory. */
	#load(): void {
		const kept = this.#rows.load(this.name);
		const [joined, ...tail] = kept?.updates ?? [];
		this.#doc?.destroy();
		this.#doc = undefined;
		this.#unread = kept?.updates ?? [];
		this.#removedAtVector = kept?.removedAtVector;
		this.#joinedBytes = joined?.length ?? 0;
		this.#tailRows = tail.length;
		this.#tailBytes = tail.reduce((sum, update) => sum + update.length, 0);
	}

	#noRoom(bytes: number): ApiError | undefined {
		if (!this.#room(bytes)) return noSpace(this.title());
		if (this.#joinedBytes === 0 && this.#rows.count() >= MAX_DOCUMENTS) {
			const message = `The server keeps ${MAX_DOCUMENTS} projects and profiles, and takes no more. Everything stays on this device; remove some everywhere to share it.`;
			return { code: 'too_large', message };
		}
		return this.#crowded(bytes);
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
		const isProfile = this.kind === 'profile';
		const name = isProfile
			? this.doc.getMap('profile').get(PROFILE_TITLE_KEY)
			: this.doc.getMap('project').get(PROJECT_NAME_KEY);
		if (typeof name === 'string') return name.slice(0, 200);
		return isProfile ? this.name.slice('profile:'.length) : DEFAULT_PROJECT_NAME;
	}
}

const tooLarge = (title: string): ApiError => ({
	code: 'too_large',
	message: `“${title}” has grown over ${MAX_DOCUMENT_BYTES / 1024 / 1024} MB, more than the server keeps of one document. Everything stays on this device; remove what is no longer needed in it to share it again.`,
});
