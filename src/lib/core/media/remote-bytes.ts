/** A file that a server hands out in parts: plain data, so that it can be sent to workers. */
export interface RemoteBytes {
	readonly kind: 'url';
	/** Absolute. May stop being valid (a signed address): see `id`. */
	readonly url: string;
	/** By what a new address is asked for; without it the address is for good. */
	readonly id?: string;
	/** In bytes. An answer about a file of another size means that it has changed. */
	readonly size: number;
	/** What the server called this state of the file (`ETag`); without it, the first answer tells. */
	readonly version?: string;
	/** Media type; empty when nobody said. */
	readonly type: string;
	readonly name: string;
	readonly lastModifiedMs: number;
}

/** The only question that tells a file on a server from one on this device; asked by what reads, never by what is done with it. */
export const isRemote = <T extends object>(bytes: T | RemoteBytes): bytes is RemoteBytes =>
	'kind' in bytes && bytes.kind === 'url';
