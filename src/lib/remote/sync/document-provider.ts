import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as sync from 'y-protocols/sync';
import * as Y from 'yjs';
import type { Live } from '#core/live';
import type { DocumentFrame } from '#contract/document-frame';
import { Told } from './told.ts';

/** Between two messages of one document, in milliseconds: what is dragged changes sixty times a second. */
const PAUSE_MS = 20;
/** How long after a refusal that may pass the document is offered again, in milliseconds. */
const AGAIN_MS = 30_000;
/** The same after the line broke while something was put on the server first. */
const SOON_MS = 2000;

/** How a document stands with the server. `connecting`: something of it is still under way. */
export type SyncStatus =
	| { readonly state: 'offline' }
	| { readonly state: 'connecting' }
	/** All that is here is on the server's disk, and the other way round. */
	| { readonly state: 'synced' }
	/** The server does not take it; `sentence` says why. Nothing is lost here. */
	| { readonly state: 'refused'; readonly sentence: string };

const OFFLINE: SyncStatus = { state: 'offline' };
const CONNECTING: SyncStatus = { state: 'connecting' };
const SYNCED: SyncStatus = { state: 'synced' };

export interface DocumentHooks {
	/** Somebody has removed the document, on purpose, and nothing here is newer than what they removed. */
	readonly onRemoved?: () => void;
	/** Awaited before changes go out: puts on the server what they refer to. A rejection, or a sentence on what it does not take, holds them back until the next try. */
	readonly beforeSend?: () => Promise<string | undefined>;
}

/**
 * Keeps one document alike here and on the server. What comes from there has this provider as origin. One message is under way at a time;
 * what changes meanwhile goes out together, when the server has said that the one before is stored.
 */
export class DocumentProvider {
	readonly #name: string;
	readonly #doc: Y.Doc;
	readonly #send: (frame: DocumentFrame) => void;
	readonly #hooks: DocumentHooks;
	readonly #status = new Told<SyncStatus>(OFFLINE);
	/** What the server had when it was last asked, until what it lacks has been sent. */
	#serverVector: Uint8Array | undefined;
	/** Between the server's first answer and the end of the connection. */
	#joined = false;
	#connected = false;
	/** Changes that have not been sent. */
	#waiting: Uint8Array[] = [];
	/** Of the message whose receipt is awaited. */
	#underWay: number | undefined;
	#preparing = false;
	#lastId = 0;
	#lastSentMs = -Infinity;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(name: string, doc: Y.Doc, send: (frame: DocumentFrame) => void, hooks: DocumentHooks = {}) {
		this.#name = name;
		this.#doc = doc;
		this.#send = send;
		this.#hooks = hooks;
		doc.on('update', this.#onUpdate);
	}

	get status(): Live<SyncStatus> & { readonly value: SyncStatus } {
		return this.#status;
	}

	/** The socket is open: asks the server for what this side lacks. */
	connect(): void {
		this.#connected = true;
		this.#join();
	}

	disconnect(): void {
		this.#connected = false;
		this.#forget();
		this.#status.set(OFFLINE);
	}

	receive(frame: DocumentFrame): void {
		switch (frame.kind) {
			case 'sync':
				this.#take(frame.message);
				break;
			case 'stored':
				if (frame.id !== this.#underWay) return;
				this.#underWay = undefined;
				this.#flush();
				break;
			case 'refused':
				this.#refused(frame.code, frame.message);
				break;
			case 'removed':
				this.#removed();
				break;
			case 'leave':
				break;
		}
	}

	destroy(): void {
		this.#doc.off('update', this.#onUpdate);
		if (this.#connected) this.#send({ kind: 'leave', document: this.#name });
		this.disconnect();
	}

	readonly #onUpdate = (update: Uint8Array, origin: unknown): void => {
		if (origin === this || !this.#joined) return;
		this.#waiting.push(update);
		this.#flush();
	};

	#join(): void {
		this.#forget();
		this.#status.set(CONNECTING);
		this.#sendSync(0, (encoder) => sync.writeSyncStep1(encoder, this.#doc));
	}

	#take(message: Uint8Array): void {
		const decoder = decoding.createDecoder(message);
		const type = decoding.readVarUint(decoder);
		const content = decoding.readVarUint8Array(decoder);
		if (type === sync.messageYjsSyncStep1) {
			this.#joined = true;
			this.#serverVector = content;
			this.#flush();
		} else Y.applyUpdate(this.#doc, content, this);
	}

	/** Sends what has gathered, unless something is still under way. */
	#flush(): void {
		if (!this.#joined || this.#underWay !== undefined || this.#preparing || this.#timer !== undefined) return;
		if (this.#serverVector === undefined && this.#waiting.length === 0) {
			this.#status.set(SYNCED);
			return;
		}
		this.#status.set(CONNECTING);
		const pauseMs = this.#lastSentMs + PAUSE_MS - performance.now();
		if (pauseMs > 0) {
			this.#timer = setTimeout(() => {
				this.#timer = undefined;
				this.#flush();
			}, pauseMs);
		} else if (this.#hooks.beforeSend === undefined) this.#sendGathered();
		else void this.#prepare(this.#hooks.beforeSend);
	}

	async #prepare(beforeSend: () => Promise<string | undefined>): Promise<void> {
		this.#preparing = true;
		try {
			let [refusal, seen]: [string | undefined, number] = [undefined, -1];
			// What is changed meanwhile may refer to more.
			while (refusal === undefined && this.#waiting.length !== seen) {
				seen = this.#waiting.length;
				refusal = await beforeSend();
			}
			this.#preparing = false;
			if (!this.#joined) return;
			if (refusal !== undefined) this.#refused('unavailable', refusal);
			else if (this.#underWay === undefined) this.#sendGathered();
		} catch (thrown) {
			this.#preparing = false;
			console.debug(`What ${this.#name} refers to could not be sent:`, thrown);
			if (this.#joined) this.#rejoinLater(SOON_MS);
		}
	}

	#sendGathered(): void {
		this.#lastId += 1;
		this.#underWay = this.#lastId;
		this.#lastSentMs = performance.now();
		const [vector, waiting] = [this.#serverVector, this.#waiting];
		this.#serverVector = undefined;
		this.#waiting = [];
		this.#sendSync(this.#lastId, (encoder) => {
			// What the server lacked holds what has gathered since, too.
			if (vector !== undefined) sync.writeSyncStep2(encoder, this.#doc, vector);
			else sync.writeUpdate(encoder, waiting.length === 1 && waiting[0] ? waiting[0] : Y.mergeUpdates(waiting));
		});
	}

	#sendSync(id: number, write: (encoder: encoding.Encoder) => void): void {
		this.#send({ kind: 'sync', document: this.#name, id, message: encoding.encode(write) });
	}

	#refused(code: string, sentence: string): void {
		this.#forget();
		this.#status.set({ state: 'refused', sentence });
		if (code === 'unavailable' || code === 'out_of_space') this.#rejoinLater();
	}

	#removed(): void {
		const hasNews = this.#underWay !== undefined || this.#waiting.length > 0;
		if (this.#joined && hasNews) {
			// Who removed it did not know of these changes: the server decides anew.
			this.#join();
			return;
		}
		this.#forget();
		this.#status.set({ state: 'refused', sentence: 'It was removed on another device.' });
		this.#hooks.onRemoved?.();
	}

	#rejoinLater(pauseMs = AGAIN_MS): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			this.#timer = undefined;
			if (this.#connected) this.#join();
		}, pauseMs);
	}

	#forget(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#joined = false;
		this.#serverVector = undefined;
		this.#underWay = undefined;
		this.#waiting = [];
	}
}
