import type { Live } from '#core/live';
import { ServerEvent, type ClientMessage } from '#contract/socket';
import { backOffMs } from './back-off.ts';
import { Told } from './told.ts';

/** How often the server is asked whether it is still there, and how long it may take to answer, in milliseconds. */
const PING_MS = 30_000;
const ANSWER_MS = 10_000;
/** Opening may take as long as this, in milliseconds. */
const OPEN_MS = 15_000;

/** `off`: there is no server to speak to. `connecting`: there is one, and it is not reached at the moment. */
export type LinkState = 'off' | 'connecting' | 'open';

/** What is used of a `WebSocket`. */
export interface SocketLike {
	binaryType: string;
	send(data: string | Uint8Array<ArrayBuffer>): void;
	close(): void;
	addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
	addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

export interface ServerLinkOptions {
	/** Where the socket is, asked anew each time, as it may hold a ticket; undefined while no server is chosen. A rejection counts as not reachable. */
	readonly socketUrl: () => Promise<string> | undefined;
	readonly connect?: (url: string) => SocketLike;
	/** In 0..1. */
	readonly random?: () => number;
	/** Says when the network comes and goes, and when the page is looked at again; defaults to the page. */
	readonly page?: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> | undefined;
}

/**
 * The one socket to the server, kept open: after a loss it is opened again, at once when the network is back or the page is looked at, else
 * after a pause that grows. Knows nothing of what documents are.
 */
export class ServerLink {
	readonly #options: ServerLinkOptions;
	readonly #state = new Told<LinkState>('off');
	readonly #onEvent = new Set<(event: ServerEvent) => void>();
	readonly #onFrame = new Set<(frame: Uint8Array) => void>();
	#socket: SocketLike | undefined;
	/** Of the connection that is, or is being made; what older ones still tell is not heard. */
	#turn = 0;
	#attempt = 0;
	#running = false;
	#retry: ReturnType<typeof setTimeout> | undefined;
	#answer: ReturnType<typeof setTimeout> | undefined;
	#pings: ReturnType<typeof setInterval> | undefined;

	constructor(options: ServerLinkOptions) {
		this.#options = options;
	}

	get state(): Live<LinkState> & { readonly value: LinkState } {
		return this.#state;
	}

	/** Keeps the socket open from now on. */
	start(): void {
		if (this.#running) return;
		this.#running = true;
		for (const [type, listener] of this.#hears()) this.#page?.addEventListener(type, listener);
		this.#open();
	}

	stop(): void {
		this.#running = false;
		for (const [type, listener] of this.#hears()) this.#page?.removeEventListener(type, listener);
		this.#drop();
		clearTimeout(this.#retry);
		this.#state.set('off');
	}

	/** Another server was chosen, or none: the socket is opened anew. */
	restart(): void {
		if (!this.#running) return;
		this.#drop();
		this.#attempt = 0;
		this.#open();
	}

	/** There is reason to think that the server can be reached now, or no longer: tries at once. */
	readonly wake = (): void => {
		if (!this.#running) return;
		if (this.#state.value === 'open') this.#ping();
		else if (this.#socket === undefined) this.#open();
	};

	/** What the server tells as events, until the returned function is called. */
	onEvent(listener: (event: ServerEvent) => void): () => void {
		this.#onEvent.add(listener);
		return () => void this.#onEvent.delete(listener);
	}

	/** Binary frames. */
	onFrame(listener: (frame: Uint8Array) => void): () => void {
		this.#onFrame.add(listener);
		return () => void this.#onFrame.delete(listener);
	}

	/** False when there is no connection: nothing was sent. */
	send(data: string | Uint8Array<ArrayBuffer>): boolean {
		if (this.#state.value !== 'open') return false;
		this.#socket?.send(data);
		return true;
	}

	get #page(): ServerLinkOptions['page'] {
		return 'page' in this.#options ? this.#options.page : globalThis;
	}

	#hears(): readonly (readonly [string, () => void])[] {
		return [
			['online', this.wake],
			['focus', this.wake],
			['pageshow', this.wake],
			['offline', this.#lost],
		];
	}

	#open(): void {
		clearTimeout(this.#retry);
		const asked = this.#options.socketUrl();
		this.#turn += 1;
		const turn = this.#turn;
		this.#state.set(asked === undefined ? 'off' : 'connecting');
		if (asked === undefined) return;
		asked.then(
			(url) => turn === this.#turn && this.#running && this.#connect(url, turn),
			(thrown: unknown) => {
				console.debug('The server gave no way to its socket:', thrown);
				if (turn === this.#turn) this.#lost();
			},
		);
	}

	#connect(url: string, turn: number): void {
		const connect: (url: string) => SocketLike = this.#options.connect ?? ((address) => new WebSocket(address));
		const socket = connect(url);
		const lost = (): void => {
			if (turn === this.#turn) this.#lost();
		};
		socket.binaryType = 'arraybuffer';
		this.#socket = socket;
		this.#answer = setTimeout(lost, OPEN_MS);
		socket.addEventListener('close', lost);
		socket.addEventListener('error', lost);
		socket.addEventListener('open', () => {
			if (turn !== this.#turn) return;
			this.#heard();
			this.#pings = setInterval(() => this.#ping(), PING_MS);
			this.#state.set('open');
		});
		socket.addEventListener('message', ({ data }) => {
			if (turn === this.#turn) this.#hear(data);
		});
	}

	#hear(data: unknown): void {
		this.#heard();
		if (data instanceof ArrayBuffer) {
			for (const listener of this.#onFrame) listener(new Uint8Array(data));
			return;
		}
		const event = typeof data === 'string' ? ServerEvent.safeParse(jsonOf(data)) : undefined;
		// A newer server may tell what this app does not know yet.
		if (event?.success !== true) return;
		// It took us in: what comes next is not part of a row of failures.
		if (event.data.type === 'welcome') this.#attempt = 0;
		for (const listener of this.#onEvent) listener(event.data);
	}

	#ping(): void {
		if (!this.send(JSON.stringify({ type: 'ping' } satisfies ClientMessage))) return;
		this.#answer ??= setTimeout(this.#lost, ANSWER_MS);
	}

	#heard(): void {
		clearTimeout(this.#answer);
		this.#answer = undefined;
	}

	readonly #lost = (): void => {
		this.#drop();
		if (!this.#running) return;
		this.#state.set('connecting');
		const pauseMs = backOffMs(this.#attempt, (this.#options.random ?? Math.random)());
		this.#attempt += 1;
		clearTimeout(this.#retry);
		this.#retry = setTimeout(() => this.#open(), pauseMs);
	};

	#drop(): void {
		this.#turn += 1;
		this.#heard();
		clearInterval(this.#pings);
		const socket = this.#socket;
		this.#socket = undefined;
		socket?.close();
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
