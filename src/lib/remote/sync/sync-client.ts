import type * as Y from 'yjs';
import type { Live } from '#core/live';
import { decodeDocumentFrame, encodeDocumentFrame } from '#contract/document-frame';
import { DocumentName } from '#contract/sync';
import { DocumentProvider, type DocumentHooks, type SyncStatus } from './document-provider.ts';
import type { ServerLink } from './server-link.ts';

/** A document that is shared. */
export interface SharedDocument {
	readonly status: Live<SyncStatus> & { readonly value: SyncStatus };
	/** The document is not shared any more. */
	leave(): void;
}

/** Shares documents with the server over one socket, while there is one. */
export class SyncClient {
	readonly #link: ServerLink;
	readonly #providers = new Map<string, DocumentProvider>();
	readonly #stop: () => void;

	constructor(link: ServerLink) {
		this.#link = link;
		const unhear = link.onFrame((bytes) => {
			const frame = decodeDocumentFrame(bytes);
			if (frame !== undefined) this.#providers.get(frame.document)?.receive(frame);
		});
		let wasOpen = false;
		const state = link.state.subscribe((now) => {
			if ((now === 'open') === wasOpen) return;
			wasOpen = now === 'open';
			for (const provider of this.#providers.values()) {
				if (wasOpen) provider.connect();
				else provider.disconnect();
			}
		});
		this.#stop = () => {
			unhear();
			state.unsubscribe();
		};
	}

	/** Shares `doc` under `name` until it leaves. A name that the server would not take stays on this device. */
	join(name: string, doc: Y.Doc, hooks: DocumentHooks = {}): SharedDocument {
		this.#providers.get(name)?.destroy();
		const provider = new DocumentProvider(
			name,
			doc,
			(frame) => void this.#link.send(encodeDocumentFrame(frame)),
			hooks,
		);
		if (DocumentName.safeParse(name).success) {
			this.#providers.set(name, provider);
			if (this.#link.state.value === 'open') provider.connect();
		}
		return {
			status: provider.status,
			leave: () => {
				provider.destroy();
				if (this.#providers.get(name) === provider) this.#providers.delete(name);
			},
		};
	}

	close(): void {
		this.#stop();
		for (const provider of this.#providers.values()) provider.destroy();
		this.#providers.clear();
	}
}
