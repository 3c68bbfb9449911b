/** A file that is read by ranges, wherever it lies: whoever has one knows how. */
export interface ByteSource {
	/** In bytes. */
	readonly size: number;
	/** Bytes `start` up to `end`, fewer at the end of the file. Rejects when the file cannot be read. */
	read(start: number, end: number): Promise<ArrayBuffer>;
}

/** The part of an `AbortSignal` that long work asks between its steps. */
export interface Stop {
	throwIfAborted(): void;
}
