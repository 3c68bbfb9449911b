/** What a GIF holds. `decodes` is not looked at. */
export interface MeasuredGif {
	readonly frames: number;
	readonly durationS: number;
	/** Longest time between two frames, in seconds. */
	readonly longestFrameS: number;
	readonly width: number;
	readonly height: number;
	readonly codec: 'gif';
	readonly decodes: undefined;
}

const WINDOW_BYTES = 1 << 20;

/** Reads a file from front to back, a window at a time. */
class Reader {
	#window = new Uint8Array(0);
	#at = 0;
	#next = 0;

	constructor(
		private readonly file: Blob,
		private readonly signal: AbortSignal,
	) {}

	/** The next `count` bytes. Throws a `RangeError` at the end of the file. */
	async take(count: number): Promise<Uint8Array> {
		while (this.#at + count > this.#window.length) await this.#more();
		this.#at += count;
		return this.#window.subarray(this.#at - count, this.#at);
	}

	async #more(): Promise<void> {
		this.signal.throwIfAborted();
		if (this.#next >= this.file.size) throw new RangeError('the GIF is cut off');
		const left = this.#window.subarray(this.#at);
		const read = new Uint8Array(await this.file.slice(this.#next, this.#next + WINDOW_BYTES).arrayBuffer());
		this.#next += read.length;
		this.#window = new Uint8Array(left.length + read.length);
		this.#window.set(left);
		this.#window.set(read, left.length);
		this.#at = 0;
	}
}

export async function isGif(file: Blob): Promise<boolean> {
	const head = new Uint8Array(await file.slice(0, 6).arrayBuffer());
	return /^GIF8[79]a$/.test(String.fromCharCode(...head));
}

const TABLE = 0x80;
const tableBytes = (flags: number): number => ((flags & TABLE) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
const word = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);

/** Counts the pictures of a GIF and how long they are shown (GIF89a specification, W3C). Throws a `RangeError` for what is no whole GIF. */
export async function measureGif(file: Blob, signal: AbortSignal): Promise<MeasuredGif> {
	const reader = new Reader(file, signal);
	const head = (await reader.take(13)).slice();
	await reader.take(tableBytes(head[10] ?? 0));
	let [frames, hundredths, longest, delay] = [0, 0, 0, 0];
	for (;;) {
		const kind = (await reader.take(1))[0];
		if (kind === 0x3b) break;
		if (kind === 0x21) {
			const label = (await reader.take(1))[0];
			const first = await skipBlocks(reader);
			if (label === 0xf9) delay = word(first, 1);
		} else if (kind === 0x2c) {
			const flags = (await reader.take(9))[8] ?? 0;
			await reader.take(tableBytes(flags) + 1);
			await skipBlocks(reader);
			frames += 1;
			hundredths += delay;
			longest = Math.max(longest, delay);
			delay = 0;
		} else throw new RangeError('the GIF holds something unknown');
	}
	const times = { durationS: hundredths / 100, longestFrameS: longest / 100 };
	return { frames, ...times, width: word(head, 6), height: word(head, 8), codec: 'gif', decodes: undefined };
}

/** Reads sub-blocks up to the empty one; gives the first. */
async function skipBlocks(reader: Reader): Promise<Uint8Array> {
	let first: Uint8Array | undefined;
	for (;;) {
		const length = (await reader.take(1))[0] ?? 0;
		if (length === 0) return first ?? new Uint8Array(0);
		const block = await reader.take(length);
		first ??= block.slice();
	}
}
