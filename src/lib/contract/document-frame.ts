import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/**
 * A binary frame of the socket. Each begins with the document's name, so that one socket carries several.
 *
 * A client joins a document by a `sync` frame with step 1 of the y-protocols; the server answers with step 2 (what the client lacks) and its own
 * step 1, to which the client answers with step 2. From then on each side sends updates. Every step 2 and update of a client has an id that rises;
 * `stored` names it once its content is on the server's disk.
 */
export type DocumentFrame =
	/** `message` is one of the y-protocols' sync messages. `id` 0 asks for no receipt. */
	| { readonly kind: 'sync'; readonly document: string; readonly id: number; readonly message: Uint8Array }
	| { readonly kind: 'stored'; readonly document: string; readonly id: number }
	/** Not done: `code` for programs (as in `ApiError`), `message` for people. The server sends nothing more of this document. */
	| { readonly kind: 'refused'; readonly document: string; readonly code: string; readonly message: string }
	/** Somebody has removed the document; the server sends nothing more of it. */
	| { readonly kind: 'removed'; readonly document: string }
	/** The client wants no more of it. */
	| { readonly kind: 'leave'; readonly document: string };

const KINDS = ['sync', 'stored', 'refused', 'removed', 'leave'] as const satisfies readonly DocumentFrame['kind'][];

export function encodeDocumentFrame(frame: DocumentFrame): Uint8Array<ArrayBuffer> {
	return encoding.encode((encoder) => {
		encoding.writeVarString(encoder, frame.document);
		encoding.writeVarUint(encoder, KINDS.indexOf(frame.kind));
		switch (frame.kind) {
			case 'sync':
				encoding.writeVarUint(encoder, frame.id);
				encoding.writeUint8Array(encoder, frame.message);
				break;
			case 'stored':
				encoding.writeVarUint(encoder, frame.id);
				break;
			case 'refused':
				encoding.writeVarString(encoder, frame.code);
				encoding.writeVarString(encoder, frame.message);
				break;
			case 'removed':
			case 'leave':
				break;
		}
	});
}

/** Undefined when it is no frame of ours. */
export function decodeDocumentFrame(bytes: Uint8Array): DocumentFrame | undefined {
	try {
		const decoder = decoding.createDecoder(bytes);
		const document = decoding.readVarString(decoder);
		const kind = KINDS[decoding.readVarUint(decoder)];
		switch (kind) {
			case 'sync': {
				const id = decoding.readVarUint(decoder);
				return { kind, document, id, message: decoding.readTailAsUint8Array(decoder) };
			}
			case 'stored':
				return { kind, document, id: decoding.readVarUint(decoder) };
			case 'refused':
				return { kind, document, code: decoding.readVarString(decoder), message: decoding.readVarString(decoder) };
			case 'removed':
			case 'leave':
				return { kind, document };
			case undefined:
				return undefined;
		}
	} catch (thrown) {
		// What lib0 and TextDecoder throw on bytes that end too early or are no numbers or text; anything else is a bug.
		if (thrown instanceof Error) return undefined;
		throw thrown;
	}
}
