import type * as Y from 'yjs';
import type { BlobHash } from '#core/blob-hash';

/** What a document is told by whoever shares it. */
export interface SharingHooks {
	/** Somebody has removed it on another device, on purpose. */
	readonly onRemoved: () => void;
	/** Awaited before changes go out: puts where devices share them the blobs that the document speaks of. A sentence when one is not taken. */
	readonly beforeSend?: () => Promise<string | undefined>;
}

/** Where devices share what lies beside documents, by its hash. */
export interface BlobPlace {
	/** Undefined when it is not there, or nothing can be asked now. */
	get(hash: BlobHash): Promise<Uint8Array | undefined>;
	/** On return it is kept there. A sentence when it is not taken; rejects when the place cannot be reached. */
	put(hash: BlobHash, bytes: Uint8Array): Promise<string | undefined>;
	/** Tells that the place is there again, until the returned function is called. */
	onBack(listener: () => void): () => void;
}

/**
 * Shares a document with other devices under its name (`project:<id>`, `profile:<name>`) until the returned function is called. What comes from
 * there is stored here like what is made here, and is never undone here.
 */
export type ShareDocument = (name: string, doc: Y.Doc, hooks: SharingHooks) => () => void;
