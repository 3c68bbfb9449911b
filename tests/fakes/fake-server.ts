import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as it arrived. */
export interface HeardRequest {
	readonly method: string;
	/** Without the query. */
	readonly path: string;
	readonly query: URLSearchParams;
	readonly headers: Readonly<Record<string, string>>;
}

/** What a handler answers; `undefined` is 404. */
export interface FakeAnswer {
	readonly status?: number;
	readonly type?: string;
	/** Text, bytes, or the path of a file on this machine. */
	readonly body: string | Buffer | { readonly file: string };
	readonly headers?: Readonly<Record<string, string>>;
}

/** What is wrong with the server, for as long as a test sets it. All can be changed while it runs. */
export interface Oddities {
	/** Refuses every token: it was revoked. */
	unauthorized: boolean;
	/** Milliseconds before an answer begins. 10,000 and more is a server that hangs. */
	delayMs: number;
	/** JSON or XML that ends in the middle. */
	malformed: boolean;
	/** Well-formed, but not of this product's shape. */
	nonsense: boolean;
	/** Sends everybody elsewhere. */
	redirectTo: string | undefined;
	/** Answers that never end. */
	endless: boolean;
	/** A product of another kind. */
	wrongProduct: boolean;
	/** Breaks with this status, such as 503. */
	failStatus: number | undefined;
	/** Ends the connection in the middle of an answer. */
	hangUp: boolean;
	/** Only paths that match are odd; absent: all. */
	only: RegExp | undefined;
}

const calm = (): Oddities => ({
	...{ unauthorized: false, delayMs: 0, malformed: false, nonsense: false, redirectTo: undefined, endless: false },
	...{ wrongProduct: false, failStatus: undefined, hangUp: false, only: undefined },
});

/** A server on loopback that remembers what it was asked, and misbehaves as it is told. */
export abstract class FakeServer {
	readonly requests: HeardRequest[] = [];
	odd: Oddities = calm();
	/** Below which everything lies: `/emby`. */
	base = '';
	readonly #sockets = new Set<Socket>();
	#server: Server | undefined;
	#port = 0;

	/** Milliseconds since 1970; tests move it on. */
	now: () => number = Date.now;

	async start(port = this.#port): Promise<this> {
		this.#server = createServer((request, response) => void this.#serve(request, response));
		this.#server.on('connection', (socket) => {
			this.#sockets.add(socket);
			socket.on('close', () => this.#sockets.delete(socket));
		});
		this.#server.listen(port, '127.0.0.1');
		await once(this.#server, 'listening');
		this.#port = (this.#server.address() as AddressInfo).port;
		return this;
	}

	/** Ends every connection at once, those that wait as well. It can be started again under its address. */
	async stop(): Promise<void> {
		const closed = this.#server?.listening === true ? once(this.#server, 'close') : undefined;
		this.#server?.close();
		for (const socket of this.#sockets) socket.destroy();
		await closed;
	}

	get url(): string {
		return `http://127.0.0.1:${this.#port}${this.base}`;
	}

	/** As it was at first. */
	calm(): void {
		this.odd = calm();
		this.requests.length = 0;
	}

	/** Paths that were asked for, oldest first. */
	get paths(): string[] {
		return this.requests.map(({ path }) => path);
	}

	/** Whether the request proves itself; `guest` may do less. */
	protected abstract authorize(request: HeardRequest): 'owner' | 'guest' | 'nobody';
	/** Answered without proof. */
	protected abstract isOpen(path: string): boolean;
	protected abstract answer(request: HeardRequest, who: 'owner' | 'guest' | 'nobody'): Promise<FakeAnswer | undefined>;
	/** What stands in the place of an answer when it is not what this product says. */
	protected abstract nonsense(request: HeardRequest): FakeAnswer;

	async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? '/', 'http://fake');
		const heard: HeardRequest = {
			method: request.method ?? 'GET',
			path: decodeURI(url.pathname).slice(this.base.length),
			query: url.searchParams,
			headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
		};
		this.requests.push(heard);
		request.resume();
		const odd = this.odd.only === undefined || this.odd.only.test(heard.path) ? this.odd : calm();
		if (odd.delayMs > 0) {
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, odd.delayMs);
				response.on('close', () => {
					clearTimeout(timer);
					resolve();
				});
			});
		}
		if (response.destroyed) return;
		if (odd.redirectTo !== undefined) return void response.writeHead(302, { Location: odd.redirectTo }).end();
		if (odd.failStatus !== undefined) return void response.writeHead(odd.failStatus).end('<h1>It broke</h1>');
		if (!url.pathname.startsWith(this.base)) return void response.writeHead(404).end();
		const who = odd.unauthorized ? 'nobody' : this.authorize(heard);
		if (who === 'nobody' && !this.isOpen(heard.path)) {
			return void response.writeHead(401, { 'Content-Type': 'text/html' }).end('<h1>401 Unauthorized</h1>');
		}
		response.setHeader('Date', new Date(this.now()).toUTCString());
		const answer = odd.nonsense ? this.nonsense(heard) : await this.answer(heard, who);
		if (answer === undefined) return void response.writeHead(404, { 'Content-Type': 'text/html' }).end('404');
		await send(response, heard, answer, odd);
	}
}

async function send(
	response: ServerResponse,
	{ headers, method }: HeardRequest,
	answer: FakeAnswer,
	odd: Oddities,
): Promise<void> {
	const { body } = answer;
	const inFile = typeof body === 'object' && 'file' in body;
	const length = inFile ? (await stat(body.file)).size : Buffer.byteLength(body);
	const type = { 'Content-Type': answer.type ?? 'application/json' };
	const more = { ...type, 'Accept-Ranges': 'bytes', ...answer.headers };
	if (odd.endless) {
		response.writeHead(200, type);
		const piece = Buffer.alloc(1 << 16, ' ');
		const go = (): void => {
			while (!response.destroyed && response.write(piece));
		};
		response.on('drain', go);
		return go();
	}
	const half = odd.hangUp || odd.malformed ? Math.ceil(length / 2) : length;
	const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers['range'] ?? '') ?? [];
	const ranged = from !== undefined && answer.status === undefined;
	const first = ranged ? Number(from) : 0;
	const last = ranged && to !== undefined && to !== '' ? Math.min(Number(to), length - 1) : half - 1;
	if (first >= length && ranged) return void response.writeHead(416, { 'Content-Range': `bytes */${length}` }).end();
	const sent = odd.hangUp ? length : last + 1 - first;
	const range = ranged ? { 'Content-Range': `bytes ${first}-${last}/${length}` } : {};
	response.writeHead(answer.status ?? (ranged ? 206 : 200), { ...more, ...range, 'Content-Length': sent });
	if (method === 'HEAD' || sent === 0) return void response.end();
	if (inFile) {
		const stream = createReadStream(body.file, { start: first, end: last });
		response.on('close', () => stream.destroy());
		return void stream.pipe(response);
	}
	const bytes = Buffer.from(body).subarray(first, last + 1);
	if (odd.hangUp) response.write(bytes, () => response.destroy());
	else response.end(bytes);
}

export const json = (value: unknown): FakeAnswer => ({ body: JSON.stringify(value) });
