import type { ApiError } from '#contract/api-error';
import type { DocumentKind, DocumentSummary } from '#contract/sync';
import type { Database } from '../db/open-database.ts';
import { DocumentRows } from './document-rows.ts';
import { roomOnDisk, type RoomOnDisk } from './room-on-disk.ts';
import { SharedDocument, type SharedDocumentParts } from './shared-document.ts';

/** How long a document stays in memory after its last user has left, in milliseconds. */
const IDLE_MS = 60_000;

/** What documents in memory may take on disk, all together: one takes about fifteen times that in memory. In bytes. */
const MOST_IN_MEMORY_BYTES = 64 * 1024 * 1024;

export interface DocumentsOptions {
	readonly room?: RoomOnDisk;
	readonly mostInMemoryBytes?: number;
	readonly idleMs?: number;
	/** ISO 8601. */
	readonly now?: () => string;
	/** Told of what was not to be expected, and harms no one who is connected. */
	readonly onError?: (error: unknown) => void;
}

/** Told when somebody has removed a document. */
type RemovalListener = (name: string) => void;

interface Open {
	readonly document: SharedDocument;
	users: number;
	idle: NodeJS.Timeout | undefined;
}

/** A document while somebody uses it. */
export interface Held {
	readonly document: SharedDocument;
	/** Once, when done with it. */
	readonly release: () => void;
}

/** The documents that devices share: in SQLite, in memory while they are used. What they hold is not looked at, but for their title. */
export class Documents {
	readonly #rows: DocumentRows;
	readonly #open = new Map<string, Open>();
	readonly #removals = new Set<RemovalListener>();
	readonly #idleMs: number;
	readonly #parts: SharedDocumentParts;
	readonly #mostInMemoryBytes: number;
	readonly #onError: (error: unknown) => void;

	constructor(db: Database, options: DocumentsOptions = {}) {
		const { idleMs = IDLE_MS, now = isoNow, onError = console.error } = options;
		this.#parts = { now, room: options.room ?? roomOnDisk(db), crowded: (bytes) => this.#crowded(bytes) };
		this.#mostInMemoryBytes = options.mostInMemoryBytes ?? MOST_IN_MEMORY_BYTES;
		this.#rows = new DocumentRows(db);
		this.#idleMs = idleMs;
		this.#onError = onError;
	}

	/** How many are in memory. */
	get inMemory(): number {
		return this.#open.size;
	}

	list(kind?: DocumentKind): readonly DocumentSummary[] {
		return this.#rows.list(kind);
	}

	/** Why the document of that name cannot be used now: too much is in memory. */
	refusal(name: string): ApiError | undefined {
		return this.#open.has(name) ? undefined : this.#crowded(this.#rows.bytes(name));
	}

	/** Makes room in memory for so many bytes: what nobody uses leaves it, what was opened first before others. */
	#crowded(bytes: number): ApiError | undefined {
		let inMemory = [...this.#open.values()].reduce((sum, { document }) => sum + document.bytes, bytes);
		for (const { document, users } of [...this.#open.values()]) {
			if (inMemory <= this.#mostInMemoryBytes) return undefined;
			if (users > 0) continue;
			inMemory -= document.bytes;
			this.#unload(document);
		}
		if (inMemory <= this.#mostInMemoryBytes) return undefined;
		const message =
			'The server has as much open as it can hold. Everything stays on this device; it is sent when others have closed theirs.';
		return { code: 'unavailable', message };
	}

	/** The document of that name, empty when it is new: it is kept from its first change on. Throws SQLite's error when it cannot be read. */
	hold(name: string): Held {
		let open = this.#open.get(name);
		if (open === undefined) {
			open = {
				document: new SharedDocument(name, this.#rows, this.#parts),
				users: 0,
				idle: undefined,
			};
			this.#open.set(name, open);
		}
		open.users += 1;
		clearTimeout(open.idle);
		return { document: open.document, release: () => this.#release(name, open) };
	}

	#drop(document: SharedDocument): void {
		const open = this.#open.get(document.name);
		if (open?.document !== document) return;
		clearTimeout(open.idle);
		this.#open.delete(document.name);
		document.destroy();
	}

	/** Removes a document for everyone; false when there is none. */
	remove(name: string): boolean {
		const kept = this.#rows.load(name);
		if (kept === undefined || kept.removedAtVector !== undefined) return false;
		const { document, release } = this.hold(name);
		this.#rows.remove(name, document.vector, this.#parts.now());
		release();
		this.#drop(document);
		for (const listener of this.#removals) listener(name);
		return true;
	}

	onRemoved(listener: RemovalListener): () => void {
		this.#removals.add(listener);
		return () => void this.#removals.delete(listener);
	}

	close(): void {
		for (const { document } of [...this.#open.values()]) this.#unload(document);
	}

	#release(name: string, open: Open): void {
		open.users -= 1;
		if (open.users > 0 || this.#open.get(name) !== open) return;
		open.idle = setTimeout(() => this.#unload(open.document), this.#idleMs);
		open.idle.unref();
	}

	#unload(document: SharedDocument): void {
		try {
			document.compact();
		} catch (thrown) {
			// A full disk: nothing is lost, it only stays longer than it must be.
			this.#onError(thrown);
		}
		this.#drop(document);
	}
}

const isoNow = (): string => new Date().toISOString();
