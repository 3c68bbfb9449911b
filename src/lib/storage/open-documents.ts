import type { Sharing } from './authored-document.ts';
import type { Database } from './database.ts';
import type { BlobPlace, ShareDocument } from './document-sharing.ts';
import type { UpdateLog } from './update-log.ts';

/** A kind of document: how one is opened from its log, meeting other tabs under `channel` and other devices through `sharing`. */
interface DocumentKind<D> {
	open(name: string, log: UpdateLog, channel: string, sharing?: Sharing): Promise<D>;
}

/** Where documents meet other devices; without them they stay on this one. */
export interface SharedPlaces {
	readonly share?: ShareDocument | undefined;
	readonly blobs?: BlobPlace | undefined;
}

/** Documents by name: each is loaded once and is the same on every call, until it is forgotten or was removed. */
export class OpenDocuments<D extends { readonly removed: boolean; close(): void }> {
	#db: Database;
	#prefix: string;
	#loadKind: () => Promise<DocumentKind<D>>;
	#share: ShareDocument | undefined;
	#blobs: BlobPlace | undefined;
	#open = new Map<string, Promise<D>>();

	/** `prefix` stands before the names in the database and among devices. `load` brings the kind, and its CRDT, with the first document. */
	constructor(db: Database, prefix: string, load: () => Promise<DocumentKind<D>>, { share, blobs }: SharedPlaces = {}) {
		this.#share = share;
		this.#blobs = blobs;
		this.#db = db;
		this.#prefix = prefix;
		this.#loadKind = load;
	}

	async get(name: string): Promise<D> {
		const known = this.#open.get(name);
		const document = await (known ?? this.#load(name));
		if (!document.removed) return document;
		// Elsewhere, on purpose. Whoever asks for it after that begins anew, all with the same one.
		if (this.#open.get(name) === known) {
			this.#open.delete(name);
			document.close();
		}
		return this.get(name);
	}

	/** The one that is about to be removed: as it is open, even when somebody else has removed it already. */
	forRemoval(name: string): Promise<D> {
		return this.#open.get(name) ?? this.#load(name);
	}

	#load(name: string): Promise<D> {
		const opening = this.#openNew(name);
		this.#open.set(name, opening);
		opening.catch(() => this.#open.delete(name));
		return opening;
	}

	/** The next call loads it anew. */
	forget(name: string): void {
		this.#open.delete(name);
	}

	close(): void {
		for (const opening of this.#open.values()) {
			void opening.then(
				(document) => document.close(),
				(thrown: unknown) => console.debug('A document was never open:', thrown),
			);
		}
		this.#open.clear();
	}

	async #openNew(name: string): Promise<D> {
		const [kind, { UpdateLog }, { DocumentBlobs }] = await Promise.all([
			this.#loadKind(),
			import('./update-log.ts'),
			import('./document-blobs.ts'),
		]);
		const document = `${this.#prefix}${name}`;
		const sharing = this.#share && { name: document, share: this.#share };
		const log = new UpdateLog(this.#db, document, new DocumentBlobs(this.#db, document, this.#blobs));
		return kind.open(name, log, `${this.#db.name}:${document}`, sharing);
	}
}
