import * as Y from 'yjs';

type Message =
	| { readonly kind: 'hello'; readonly vector: Uint8Array }
	| { readonly kind: 'state'; readonly vector: Uint8Array; readonly update: Uint8Array }
	| { readonly kind: 'update'; readonly update: Uint8Array }
	| { readonly kind: 'removed' };

/** An update that holds nothing is two bytes long: no structs, no deletions. */
const EMPTY_UPDATE_BYTES = 2;

/**
 * Keeps one document alike in all tabs of this browser: each tab tells what it knows (a state vector), gets what it lacks, then sends
 * every change as it is made. Changes that come in have this exchange as origin; who made them has already stored them.
 */
export class TabExchange {
	#doc: Y.Doc;
	#channel: BroadcastChannel;
	/** Called when another tab has removed the document. */
	onRemoved: () => void = () => undefined;

	constructor(doc: Y.Doc, name: string) {
		this.#doc = doc;
		this.#channel = new BroadcastChannel(name);
		this.#channel.addEventListener('message', ({ data }: MessageEvent<Message>) => this.#receive(data));
	}

	/** Asks the other tabs for what this one lacks, and offers what it has. */
	greet(): void {
		this.#send({ kind: 'hello', vector: Y.encodeStateVector(this.#doc) });
	}

	send(update: Uint8Array): void {
		this.#send({ kind: 'update', update });
	}

	/** Tells the other tabs that the document is gone. */
	tellRemoved(): void {
		this.#send({ kind: 'removed' });
	}

	close(): void {
		this.#channel.close();
	}

	#receive(message: Message): void {
		if (message.kind === 'removed') {
			this.onRemoved();
			return;
		}
		if (message.kind === 'hello') {
			const update = Y.encodeStateAsUpdate(this.#doc, message.vector);
			this.#send({ kind: 'state', vector: Y.encodeStateVector(this.#doc), update });
			return;
		}
		Y.applyUpdate(this.#doc, message.update, this);
		if (message.kind === 'update') return;
		const lacking = Y.encodeStateAsUpdate(this.#doc, message.vector);
		if (lacking.length > EMPTY_UPDATE_BYTES) this.send(lacking);
	}

	#send(message: Message): void {
		this.#channel.postMessage(message);
	}
}
