/** A packet in storage order, for a decoder. */
export interface StoredPicture {
	readonly data: Uint8Array;
	readonly key: boolean;
	readonly ptsUs: number;
}

/** Frames that were encoded anew: a group of its own, without reordering. */
export interface EncodedEdge {
	/** One for each wanted frame, in order; the first is a key frame. */
	readonly packets: readonly Uint8Array<ArrayBuffer>[];
	/** What the encoder wants decoders to know (H.264: `avcC`). */
	readonly description: Uint8Array | undefined;
}
