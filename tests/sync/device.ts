import { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { ServerEvent } from '#contract/socket';
import { SOCKET_PATH } from '#contract/socket';
import { ServerLink, type SocketLike } from '../../src/lib/remote/sync/server-link.ts';
import { SyncClient, type SharedDocument } from '../../src/lib/remote/sync/sync-client.ts';
import type { SyncStatus } from '../../src/lib/remote/sync/document-provider.ts';

/** A device under test: real documents and the app's own client on a real socket. */
export class Device {
	readonly link: ServerLink;
	readonly client: SyncClient;
	readonly events: ServerEvent[] = [];
	readonly #joined: SharedDocument[] = [];

	/** `url` is asked at each try; undefined keeps the device offline. */
	constructor(url: () => string | undefined, wrap: (socket: SocketLike) => SocketLike = (socket) => socket) {
		this.link = new ServerLink({
			socketUrl: () => {
				const address = url();
				return address === undefined ? undefined : Promise.resolve(`${address.replace(/^http/, 'ws')}${SOCKET_PATH}`);
			},
			connect: (address) => wrap(new WebSocket(address)),
			// Tries again after half of the pause: tests wait for that.
			random: () => 0,
			page: undefined,
		});
		this.client = new SyncClient(this.link);
		this.link.onEvent((event) => this.events.push(event));
		this.link.start();
	}

	join(
		name: string,
		doc = new Y.Doc(),
		onRemoved: () => void = () => undefined,
	): { doc: Y.Doc; shared: SharedDocument } {
		const shared = this.client.join(name, doc, { onRemoved });
		this.#joined.push(shared);
		return { doc, shared };
	}

	close(): void {
		this.client.close();
		this.link.stop();
	}
}

/** Resolves when the document stands so with the server. */
export const reached = (shared: SharedDocument, state: SyncStatus['state']): Promise<SyncStatus> =>
	new Promise((resolve) => {
		const subscription = shared.status.subscribe((status) => {
			if (status.state !== state) return;
			resolve(status);
			queueMicrotask(() => subscription.unsubscribe());
		});
	});

/** Resolves when `holds` does, looked at after each change of `doc`. */
export const holding = (doc: Y.Doc, holds: () => boolean): Promise<void> =>
	new Promise((resolve) => {
		const look = (): void => {
			if (!holds()) return;
			doc.off('update', look);
			resolve();
		};
		doc.on('update', look);
		look();
	});
