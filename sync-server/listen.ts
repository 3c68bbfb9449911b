import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { once } from 'node:events';
import type { Server, ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { err, ok, type Result } from '#core/result';
import type { Config } from './config.ts';

/** A server that takes requests. */
export interface Listening {
	/** Where a browser on this machine finds it. */
	readonly url: string;
	readonly port: number;
	/** Lets answers under way end for `graceMs`, then cuts them off. */
	close(graceMs: number): Promise<void>;
}

/** `env` holds the socket's side of the request. */
type Fetch = (request: Request, env: HttpBindings) => Response | Promise<Response>;

/** Listens on the address of `config`, or says in a sentence why that is not possible. */
export async function listen(
	fetch: Fetch,
	{ host, port }: Pick<Config, 'host' | 'port'>,
): Promise<Result<Listening, string>> {
	const servers: Server[] = [];
	let taken = port;
	for (const address of host === 'localhost' ? ['127.0.0.1', '::1'] : [host]) {
		const opened = await open(fetch, address, taken);
		if (opened instanceof Error) {
			// A machine without IPv6 still has a localhost.
			if (address === '::1' && isAbsentAddress(opened)) continue;
			await Promise.all(servers.map((server) => close(server, 0)));
			return err(complaint(opened, host, port));
		}
		servers.push(opened);
		taken = (opened.address() as AddressInfo).port;
	}
	return ok({
		url: `http://${nameOf(host)}:${taken}`,
		port: taken,
		close: async (graceMs) => void (await Promise.all(servers.map((server) => close(server, graceMs)))),
	});
}

/** Whoever sends slowly does not hold a connection for ever: headers within 20 seconds, a request (a part of an upload, at most) within ten minutes. */
const limits: ServerOptions = {
	headersTimeout: 20_000,
	requestTimeout: 600_000,
	keepAliveTimeout: 65_000,
	maxHeaderSize: 16_384,
	connectionsCheckingInterval: 5000,
};

async function open(fetch: Fetch, hostname: string, port: number): Promise<Server | Error> {
	const server = createAdaptorServer({
		fetch: (request, env) => fetch(request, env as HttpBindings),
		hostname,
		serverOptions: limits,
	}) as Server;
	server.listen({ port, host: hostname, ipv6Only: hostname === '::1' });
	try {
		await once(server, 'listening');
		return server;
	} catch (error) {
		return error as Error;
	}
}

async function close(server: Server, graceMs: number): Promise<void> {
	const closed = once(server, 'close');
	server.close();
	server.closeIdleConnections();
	const cut = setTimeout(() => server.closeAllConnections(), graceMs);
	await closed;
	clearTimeout(cut);
}

const codeOf = (error: Error): string | undefined => (error as NodeJS.ErrnoException).code;
const isAbsentAddress = (error: Error): boolean => ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(codeOf(error) ?? '');

/** Every address is also this machine; a bare IPv6 address wants brackets. */
function nameOf(host: string): string {
	if (host === '0.0.0.0' || host === '::') return 'localhost';
	return host.includes(':') ? `[${host}]` : host;
}

function complaint(error: Error, host: string, port: number): string {
	switch (codeOf(error)) {
		case 'EADDRINUSE':
			return `Port ${port} on ${host} is taken. Stop what uses it, or choose another port: PORT=${port + 1} npm start`;
		case 'EACCES':
			return `Port ${port} may not be used by this account. Choose one above 1023: PORT=8787 npm start`;
		case 'EADDRNOTAVAIL':
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return `${host} is not an address of this machine. Leave HOST out for localhost, or use HOST=0.0.0.0 for every address.`;
		default:
			return `The server could not listen on ${host}:${port}: ${error.message}`;
	}
}
