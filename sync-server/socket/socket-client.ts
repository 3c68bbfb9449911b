import type { WebSocket } from 'ws';
import { ClientMessage, type ServerEvent } from '#contract/socket';
import { DocumentConnection } from '../sync/document-connection.ts';
import type { Documents } from '../sync/documents.ts';
import { FloodLimit, type FloodBounds } from './flood-limit.ts';

/** Codes of RFC 6455 with which the server closes a socket. */
const UNREADABLE = 1007;
const AGAINST_POLICY = 1008;
const TRY_AGAIN_LATER = 1013;
/** How long a client that is told to go may take to answer, in milliseconds. */
const CLOSE_GRACE_MS = 5_000;

export interface ClientBounds {
	readonly flood: FloodBounds;
	/** What may wait for a slow reader, in bytes. */
	readonly mostBufferedBytes: number;
}

/** One device on the socket. */
export class SocketClient {
	readonly #socket: WebSocket;
	readonly #bounds: ClientBounds;
	readonly #flood: FloodLimit;
	readonly #documents: DocumentConnection;
	#alive = true;
	#closing = false;

	constructor(socket: WebSocket, documents: Documents, bounds: ClientBounds) {
		this.#socket = socket;
		this.#bounds = bounds;
		this.#flood = new FloodLimit(bounds.flood);
		this.#documents = new DocumentConnection(documents, (frame, sent) => this.send(frame, sent));
		socket.on('pong', () => (this.#alive = true));
	}

	/** Takes a text or binary frame. */
	receive(data: string | ArrayBuffer): void {
		if (this.#closing) return;
		const bytes = typeof data === 'string' ? data.length : data.byteLength;
		if (!this.#flood.admits(bytes, performance.now())) {
			this.close(AGAINST_POLICY, 'Too much was sent at once. Wait a moment, then connect again.');
			return;
		}
		if (typeof data === 'string') this.#hear(data);
		else if (!this.#documents.receive(new Uint8Array(data))) {
			this.close(UNREADABLE, 'A frame was not one of a document.');
		}
	}

	tell(event: ServerEvent): void {
		this.send(JSON.stringify(event));
	}

	/** `sent` is called when it has left; not when it never does. */
	send(data: string | Uint8Array<ArrayBuffer>, sent: () => void = () => undefined): void {
		if (this.#closing || this.#socket.readyState !== this.#socket.OPEN) return;
		if (this.#socket.bufferedAmount > this.#bounds.mostBufferedBytes) {
			this.close(TRY_AGAIN_LATER, 'This device reads too slowly. Connect again to catch up.');
			return;
		}
		this.#socket.send(data, (error) => {
			if (error === undefined || error === null) sent();
		});
	}

	/** Asks whether it is still there; one that has not answered since the last time is gone. */
	ping(): void {
		if (!this.#alive) {
			this.#socket.terminate();
			return;
		}
		this.#alive = false;
		this.#socket.ping();
	}

	close(code: number, reason: string): void {
		if (this.#closing) return;
		this.#closing = true;
		this.#documents.close();
		this.#socket.close(code, reason);
		setTimeout(() => this.#socket.terminate(), CLOSE_GRACE_MS).unref();
	}

	/** The socket is gone. */
	end(): void {
		this.#documents.close();
	}

	#hear(text: string): void {
		const message = ClientMessage.safeParse(jsonOf(text));
		if (message.success) this.tell({ type: 'pong' });
		else this.tell({ type: 'refused', code: 'invalid_request', message: 'The server knows no such message.' });
	}
}

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (thrown) {
		if (thrown instanceof SyntaxError) return undefined;
		throw thrown;
	}
}
