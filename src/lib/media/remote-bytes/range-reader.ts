import type { RemoteBytes } from '#core/media/remote-bytes';
import { BLOCK_BYTES, ByteBlocks } from './byte-blocks.ts';
import { fetchRange, type RemotePlace } from './fetch-range.ts';
import { ReadAhead } from './read-ahead.ts';

/** 16 MiB: the list of a film of hours, or what two tracks have ahead of them. */
const BLOCKS_KEPT = 64;
/** 2 MiB a request when read through. */
const LONGEST_RUN = 8;
/** Longer spans are read as they are and not kept. */
const LARGEST_KEPT_BYTES = 24 * BLOCK_BYTES;

/** A request under way, for blocks from `from` on. */
interface Stretch {
	readonly from: number;
	readonly bytes: Promise<Uint8Array<ArrayBuffer>>;
	readonly abort: AbortController;
	/** Those who wait; without any, the request is given up. Fetching ahead waits for ever. */
	waiting: number;
}

const readers = new WeakMap<RemoteBytes, RangeReader>();

/** The reader of `file` in this page or worker: all that read the same object share what was fetched. */
export function readerOf(file: RemoteBytes): RangeReader {
	const known = readers.get(file) ?? new RangeReader(file);
	readers.set(file, known);
	return known;
}

/** Reads a file on a server in few requests: in blocks, ahead of whoever reads on, and nothing twice at once. Bounded in memory. */
export class RangeReader {
	readonly #place: RemotePlace;
	readonly #size: number;
	readonly #blocks = new ByteBlocks(BLOCKS_KEPT);
	readonly #ahead = new ReadAhead(LONGEST_RUN);
	/** By the number of each block that is under way. */
	readonly #stretches = new Map<number, Stretch>();

	constructor(file: RemoteBytes) {
		this.#place = { ...file };
		this.#size = file.size;
	}

	/** Where it is read now. */
	get url(): string {
		return this.#place.url;
	}

	/** Bytes `start` up to `end`, fewer at the end of the file. Rejects with a `readingError`, or with `AbortError` on `signal`. */
	async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
		signal?.throwIfAborted();
		const to = Math.min(end, this.#size);
		if (to <= start) return new Uint8Array();
		if (to - start > LARGEST_KEPT_BYTES) {
			return fetchRange(this.#place, { start, end: to }, signal ?? new AbortController().signal);
		}
		const result = new Uint8Array(to - start);
		const [first, last] = [Math.floor(start / BLOCK_BYTES), Math.ceil(to / BLOCK_BYTES)];
		const awaited: { readonly n: number; readonly stretch: Stretch }[] = [];
		for (let n = first; n < last; n += 1) {
			const kept = this.#blocks.get(n);
			if (kept === undefined) awaited.push({ n, stretch: this.#stretchOf(n, last) });
			else place(result, start, n, kept);
		}
		// Before waiting: what comes next may come at the same time.
		this.#fetchAhead(last);
		for (const stretch of new Set(awaited.map((one) => one.stretch))) stretch.waiting += 1;
		const outstanding = new Set(awaited.map((one) => one.stretch));
		try {
			for (const { n, stretch } of awaited) {
				const bytes = await orAborted(stretch.bytes, signal);
				const at = (n - stretch.from) * BLOCK_BYTES;
				place(result, start, n, bytes.subarray(at, at + BLOCK_BYTES));
			}
		} finally {
			for (const stretch of outstanding) this.#leave(stretch);
		}
		return result;
	}

	/** Reads one byte from the server itself, whatever is kept. Rejects as `read`. */
	async check(signal?: AbortSignal): Promise<void> {
		if (this.#size === 0) return;
		await fetchRange(this.#place, { start: 0, end: 1 }, signal ?? new AbortController().signal);
	}

	/** The request that brings block `n`, made now when there is none; it may bring more than those up to `last`. */
	#stretchOf(n: number, last: number): Stretch {
		const known = this.#stretches.get(n);
		if (known !== undefined) return known;
		let wanted = n + 1;
		while (wanted < last && !this.#isComing(wanted)) wanted += 1;
		return this.#begin(n, this.#ahead.endOfRun(n, wanted), wanted);
	}

	#fetchAhead(last: number): void {
		const next = this.#ahead.ahead(last);
		if (next === undefined || next.from * BLOCK_BYTES >= this.#size || this.#isComing(next.from)) return;
		this.#begin(next.from, next.to, next.from + 1).waiting += 1;
	}

	#isComing(n: number): boolean {
		return this.#blocks.has(n) || this.#stretches.has(n);
	}

	/** Asks for blocks from `from` to `to`, less where those after `wanted` are there already. */
	#begin(from: number, to: number, wanted: number): Stretch {
		const most = Math.min(to, Math.ceil(this.#size / BLOCK_BYTES));
		let last = wanted;
		while (last < most && !this.#isComing(last)) last += 1;
		const abort = new AbortController();
		const span = { start: from * BLOCK_BYTES, end: Math.min(this.#size, last * BLOCK_BYTES) };
		const bytes = fetchRange(this.#place, span, abort.signal);
		const stretch: Stretch = { from, bytes, abort, waiting: 0 };
		for (let n = from; n < last; n += 1) this.#stretches.set(n, stretch);
		const forget = (): void => {
			for (let n = from; n < last; n += 1) if (this.#stretches.get(n) === stretch) this.#stretches.delete(n);
		};
		abort.signal.addEventListener('abort', forget, { once: true });
		bytes.then(
			(fetched) => {
				this.#blocks.put(from, fetched);
				forget();
			},
			// Whoever waits hears of it; what was fetched ahead is asked for again when it is wanted.
			forget,
		);
		return stretch;
	}

	#leave(stretch: Stretch): void {
		stretch.waiting -= 1;
		if (stretch.waiting === 0) stretch.abort.abort();
	}
}

/** Puts what block `n` has of the span that begins at `start` into its place. */
function place(result: Uint8Array, start: number, n: number, block: Uint8Array): void {
	const at = n * BLOCK_BYTES;
	const from = Math.max(0, start - at);
	const to = Math.min(block.length, start + result.length - at);
	if (to > from) result.set(block.subarray(from, to), at + from - start);
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
	if (signal === undefined) return promise;
	return new Promise((resolve, reject) => {
		const abort = (): void => reject(new DOMException('The reading was cancelled', 'AbortError'));
		if (signal.aborted) return abort();
		signal.addEventListener('abort', abort, { once: true });
		promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
	});
}
