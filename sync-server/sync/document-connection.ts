import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as sync from 'y-protocols/sync';
import { decodeDocumentFrame, encodeDocumentFrame, type DocumentFrame } from '#contract/document-frame';
import { DocumentName, MAX_JOINED, MAX_VECTOR_BYTES } from '#contract/sync';
import type { ApiError } from '#contract/api-error';
import type { Documents, Held } from './documents.ts';
import { storeRefusal } from './store-refusal.ts';

interface Joined extends Held {
	readonly unlisten: () => void;
}

/** Sends a frame; `sent` is called when it has left, unless the socket is gone by then. */
export type SendFrame = (frame: Uint8Array<ArrayBuffer>, sent?: () => void) => void;

/** One client's documents: what it sends of them, and what it is told. */
export class DocumentConnection {
	readonly #documents: Documents;
	readonly #send: SendFrame;
	readonly #joined = new Map<string, Joined>();
	readonly #stopHearing: () => void;

	constructor(documents: Documents, send: SendFrame) {
		this.#documents = documents;
		this.#send = send;
		this.#stopHearing = documents.onRemoved((name) => {
			if (this.#leave(name)) this.#tell({ kind: 'removed', document: name });
		});
	}

	/** Takes a binary frame. False when it is none of ours: the client is broken, and the socket not worth keeping. */
	receive(bytes: Uint8Array): boolean {
		const frame = decodeDocumentFrame(bytes);
		if (frame === undefined) return false;
		const name = DocumentName.safeParse(frame.document);
		if (!name.success) {
			this.#refuse(frame.document.slice(0, 200), {
				code: 'invalid_request',
				message: `The name of a document ${name.error.issues[0]?.message ?? 'is not one'}.`,
			});
			return true;
		}
		if (frame.kind === 'leave') this.#leave(name.data);
		return frame.kind === 'leave' || (frame.kind === 'sync' && this.#take(frame));
	}

	close(): void {
		this.#stopHearing();
		for (const name of [...this.#joined.keys()]) this.#leave(name);
	}

	#take({ document: name, id, message }: Extract<DocumentFrame, { kind: 'sync' }>): boolean {
		let type: number;
		let content: Uint8Array;
		try {
			const decoder = decoding.createDecoder(message);
			type = decoding.readVarUint(decoder);
			content = decoding.readVarUint8Array(decoder);
		} catch (thrown) {
			// Bytes that end too early.
			if (thrown instanceof Error) return false;
			throw thrown;
		}
		if (type === sync.messageYjsSyncStep1) return this.#join(name, content);
		if (type !== sync.messageYjsSyncStep2 && type !== sync.messageYjsUpdate) return false;
		const joined = this.#joined.get(name);
		if (joined === undefined) return true;
		const taken = joined.document.receive(content, this);
		if (taken.ok) {
			this.#tell({ kind: 'stored', document: name, id });
			return true;
		}
		this.#leave(name);
		this.#refuse(name, taken.error);
		return taken.error.code !== 'invalid_request';
	}

	#join(name: string, vector: Uint8Array): boolean {
		this.#leave(name);
		if (this.#joined.size >= MAX_JOINED) {
			const message = `More than ${MAX_JOINED} documents at a time cannot be shared by one device.`;
			this.#refuse(name, { code: 'too_many_requests', message });
			return true;
		}
		if (vector.length > MAX_VECTOR_BYTES) return false;
		const busy = this.#documents.refusal(name);
		if (busy !== undefined) {
			this.#refuse(name, busy);
			return true;
		}
		let held: Held;
		try {
			held = this.#documents.hold(name);
		} catch (thrown) {
			this.#refuse(name, storeRefusal(thrown, name));
			return true;
		}
		try {
			const gone = held.document.isGoneFor(vector);
			const lacking = gone ? undefined : held.document.since(vector);
			if (lacking === undefined) {
				held.release();
				this.#tell({ kind: 'removed', document: name });
				return true;
			}
			const joined = { ...held, unlisten: this.#relay(held) };
			this.#joined.set(name, joined);
			for (const [n, update] of lacking.entries()) {
				const message = encoding.encode((encoder) => {
					encoding.writeVarUint(encoder, n === 0 ? sync.messageYjsSyncStep2 : sync.messageYjsUpdate);
					encoding.writeVarUint8Array(encoder, update);
				});
				// The client reads what it got while the server reads the same.
				const sent = n === lacking.length - 1 ? () => this.#askFor(name, joined) : undefined;
				this.#tell({ kind: 'sync', document: name, id: 0, message }, sent);
			}
			return true;
		} catch (thrown) {
			// No state vector.
			if (!(thrown instanceof Error)) throw thrown;
			if (!this.#leave(name)) held.release();
			return false;
		}
	}

	/** Asks the client for what the server lacks. */
	#askFor(name: string, joined: Joined): void {
		if (this.#joined.get(name) !== joined) return;
		const message = encoding.encode((encoder) => sync.writeSyncStep1(encoder, joined.document.doc));
		this.#tell({ kind: 'sync', document: name, id: 0, message });
	}

	#relay({ document }: Held): () => void {
		return document.listen((update, from) => {
			if (from === this) return;
			const message = encoding.encode((encoder) => sync.writeUpdate(encoder, update));
			this.#tell({ kind: 'sync', document: document.name, id: 0, message });
		});
	}

	#leave(name: string): boolean {
		const joined = this.#joined.get(name);
		if (joined === undefined) return false;
		this.#joined.delete(name);
		joined.unlisten();
		joined.release();
		return true;
	}

	#refuse(document: string, { code, message }: ApiError): void {
		this.#tell({ kind: 'refused', document, code, message });
	}

	#tell(frame: DocumentFrame, sent?: () => void): void {
		this.#send(encodeDocumentFrame(frame), sent);
	}
}
