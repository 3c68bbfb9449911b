import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const build = fileURLToPath(new URL('../../build/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
	'.html': 'text/html',
	'.js': 'text/javascript',
	'.mjs': 'text/javascript',
	'.css': 'text/css',
	'.svg': 'image/svg+xml',
	'.png': 'image/png',
	'.wasm': 'application/wasm',
	'.webmanifest': 'application/manifest+json',
};

/** A static host that sends no headers of ours, as the cheapest ones do, and can publish a new version. */
export class PlainHost {
	/** Added to the service worker: another content is a new version. */
	version = '';
	readonly #server: Server = createServer((request, response) => {
		void this.#answer(new URL(request.url ?? '/', 'http://host').pathname).then(
			({ type, body }) => response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-cache' }).end(body),
			() => response.writeHead(404).end(),
		);
	});

	async start(): Promise<string> {
		this.#server.listen(0, '127.0.0.1');
		await once(this.#server, 'listening');
		const address = this.#server.address();
		if (address === null || typeof address === 'string') throw new Error('the host has no port');
		return `http://localhost:${address.port}`;
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		this.#server.close();
		await once(this.#server, 'close');
	}

	async #answer(path: string): Promise<{ type: string; body: string | Buffer }> {
		const name = extname(path) === '' ? 'index.html' : normalize(path);
		const body = await readFile(join(build, name));
		const type = TYPES[extname(name)] ?? 'application/octet-stream';
		return name.endsWith('service-worker.js')
			? { type, body: `${body.toString()}\n// ${this.version}` }
			: { type, body };
	}
}
