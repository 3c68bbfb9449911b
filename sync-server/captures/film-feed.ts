import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Failure } from '#core/failure';
import { isAbort } from '#core/result';
import { mediaServerLines } from '../nowplaying/media-server-lines.ts';

export interface FeedSource {
	readonly address: string;
	readonly headers: Readonly<Record<string, string>>;
}

/** A film that lies on a media server, for one program on this machine. */
export interface FilmFeed {
	/** An address on this machine that nobody can guess, and that ends with `close`. Says nothing of where the film lies. */
	readonly url: string;
	/** Why the media server did not hand out the film, if it did not. */
	failure(subject: string): Failure | undefined;
	close(): Promise<void>;
}

/** What the media server says of the film that a program has to know. */
const PASSED_ON = ['content-type', 'content-length', 'content-range', 'accept-ranges'];
/** Until the media server begins to answer. */
const ANSWER_MS = 20_000;

/**
 * Hands out a film by ranges under an address of our own, so that neither the media server's address nor what proves us there is ever among the
 * arguments of a program. Only this machine reaches it; redirects are not followed.
 */
export async function openFeed({ address, headers }: FeedSource): Promise<FilmFeed> {
	const path = `/${randomBytes(24).toString('base64url')}`;
	const closing = new AbortController();
	let trouble: number | 'unreachable' | undefined;

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { method = '', url = '', headers: asked } = request;
		if (!isSame(url, path) || (method !== 'GET' && method !== 'HEAD')) {
			response.writeHead(404).end();
			return;
		}
		const gone = new AbortController();
		response.once('close', () => gone.abort());
		const late = new AbortController();
		const timer = setTimeout(() => late.abort(), ANSWER_MS);
		try {
			const upstream = await mediaServerLines.request(address, {
				method,
				headers: {
					...headers,
					'Accept-Encoding': 'identity',
					...(asked.range !== undefined && { Range: asked.range }),
				},
				signal: AbortSignal.any([closing.signal, gone.signal, late.signal]),
			});
			clearTimeout(timer);
			const { statusCode: status = 0 } = upstream;
			if (status !== 200 && status !== 206) {
				// A range beyond the end is a question of the program, no trouble.
				if (status !== 416) trouble = status;
				upstream.destroy();
				response.writeHead(status === 416 ? 416 : 502).end();
				return;
			}
			for (const name of PASSED_ON) {
				const value = upstream.headers[name];
				if (value !== undefined) response.setHeader(name, value);
			}
			response.writeHead(status);
			await pipeline(upstream, response);
		} catch (thrown) {
			if (!(thrown instanceof Error)) throw thrown;
			// Programs hang up in the middle of an answer when they seek.
			if (!gone.signal.aborted && !closing.signal.aborted && !(isAbort(thrown) && !late.signal.aborted)) {
				trouble = 'unreachable';
			}
			if (response.headersSent) response.destroy();
			else response.writeHead(502).end();
		} finally {
			clearTimeout(timer);
		}
	}

	const server = createServer((request, response) => void answer(request, response));
	server.listen({ host: '127.0.0.1', port: 0 });
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}${path}`,
		failure: (subject) => {
			if (trouble === undefined) return undefined;
			if (trouble === 401 || trouble === 403) return { kind: 'source-refused', subject };
			if (trouble === 404 || trouble === 410) return { kind: 'source-missing', subject };
			return { kind: 'source-offline', subject };
		},
		close: async () => {
			closing.abort();
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}

function isSame(asked: string, path: string): boolean {
	const [a, b] = [Buffer.from(asked), Buffer.from(path)];
	return a.length === b.length && timingSafeEqual(a, b);
}
