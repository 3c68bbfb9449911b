import { BLOCK_BYTES, ByteBlocks, readBlocks } from '../remote-bytes/byte-blocks.ts';

/** The content of a file that ffmpeg sees. What its methods throw is kept and reported; ffmpeg gets an error number. */
export interface FileBytes {
	readonly size: number;
	/** Fills `into` from offset `at`; returns how many bytes there were, less only at the end. */
	read(into: Uint8Array<ArrayBuffer>, at: number): number;
	write?(from: Uint8Array<ArrayBuffer>, at: number): void;
	truncate?(size: number): void;
}

/** What is used of `FileReaderSync`, which only workers know. */
export interface SynchronousReader {
	readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** What is used of `FileSystemSyncAccessHandle`, which only workers know. */
export interface SynchronousAccess {
	read(into: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
	write(from: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
	truncate(size: number): void;
	getSize(): number;
	flush(): void;
	close(): void;
}

/** Locks the file until `close`. */
export const openAccess = (handle: FileSystemFileHandle): Promise<SynchronousAccess> =>
	(handle as unknown as { createSyncAccessHandle(): Promise<SynchronousAccess> }).createSyncAccessHandle();

const BLOCKS_KEPT = 16;

/** A file of the person's, read by range: ffmpeg asks for 32 kB at a time, the browser for a block. At most 4 MiB are kept. */
export class BlobBytes implements FileBytes {
	readonly #blob: Blob;
	readonly #reader: SynchronousReader;
	readonly #blocks = new ByteBlocks(BLOCKS_KEPT);

	constructor(blob: Blob, reader: SynchronousReader) {
		this.#blob = blob;
		this.#reader = reader;
	}

	get size(): number {
		return this.#blob.size;
	}

	read(into: Uint8Array, at: number): number {
		return readBlocks(into, at, this.size, (number) => this.#block(number));
	}

	#block(number: number): Uint8Array {
		const kept = this.#blocks.get(number);
		if (kept !== undefined) return kept;
		const from = number * BLOCK_BYTES;
		const read = new Uint8Array(this.#reader.readAsArrayBuffer(this.#blob.slice(from, from + BLOCK_BYTES)));
		this.#blocks.put(number, read);
		return read;
	}
}

/** A file in the origin's private file system: what ffmpeg writes goes to disk at once. */
export class HandleBytes implements FileBytes {
	readonly #handle: SynchronousAccess;

	constructor(handle: SynchronousAccess) {
		this.#handle = handle;
	}

	get size(): number {
		return this.#handle.getSize();
	}

	read(into: Uint8Array<ArrayBuffer>, at: number): number {
		return this.#handle.read(into, { at });
	}

	write(from: Uint8Array<ArrayBuffer>, at: number): void {
		const written = this.#handle.write(from, { at });
		// Chromium answers a used-up quota with a negative code as an unsigned number, which is larger than any length.
		if (written !== from.length) throw new DOMException('the file could not be written whole', 'QuotaExceededError');
	}

	truncate(size: number): void {
		this.#handle.truncate(size);
	}
}

/** A small output in memory. */
export class MemoryBytes implements FileBytes {
	readonly #limit: number;
	#bytes = new Uint8Array(64 * 1024);
	#size = 0;

	/** Writing past `limit` bytes fails with a `RangeError`. */
	constructor(limit: number) {
		this.#limit = limit;
	}

	get size(): number {
		return this.#size;
	}

	/** What was written, as a copy. */
	content(): Uint8Array<ArrayBuffer> {
		return this.#bytes.slice(0, this.#size);
	}

	read(into: Uint8Array, at: number): number {
		const part = this.#bytes.subarray(at, Math.min(at + into.length, this.#size));
		into.set(part);
		return part.length;
	}

	write(from: Uint8Array, at: number): void {
		const end = at + from.length;
		if (end > this.#limit) throw new RangeError(`the output needs more than ${this.#limit} bytes of memory`);
		if (end > this.#bytes.length) {
			const larger = new Uint8Array(Math.min(this.#limit, Math.max(end, 2 * this.#bytes.length)));
			larger.set(this.#bytes.subarray(0, this.#size));
			this.#bytes = larger;
		}
		this.#bytes.set(from, at);
		this.#size = Math.max(this.#size, end);
	}

	truncate(size: number): void {
		this.#bytes.fill(0, size, this.#size);
		this.#size = Math.min(this.#size, size);
	}
}

/** Text that ffmpeg writes, handed on line by line and kept nowhere. */
export class LineBytes implements FileBytes {
	readonly #onLine: (line: string) => void;
	readonly #decoder = new TextDecoder();
	#rest = '';
	size = 0;

	constructor(onLine: (line: string) => void) {
		this.#onLine = onLine;
	}

	read(): number {
		return 0;
	}

	write(from: Uint8Array): void {
		this.size += from.length;
		// TextDecoder takes no view on memory that may grow.
		const lines = (this.#rest + this.#decoder.decode(from.slice(), { stream: true })).split('\n');
		this.#rest = lines.pop() ?? '';
		for (const line of lines) this.#onLine(line);
	}

	truncate(): void {
		this.size = 0;
	}
}
