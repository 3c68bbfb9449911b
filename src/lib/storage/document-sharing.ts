import type * as Y from 'yjs';

/** What a document is told by whoever shares it. */
export interface SharingHooks {
	/** Somebody has removed it on another device, on purpose. */
	readonly onRemoved: () => void;
}

/**
 * Shares a document with other devices under its name (`project:<id>`, `profile:<name>`) until the returned function is called. What comes from
 * there is stored here like what is made here, and is never undone here.
 */
export type ShareDocument = (name: string, doc: Y.Doc, hooks: SharingHooks) => () => void;
