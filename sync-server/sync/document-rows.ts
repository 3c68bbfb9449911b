import { and, count, desc, eq, isNull, lte, sql } from 'drizzle-orm';
import type { DocumentKind, DocumentSummary } from '#contract/sync';
import type { Database } from '../db/open-database.ts';
import { documents, documentUpdates } from './tables.ts';

/** A document as it is kept. */
export interface KeptDocument {
	readonly updates: readonly Uint8Array[];
	/** The state vector it was removed at; such a document has no updates. */
	readonly removedAtVector: Uint8Array | undefined;
}

/** What is told of a document besides its content. */
export interface DocumentHead {
	readonly name: string;
	readonly kind: DocumentKind;
	readonly title: string;
	/** ISO 8601. */
	readonly updatedAt: string;
}

/** Documents in SQLite. What a method has returned from is kept, also when the process is killed in the next instant. */
export class DocumentRows {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	/** Undefined when there has never been one of that name. */
	load(name: string): KeptDocument | undefined {
		const { orm } = this.#db;
		const head = orm.select().from(documents).where(eq(documents.name, name)).get();
		if (head === undefined) return undefined;
		const rows = orm
			.select({ data: documentUpdates.data })
			.from(documentUpdates)
			.where(eq(documentUpdates.document, name))
			.orderBy(documentUpdates.seq)
			.all();
		return { updates: rows.map(({ data }) => data), removedAtVector: head.removedAtVector ?? undefined };
	}

	/** Adds an update; a document that was removed, or is new, is there from now on. */
	append(head: DocumentHead, update: Uint8Array): void {
		this.#db.orm.transaction((tx) => {
			const { name, ...rest } = head;
			const known = { ...rest, bytes: sql`${documents.bytes} + ${update.length}`, removedAtVector: null };
			tx.insert(documents)
				.values({ ...head, bytes: update.length })
				.onConflictDoUpdate({ target: documents.name, set: known })
				.run();
			tx.insert(documentUpdates)
				.values({ document: name, data: Buffer.from(update) })
				.run();
		});
	}

	/** Puts `joined`, which holds all of them, in the place of the updates. */
	compact(name: string, joined: Uint8Array): void {
		this.#db.orm.transaction((tx) => {
			const last = tx
				.select({ seq: sql<number>`max(${documentUpdates.seq})` })
				.from(documentUpdates)
				.where(eq(documentUpdates.document, name))
				.get();
			tx.delete(documentUpdates)
				.where(and(eq(documentUpdates.document, name), lte(documentUpdates.seq, last?.seq ?? 0)))
				.run();
			tx.insert(documentUpdates)
				.values({ document: name, data: Buffer.from(joined) })
				.run();
			tx.update(documents).set({ bytes: joined.length }).where(eq(documents.name, name)).run();
		});
	}

	/** Drops the content; what stays is that it was removed, and at which state. */
	remove(name: string, vector: Uint8Array, updatedAt: string): void {
		this.#db.orm.transaction((tx) => {
			tx.delete(documentUpdates).where(eq(documentUpdates.document, name)).run();
			tx.update(documents)
				.set({ removedAtVector: Buffer.from(vector), bytes: 0, updatedAt })
				.where(eq(documents.name, name))
				.run();
		});
	}

	/** What it takes; 0 when there is none. */
	bytes(name: string): number {
		const { bytes } = documents;
		return this.#db.orm.select({ bytes }).from(documents).where(eq(documents.name, name)).get()?.bytes ?? 0;
	}

	/** How many are there. */
	count(): number {
		const there = isNull(documents.removedAtVector);
		return this.#db.orm.select({ n: count() }).from(documents).where(there).get()?.n ?? 0;
	}

	/** Those that are there, latest first. */
	list(kind?: DocumentKind): readonly DocumentSummary[] {
		const { name, kind: kindColumn, title, updatedAt, bytes, removedAtVector } = documents;
		return this.#db.orm
			.select({ name, kind: kindColumn, title, updatedAt, bytes })
			.from(documents)
			.where(and(isNull(removedAtVector), kind === undefined ? undefined : eq(kindColumn, kind)))
			.orderBy(desc(updatedAt), name)
			.all();
	}
}
