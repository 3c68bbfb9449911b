import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface Received {
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
}

export type Reply = (response: ServerResponse, nth: number) => void;

/** Somebody to whom messages are sent, by real sockets. Answers as it is told, with 204 unless. */
export class WebhookReceiver {
	readonly received: Received[] = [];
	reply: Reply = (response) => response.writeHead(204).end();
	readonly #server: Server;
	readonly #waiting = new Set<() => void>();

	constructor() {
		this.#server = createServer((request, response) => {
			const parts: Buffer[] = [];
			request.on('data', (part: Buffer) => parts.push(part));
			request.on('end', () => {
				this.received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) });
				response.on('error', () => undefined);
				this.reply(response, this.received.length);
				for (const look of this.#waiting) look();
			});
		});
	}

	async start(): Promise<this> {
		this.#server.listen(0, '127.0.0.1');
		await once(this.#server, 'listening');
		return this;
	}

	get origin(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	/** Settles when so many messages have come. */
	async got(count: number): Promise<readonly Received[]> {
		while (this.received.length < count) {
			await new Promise<void>((resolve) => {
				const look = () => {
					this.#waiting.delete(look);
					resolve();
				};
				this.#waiting.add(look);
			});
		}
		return this.received;
	}

	async stop(): Promise<void> {
		this.#server.close();
		this.#server.closeAllConnections();
		if (this.#server.listening) await once(this.#server, 'close');
	}
}

/** The parts of a form, by name; read as a server would, without a look at how it was made. */
export async function formOf({ headers, body }: Received): Promise<FormData> {
	return new Response(new Uint8Array(body), { headers: { 'Content-Type': headers['content-type'] ?? '' } }).formData();
}
