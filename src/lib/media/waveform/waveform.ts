import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import type { DerivedCache } from '../derived-cache.ts';
import { failureOf } from '../probe/failure-of.ts';
import { connect, type Connection } from '../worker-rpc/connect.ts';
import { decodeWaveform, encodeWaveform } from '#core/sound/kept-form';
import { BUCKETS_PER_S, CHUNK_BUCKETS, WaveformPyramid } from '#core/sound/pyramid';
import type { MediaBytes } from '../media-bytes.ts';

type Api = typeof import('./waveform.worker.ts').api;

export interface WaveformOptions {
	/** The file, or the small copy that is played instead of it; undefined: there is only what is in the cache. */
	readonly file: MediaBytes | undefined;
	/** For messages. */
	readonly name: string;
	/** Where the file begins and how long it is, in seconds on its own timeline. */
	readonly originS: number;
	readonly durationS: number;
	readonly cache?: DerivedCache | undefined;
	/** Called when more is known, or it has failed. */
	readonly onChange: () => void;
}

const CACHE_NAME = 'waveform.bin';
/** What is known is kept at least this often while it grows, in milliseconds. */
const KEEP_EVERY_MS = 20_000;
/** A wanted piece this few chunks ahead is simply waited for. */
const NEAR_CHUNKS = 6;
const CHUNK_S = CHUNK_BUCKETS / BUCKETS_PER_S;

/** The sound of a file, summed up by a worker: what is wanted first, then the rest. Owns its worker: `dispose` it. */
export class Waveform {
	readonly pyramid: WaveformPyramid;
	readonly #options: WaveformOptions;
	#connection: Connection<Api> | undefined;
	#failure: Failure | undefined;
	#disposed = false;
	#resting = false;
	/** Chunks from `from` up to, not including, `to`. */
	#wanted = { from: 0, to: 1 };
	#running: { readonly abort: AbortController; at: number } | undefined;
	#keptMs = 0;
	#ended: () => void = () => undefined;
	readonly #end = new Promise<void>((resolve) => (this.#ended = resolve));

	constructor(options: WaveformOptions) {
		this.#options = options;
		this.pyramid = new WaveformPyramid(options.originS, options.durationS);
		void this.#start();
	}

	/** Why there is no sound to see; undefined while all is well. */
	get failure(): Failure | undefined {
		return this.#failure;
	}

	/** What is seen, in seconds: it is read first. */
	want(fromS: number, toS: number): void {
		const { originS, filled } = this.pyramid;
		const chunkAt = (timeS: number): number =>
			Math.min(filled.length - 1, Math.max(0, Math.floor((timeS - originS) / CHUNK_S)));
		this.#wanted = { from: chunkAt(fromS), to: chunkAt(toS) + 1 };
		this.#reconsider();
	}

	/** While it rests, only what is wanted is read: the processor is needed elsewhere. */
	rest(resting: boolean): void {
		this.#resting = resting;
		this.#reconsider();
	}

	/** Resolves with the whole when all is known. Rejects with `AbortError` on `signal` or when disposed. */
	async whole(signal?: AbortSignal, onProgress?: (share: number) => void): Promise<Result<WaveformPyramid, Failure>> {
		this.rest(false);
		const timer = setInterval(() => onProgress?.(this.pyramid.share), 200);
		let stop: () => void = () => undefined;
		try {
			const stopped = new Promise<void>((resolve) => (stop = resolve));
			signal?.addEventListener('abort', stop, { once: true });
			await Promise.race([this.#end, stopped]);
		} finally {
			clearInterval(timer);
			signal?.removeEventListener('abort', stop);
		}
		signal?.throwIfAborted();
		if (this.#failure !== undefined) return err(this.#failure);
		if (!this.pyramid.complete) throw new DOMException('The waveform is gone', 'AbortError');
		return ok(this.pyramid);
	}

	dispose(): void {
		this.#disposed = true;
		this.#connection?.terminate();
		this.#ended();
	}

	async #start(): Promise<void> {
		const { cache, file, originS, name, onChange } = this.#options;
		try {
			const kept = await cache?.get(CACHE_NAME);
			if (kept !== undefined && decodeWaveform(await kept.arrayBuffer(), this.pyramid) && !this.#disposed) onChange();
			if (this.pyramid.complete || this.#disposed) return this.#ended();
			if (file === undefined)
				return this.#fail({ kind: 'unsupported', subject: name, detail: 'nobody has read its sound' });
			this.#connection = connect<Api>(new Worker(new URL('./waveform.worker.ts', import.meta.url), { type: 'module' }));
			const problem = await this.#connection.call('open', { file, originS });
			if (problem === null) await this.#readAll();
			else this.#fail({ kind: 'unsupported', subject: name, detail: problem });
		} catch (thrown) {
			if (this.#disposed) return;
			this.#fail(failureOf(thrown, name));
		}
	}

	async #readAll(): Promise<void> {
		this.#keptMs = performance.now();
		while (!this.#disposed && !this.pyramid.complete) {
			const next = this.#nextRun();
			if (next === undefined) await this.#changeOfMind();
			else await this.#read(next);
		}
		if (this.#disposed) return;
		this.#keep();
		this.#connection?.terminate();
		this.#ended();
		this.#options.onChange();
	}

	async #read(run: { readonly from: number; readonly to: number }): Promise<void> {
		const abort = new AbortController();
		const running = { abort, at: run.from };
		this.#running = running;
		try {
			await this.#connection?.call('sumUp', run, {
				signal: abort.signal,
				onProgress: ({ chunk, buckets }) => {
					this.pyramid.put(chunk, buckets);
					running.at = chunk + 1;
					if (performance.now() - this.#keptMs > KEEP_EVERY_MS) this.#keep();
					this.#options.onChange();
					this.#reconsider();
				},
			});
		} catch (thrown) {
			// Stopped to read elsewhere; anything else ends it.
			if (!abort.signal.aborted || this.#disposed) throw thrown;
		} finally {
			this.#running = undefined;
		}
	}

	/** From the first unknown chunk that is wanted (else behind it, else anywhere) to the next known one. */
	#nextRun(): { readonly from: number; readonly to: number } | undefined {
		const { filled } = this.pyramid;
		const wanted = this.#firstWanted();
		const from = wanted ?? (this.#resting ? -1 : this.#firstUnknown());
		if (from < 0) return undefined;
		const known = filled.indexOf(1, from);
		const end = known < 0 ? filled.length : known;
		return { from, to: this.#resting ? Math.min(end, this.#wanted.to) : end };
	}

	#firstWanted(): number | undefined {
		const first = this.pyramid.filled.indexOf(0, this.#wanted.from);
		return first >= 0 && first < this.#wanted.to ? first : undefined;
	}

	#firstUnknown(): number {
		const { filled } = this.pyramid;
		const behind = filled.indexOf(0, this.#wanted.from);
		return behind >= 0 ? behind : filled.indexOf(0);
	}

	#wake: () => void = () => undefined;
	#changeOfMind(): Promise<void> {
		return new Promise((resolve) => {
			this.#wake = resolve;
		});
	}

	/** Stops reading where nobody looks when something that is wanted is unknown. */
	#reconsider(): void {
		this.#wake();
		const running = this.#running;
		if (running === undefined) return;
		const first = this.#firstWanted();
		const elsewhere = first !== undefined && (first < running.at || first > running.at + NEAR_CHUNKS);
		if (elsewhere || (this.#resting && first === undefined)) running.abort.abort();
	}

	#keep(): void {
		this.#keptMs = performance.now();
		void this.#options.cache?.put(CACHE_NAME, new Blob([encodeWaveform(this.pyramid)]));
	}

	#fail(failure: Failure): void {
		this.#failure = failure;
		this.#connection?.terminate();
		this.#ended();
		this.#options.onChange();
	}
}
