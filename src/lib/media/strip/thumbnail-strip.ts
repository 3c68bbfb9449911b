import type { Failure } from '#core/failure';
import { isAbort } from '#core/result';
import type { DerivedCache } from '../derived-cache.ts';
import { failureOf } from '../probe/failure-of.ts';
import { connect, type Connection } from '../worker-rpc/connect.ts';
import type { MediaBytes } from '../media-bytes.ts';

type Api = typeof import('./strip.worker.ts').api;

export interface StripOptions {
	/** The file, or the small copy that is shown instead of it; undefined: there is only what is in the cache. */
	readonly file: MediaBytes | undefined;
	/** For messages. */
	readonly name: string;
	/** Height of a picture in device pixels. */
	readonly heightPx: number;
	readonly cache?: DerivedCache | undefined;
	/** Called when a picture has come, or the strip has failed. */
	readonly onChange: () => void;
}

/** Memory for pictures, in bytes: some three hundred of a sharp screen. */
const KEPT_BYTES = 24 * 1024 * 1024;
/** Asked for at a time: enough to keep a decoder's threads busy, few enough to change one's mind. */
const AT_ONCE = 6;

/**
 * Small pictures of key frames, made by a worker for what is wanted now, the most wanted first. Bounded in memory; owns its
 * worker: `dispose` it.
 */
export class ThumbnailStrip {
	readonly #options: StripOptions;
	#connection: Connection<Api> | undefined;
	#opened: Promise<void> | undefined;
	/** By time of the key frame in microseconds, the longest unused first. */
	readonly #pictures = new Map<number, ImageBitmap>();
	#keptBytes = 0;
	#wanted: readonly number[] = [];
	readonly #running = new Map<number, AbortController>();
	readonly #broken = new Set<number>();
	#failure: Failure | undefined;
	#disposed = false;

	constructor(options: StripOptions) {
		this.#options = options;
	}

	/** Why there are no pictures; undefined while all is well. */
	get failure(): Failure | undefined {
		return this.#failure;
	}

	/** True while something that is wanted is not there yet. */
	get busy(): boolean {
		return this.#running.size > 0;
	}

	/** The picture of the key frame at `keyS` (seconds), if it is there. It belongs to the strip. */
	picture(keyS: number): ImageBitmap | undefined {
		const key = keyOf(keyS);
		const picture = this.#pictures.get(key);
		if (picture === undefined) return undefined;
		this.#pictures.delete(key);
		this.#pictures.set(key, picture);
		return picture;
	}

	/** Asks for the pictures of these key frames (seconds), the first ones first. What was asked before and is not among them is dropped. */
	want(keysS: readonly number[]): void {
		this.#wanted = keysS.map(keyOf);
		const wanted = new Set(this.#wanted);
		for (const [key, abort] of this.#running) if (!wanted.has(key)) abort.abort();
		this.#fill();
	}

	dispose(): void {
		this.#disposed = true;
		this.#wanted = [];
		for (const abort of this.#running.values()) abort.abort();
		this.#connection?.terminate();
		for (const picture of this.#pictures.values()) picture.close();
		this.#pictures.clear();
	}

	#fill(): void {
		for (const key of this.#wanted) {
			if (this.#disposed || this.#failure !== undefined || this.#running.size >= AT_ONCE) return;
			if (!this.#pictures.has(key) && !this.#running.has(key) && !this.#broken.has(key)) void this.#bring(key);
		}
	}

	async #bring(key: number): Promise<void> {
		const abort = new AbortController();
		this.#running.set(key, abort);
		try {
			const picture = (await this.#fromCache(key)) ?? (await this.#fromFile(key, abort.signal));
			if (this.#disposed) picture.close();
			else this.#keep(key, picture);
		} catch (thrown) {
			this.#note(key, thrown);
		} finally {
			this.#running.delete(key);
		}
		if (this.#disposed) return;
		this.#options.onChange();
		this.#fill();
	}

	async #fromCache(key: number): Promise<ImageBitmap | undefined> {
		const kept = await this.#options.cache?.get(this.#nameOf(key));
		if (kept === undefined || kept.size === 0) return undefined;
		try {
			return await createImageBitmap(kept);
		} catch (thrown) {
			// Half-written by a tab that was killed: made again.
			if (thrown instanceof DOMException) return undefined;
			throw thrown;
		}
	}

	async #fromFile(key: number, signal: AbortSignal): Promise<ImageBitmap> {
		signal.throwIfAborted();
		const { file } = this.#options;
		if (file === undefined) throw new DOMException('nobody has made this picture', 'EncodingError');
		await (this.#opened ??= this.#open(file));
		const { heightPx, cache } = this.#options;
		const { bitmap, webp } = await this.#connect().call('tile', { timeS: key / 1e6, heightPx }, { signal });
		if (webp.type === 'image/webp') void cache?.put(this.#nameOf(key), webp);
		return bitmap;
	}

	async #open(file: MediaBytes): Promise<void> {
		const problem = await this.#connect().call('open', { file });
		if (problem !== null) this.#failure = { kind: 'unsupported', subject: this.#options.name, detail: problem };
	}

	#connect(): Connection<Api> {
		if (this.#disposed) throw new DOMException('The strip is gone', 'AbortError');
		this.#connection ??= connect<Api>(new Worker(new URL('./strip.worker.ts', import.meta.url), { type: 'module' }));
		return this.#connection;
	}

	#keep(key: number, picture: ImageBitmap): void {
		this.#pictures.set(key, picture);
		this.#keptBytes += bytesOf(picture);
		for (const [oldest, old] of this.#pictures) {
			if (this.#keptBytes <= KEPT_BYTES || oldest === key) return;
			this.#pictures.delete(oldest);
			this.#keptBytes -= bytesOf(old);
			old.close();
		}
	}

	/** One picture that cannot be decoded leaves its place empty; a file that cannot be read ends the strip. */
	#note(key: number, thrown: unknown): void {
		if (isAbort(thrown)) return;
		const failure = failureOf(thrown, this.#options.name);
		const unreadable = failure.kind.startsWith('source-') && failure.kind !== 'source-unreadable';
		if (unreadable || failure.kind === 'server-unfit' || failure.kind === 'worker-crashed') this.#failure = failure;
		else this.#broken.add(key);
	}

	#nameOf = (key: number): string => `strip/${this.#options.heightPx}/${key}.webp`;
}

const keyOf = (keyS: number): number => Math.round(keyS * 1e6);
const bytesOf = ({ width, height }: ImageBitmap): number => width * height * 4;
