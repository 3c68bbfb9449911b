import { pause } from '../pause.ts';
import { pieceAt, type LiveList } from './playlist.ts';
import { typeOfHead } from './track-codecs.ts';

export interface LiveEvents {
	/** It is waited for the server, again and again until it is there; or it is there again. */
	readonly onAway: (away: boolean) => void;
	/** It cannot go on. `detail` is a word for the curious. */
	readonly onFailed: (detail: string) => void;
}

/** So much is fetched ahead of the playhead, in seconds: what is made for nothing is time of the server. */
const AHEAD_S = 20;
/** So much is kept behind it. */
const BEHIND_S = 30;
/** Between two tries to reach a server that is away, in milliseconds. */
const AGAIN_MS = 1500;
const HAIR_S = 0.001;
/** A picture may stand still for so long, in seconds: nothing is there to be played until the next. */
const LONGEST_GAP_S = 600;

type SourceClass = typeof MediaSource;

/** Undefined where the browser has none (iPhones before iOS 17.1): such browsers play lists themselves. */
function mediaSource(): SourceClass | undefined {
	const { MediaSource: plain, ManagedMediaSource: managed } = globalThis as {
		MediaSource?: SourceClass;
		ManagedMediaSource?: SourceClass;
	};
	return plain ?? managed;
}

export const hasLiveStreams = (): boolean => mediaSource() !== undefined;

/**
 * Feeds a media element with the pieces of a list: those at the playhead first, some ahead, each once, as long as it lives. Nothing is decided
 * about qualities and nothing is nudged: the times of frames are the server's.
 */
export class LiveStream {
	/** For `src` of the element. */
	readonly url: string;
	readonly #list: LiveList;
	readonly #video: HTMLVideoElement;
	readonly #events: LiveEvents;
	readonly #source: MediaSource;
	readonly #end = new AbortController();
	#buffer: SourceBuffer | undefined;
	/** Pieces that are in the buffer. */
	readonly #held = new Set<number>();
	/** Pieces whose beginning may be in it. */
	readonly #begun = new Set<number>();
	#fetching: { readonly piece: number; readonly abort: AbortController } | undefined;
	#working = false;
	#away = false;

	constructor(list: LiveList, video: HTMLVideoElement, events: LiveEvents) {
		this.#list = list;
		this.#video = video;
		this.#events = events;
		const Source = mediaSource();
		if (Source === undefined) throw new Error('this browser has no media sources');
		this.#source = new Source();
		// A managed source is for this device alone.
		video.disableRemotePlayback = true;
		this.url = URL.createObjectURL(this.#source);
		const { signal } = this.#end;
		this.#source.addEventListener('sourceopen', () => void this.#begin(), { once: true, signal });
		for (const name of ['seeking', 'timeupdate', 'progress']) {
			video.addEventListener(name, () => this.#follow(), { signal });
		}
		video.addEventListener('waiting', () => this.#crossGap(), { signal });
	}

	dispose(): void {
		this.#end.abort();
		URL.revokeObjectURL(this.url);
	}

	async #begin(): Promise<void> {
		const { signal } = this.#end;
		let head = new ArrayBuffer(0);
		const isThere = await this.#fetch(this.#list.headUrl, signal, async (response) => {
			head = await response.arrayBuffer();
			return true;
		});
		if (!isThere || this.#source.readyState !== 'open') return;
		const type = typeOfHead(new Uint8Array(head));
		if (type === undefined || mediaSource()?.isTypeSupported(type) !== true) {
			this.#events.onFailed(`this browser does not play ${type ?? 'what the server made'}`);
			return;
		}
		this.#source.duration = this.#list.durationS;
		this.#buffer = this.#source.addSourceBuffer(type);
		await this.#append(head);
		this.#follow();
	}

	/** The playhead has moved: a piece that is far from it need not come. */
	#follow(): void {
		if (this.#buffer === undefined || this.#end.signal.aborted) return;
		const wanted = this.#wanted();
		const { piece, abort } = this.#fetching ?? {};
		if (piece !== undefined && wanted !== piece && !this.#isNear(piece)) abort?.abort();
		if (!this.#working) void this.#work();
	}

	async #work(): Promise<void> {
		this.#working = true;
		try {
			await this.#fill();
		} finally {
			this.#fetching = undefined;
			this.#working = false;
		}
	}

	async #fill(): Promise<void> {
		const { signal } = this.#end;
		for (let wanted = this.#wanted(); wanted !== undefined && !signal.aborted; wanted = this.#wanted()) {
			const abort = new AbortController();
			this.#fetching = { piece: wanted, abort };
			await this.#makeRoom();
			this.#begun.add(wanted);
			const url = this.#list.pieces[wanted]?.url ?? '';
			const stop = AbortSignal.any([signal, abort.signal]);
			const isThere = await this.#fetch(url, stop, (response) => this.#appendBody(response));
			this.#fetching = undefined;
			if (!isThere) {
				if (abort.signal.aborted) continue;
				break;
			}
			this.#begun.delete(wanted);
			this.#held.add(wanted);
			this.#crossGap();
		}
		// What was added after the last piece has opened the end again, and the last picture waits for it.
		const isEndHeld = this.#held.has(this.#list.pieces.length - 1);
		if (isEndHeld && !signal.aborted && this.#source.readyState === 'open') this.#source.endOfStream();
	}

	/** The first piece from the playhead on that is not there; undefined when enough is. */
	#wanted(): number | undefined {
		const { pieces } = this.#list;
		const atS = this.#video.currentTime;
		for (let n = pieceAt(this.#list, atS); n < pieces.length; n += 1) {
			if ((pieces[n]?.startS ?? 0) > atS + AHEAD_S) return undefined;
			if (!this.#held.has(n)) return n;
		}
		return undefined;
	}

	#isNear(piece: number): boolean {
		const at = pieceAt(this.#list, this.#video.currentTime);
		return piece === at || piece === at + 1;
	}

	/** Where nothing is to be shown until the next frame, the element would wait for ever. */
	#crossGap(): void {
		const { currentTime: atS, buffered, seeking, paused } = this.#video;
		if (seeking || paused || !this.#held.has(pieceAt(this.#list, atS))) return;
		for (let n = 0; n < buffered.length; n += 1) {
			const startS = buffered.start(n);
			if (buffered.end(n) > atS + 0.01 && startS <= atS) return;
			if (startS > atS && startS < atS + LONGEST_GAP_S) {
				this.#video.currentTime = startS;
				return;
			}
		}
	}

	async #makeRoom(): Promise<void> {
		const fromS = this.#video.currentTime - BEHIND_S;
		const toS = this.#video.currentTime + 3 * AHEAD_S;
		const gone = [...this.#held, ...this.#begun].filter((n) => {
			const piece = this.#list.pieces[n];
			return piece !== undefined && (piece.endS < fromS || piece.startS > toS);
		});
		for (const n of gone) {
			const piece = this.#list.pieces[n];
			this.#held.delete(n);
			this.#begun.delete(n);
			// A frame of the next piece may stand a hair before its edge.
			if (piece !== undefined) await this.#change((buffer) => buffer.remove(piece.startS, piece.endS - HAIR_S));
		}
	}

	/** False when the element can take no more: it tells why itself. */
	#append(bytes: BufferSource): Promise<boolean> {
		return this.#change((buffer) => buffer.appendBuffer(bytes));
	}

	/** As it comes: a server that is still making it gives what it has. */
	async #appendBody({ body }: Response): Promise<boolean> {
		const reader = body?.getReader();
		let whole = false;
		try {
			for (;;) {
				const { done = true, value } = (await reader?.read()) ?? {};
				if (done) return (whole = true);
				if (value !== undefined && !(await this.#append(value))) return false;
			}
		} finally {
			if (!whole) {
				// What broke off already, or was stopped, has nothing left to cancel.
				await reader?.cancel().catch(() => undefined);
				// What follows is not the rest of it.
				if (this.#source.readyState === 'open') this.#buffer?.abort();
			}
		}
	}

	async #change(act: (buffer: SourceBuffer) => void): Promise<boolean> {
		const buffer = this.#buffer;
		if (buffer === undefined || this.#source.readyState === 'closed') return false;
		try {
			const done = new Promise<void>((resolve) =>
				buffer.addEventListener('updateend', () => resolve(), { once: true }),
			);
			act(buffer);
			await done;
			return this.#video.error === null;
		} catch (thrown) {
			if (!(thrown instanceof DOMException)) throw thrown;
			if (!this.#end.signal.aborted) this.#events.onFailed(thrown.message);
			return false;
		}
	}

	/** Has `take` take what is at `url`, from its beginning again when it breaks off. False when it was stopped or not taken, or is not to be had. */
	async #fetch(url: string, signal: AbortSignal, take: (response: Response) => Promise<boolean>): Promise<boolean> {
		while (!signal.aborted) {
			try {
				const response = await fetch(url, { signal });
				if (response.ok) {
					this.#tell(false);
					return await take(response);
				}
				if (response.status < 500) {
					this.#events.onFailed(`the server answers ${response.status}`);
					return false;
				}
			} catch (thrown) {
				if (signal.aborted) return false;
				if (!(thrown instanceof TypeError)) throw thrown;
			}
			this.#tell(true);
			await pause(AGAIN_MS, signal);
		}
		return false;
	}

	#tell(away: boolean): void {
		if (away === this.#away) return;
		this.#away = away;
		this.#events.onAway(away);
	}
}
