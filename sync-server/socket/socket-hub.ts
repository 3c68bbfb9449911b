import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { ServerEvent } from '#contract/socket';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { Documents } from '../sync/documents.ts';
import { FLOOD_BOUNDS, type FloodBounds } from './flood-limit.ts';
import { SocketClient } from './socket-client.ts';

/** How often a client is asked whether it is still there. One that has not answered by the next time is cut off. */
const PING_MS = 30_000;
const MOST_CLIENTS = 200;
const MOST_OF_ONE_DEVICE = 64;

/** Codes of RFC 6455 with which the server closes a socket. */
const GOING_AWAY = 1001;
const AGAINST_POLICY = 1008;
const TRY_AGAIN_LATER = 1013;

export interface SocketHubOptions {
	readonly pingMs?: number;
	readonly mostClients?: number;
	/** Tabs of one device; it does not keep others out. */
	readonly mostOfOneDevice?: number;
	readonly flood?: FloodBounds;
	/** What may wait for a slow reader, in bytes. */
	readonly mostBufferedBytes?: number;
	/** Between two words on the library or on captures, in milliseconds. */
	readonly libraryPauseMs?: number;
}

/** What of the queue is told: jobs that are under way, and each change. */
type ToldJobs = Pick<JobQueue, 'list' | 'seq' | 'subscribe'>;

/** All clients of the socket: tells them of jobs and of the library, and carries their documents. */
export class SocketHub {
	readonly #documents: Documents;
	readonly #jobs: ToldJobs | undefined;
	readonly #options: Required<Omit<SocketHubOptions, 'pingMs'>>;
	/** With the id of the device that opened each. */
	readonly #clients = new Map<SocketClient, string>();
	/** Events are numbered anew with every start of the server. */
	readonly #run = randomUUID();
	readonly #pings: NodeJS.Timeout;
	readonly #unsubscribe: () => void;
	/** What will be told in a moment. */
	readonly #soon = new Map<'library' | 'captures', NodeJS.Timeout>();

	constructor(documents: Documents, jobs?: ToldJobs, { pingMs = PING_MS, ...options }: SocketHubOptions = {}) {
		this.#documents = documents;
		this.#jobs = jobs;
		this.#options = {
			...{ mostClients: MOST_CLIENTS, mostOfOneDevice: MOST_OF_ONE_DEVICE },
			...{ flood: FLOOD_BOUNDS, mostBufferedBytes: 48 * 1024 * 1024, libraryPauseMs: 500 },
			...options,
		};
		this.#unsubscribe = jobs?.subscribe((event) => this.broadcast(event)) ?? (() => undefined);
		this.#pings = setInterval(() => this.#clients.forEach((_, client) => client.ping()), pingMs);
		this.#pings.unref();
	}

	get clients(): number {
		return this.#clients.size;
	}

	/** Takes on a socket that `device` has opened; undefined when there are too many, and it is closed with that reason. */
	add(socket: WebSocket, device = ''): SocketClient | undefined {
		if (this.#clients.size >= this.#options.mostClients) {
			socket.close(TRY_AGAIN_LATER, 'Too many devices are connected. Close some, then try again.');
			return undefined;
		}
		const own = [...this.#clients.values()].filter((opener) => opener === device).length;
		if (own >= this.#options.mostOfOneDevice) {
			socket.close(TRY_AGAIN_LATER, 'Too many tabs of this device are connected. Close some, then try again.');
			return undefined;
		}
		const client = new SocketClient(socket, this.#documents, this.#options);
		this.#clients.set(client, device);
		client.tell({
			type: 'welcome',
			run: this.#run,
			seq: this.#jobs?.seq ?? 0,
			jobs: this.#jobs?.list({ state: 'active', limit: Number.MAX_SAFE_INTEGER }) ?? [],
		});
		return client;
	}

	remove(client: SocketClient): void {
		this.#clients.delete(client);
		client.end();
	}

	/** Closes what a device has open that may not be connected any more. */
	dismiss(device: string): void {
		for (const [client, opener] of [...this.#clients]) {
			if (opener !== device) continue;
			client.close(AGAINST_POLICY, 'This device was signed out. Pair it again to connect.');
			this.remove(client);
		}
	}

	/** Files of the library came, went or changed: told a moment later, so that a scan is not told file by file. */
	tellLibrary(): void {
		this.#tellSoon('library');
	}

	/** Captures came, went or changed: the same. */
	tellCaptures(): void {
		this.#tellSoon('captures');
	}

	#tellSoon(type: 'library' | 'captures'): void {
		if (this.#soon.has(type)) return;
		const timer = setTimeout(() => {
			this.#soon.delete(type);
			this.broadcast({ type });
		}, this.#options.libraryPauseMs);
		timer.unref();
		this.#soon.set(type, timer);
	}

	broadcast(event: ServerEvent): void {
		if (this.#clients.size === 0) return;
		const text = JSON.stringify(event);
		for (const client of this.#clients.keys()) client.send(text);
	}

	close(): void {
		clearInterval(this.#pings);
		this.#soon.forEach((timer) => clearTimeout(timer));
		this.#unsubscribe();
		for (const client of [...this.#clients.keys()]) {
			client.close(GOING_AWAY, 'The server stops.');
			this.remove(client);
		}
	}
}
