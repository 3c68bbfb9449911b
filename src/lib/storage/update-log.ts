import * as Y from 'yjs';
import type { Database, UpdateRow } from './database.ts';
import type { DocumentBlobs } from './document-blobs.ts';
import { toStorageError, type StorageError } from './storage-error.ts';

/** More rows than this are joined into one when a document is opened. */
const COMPACT_ABOVE = 200;

/** Keeps the updates of one Yjs document, each as its own row, in the order they were made. */
export class UpdateLog {
	#db: Database;
	#doc: string;
	/** What is too large for an update, and is written together with it. */
	readonly blobs: DocumentBlobs;
	#writing = new Set<Promise<void>>();

	constructor(db: Database, doc: string, blobs: DocumentBlobs) {
		this.#db = db;
		this.#doc = doc;
		this.blobs = blobs;
	}

	/** Applies all that is kept to `doc`, with this log as origin. A row that cannot be read is reported and left alone. */
	async load(doc: Y.Doc): Promise<void> {
		const rows = await this.#db.docUpdates.where('doc').equals(this.#doc).sortBy('seq');
		this.#apply(doc, rows);
		await this.blobs.load(doc);
		if (rows.length > COMPACT_ABOVE) await this.compact();
	}

	/**
	 * Writes `update`. The request and its commit are handed to the browser before this returns, so that the update is kept even
	 * when the tab dies in the next instant (Dexie would wait a few microtasks first).
	 */
	append(update: Uint8Array, failed: (error: StorageError) => void, kept?: () => void): void {
		const written = new Promise<void>((resolve) => {
			const fail = (thrown: unknown): void => {
				failed(toStorageError(thrown));
				resolve();
			};
			try {
				const blobs = this.blobs.takeStaged();
				const stores = blobs.length === 0 ? ['docUpdates'] : ['docUpdates', 'blobs'];
				const transaction = this.#db.backendDB().transaction(stores, 'readwrite');
				transaction.addEventListener('complete', () => {
					kept?.();
					resolve();
				});
				transaction.addEventListener('abort', () => fail(transaction.error));
				transaction.objectStore('docUpdates').add({ doc: this.#doc, update } satisfies UpdateRow);
				for (const blob of blobs) transaction.objectStore('blobs').put(blob);
				transaction.commit();
			} catch (thrown) {
				fail(thrown);
			}
		});
		this.#writing.add(written);
		void written.then(() => this.#writing.delete(written));
	}

	/** Resolves when all that was appended so far is written (or has failed and said so). */
	async flush(): Promise<void> {
		await Promise.all(this.#writing);
	}

	/** Forgets the document on this device. */
	async clear(): Promise<void> {
		await this.flush();
		await this.#db.docUpdates.where('doc').equals(this.#doc).delete();
		await this.#db.blobs.where('doc').equals(this.#doc).delete();
	}

	/** Joins all rows into one, in one transaction, so that rows of other tabs are neither lost nor doubled. */
	async compact(): Promise<void> {
		await this.#db.transaction('rw', this.#db.docUpdates, async () => {
			const rows = await this.#db.docUpdates.where('doc').equals(this.#doc).sortBy('seq');
			const joined = new Y.Doc();
			const good = this.#apply(joined, rows);
			await this.#db.docUpdates.bulkDelete(good.flatMap(({ seq }) => seq ?? []));
			await this.#db.docUpdates.add({ doc: this.#doc, update: Y.encodeStateAsUpdate(joined) });
			joined.destroy();
		});
	}

	#apply(doc: Y.Doc, rows: readonly UpdateRow[]): UpdateRow[] {
		const good: UpdateRow[] = [];
		for (const row of rows) {
			try {
				Y.applyUpdate(doc, row.update, this);
				good.push(row);
			} catch (thrown) {
				console.warn(`Change ${row.seq ?? ''} of ${this.#doc} could not be read and was left as it is:`, thrown);
			}
		}
		return good;
	}
}
