import { createHash } from 'node:crypto';
import type { Context, MiddlewareHandler, Next } from 'hono';
import { getCookie } from 'hono/cookie';
import { CONTRACT_HEADER } from '#contract/health';
import { refuse } from '../errors/api-errors.ts';
import type { Client } from './client.ts';
import type { Devices } from './devices.ts';
import { isOwnName, nameIn } from './host-names.ts';
import type { RequestDevice } from './request-device.ts';
import type { SignedAddresses } from './signed-addresses.ts';

/** Answered also to those who are not signed in. */
const OPEN = ['/api/health', '/api/auth/pair'];
const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

export interface GuardParts {
	readonly devices: Devices;
	readonly signed: SignedAddresses;
	readonly clientOf: (c: Context) => Client;
	/** Name of the cookie on encrypted connections, and on others. */
	readonly cookieName: (https: boolean) => string;
	/** A device is needed whoever asks. */
	readonly tokenRequired: boolean;
	/** Only this machine reaches the server, unless something passes requests on. */
	readonly loopback: boolean;
	/** AUTH=none: also what a proxy passes on needs no device. */
	readonly everybody: boolean;
	readonly publicUrl: string | undefined;
	/** Origins of other pages that may ask. */
	readonly corsOrigins: readonly string[];
}

/** Before everything under /api and /metrics: from which page, under which name, and by whom it is asked. */
export function createGuard(parts: GuardParts): MiddlewareHandler {
	const { clientOf, publicUrl } = parts;
	const friends = new Set(parts.corsOrigins.map((origin) => new URL(origin).origin));
	const home = publicUrl === undefined ? undefined : new URL(publicUrl).origin;

	/** Whether a page of `origin` is one that this server handed out. */
	const isOwn = (origin: string, { host }: Client): boolean =>
		origin === home || (URL.canParse(origin) && new URL(origin).host === host.toLowerCase());

	const mayAskFrom = (c: Context, client: Client, origin: string | undefined): boolean => {
		if (origin !== undefined) return friends.has(origin) || isOwn(origin, client);
		if (cameFromHere(c)) return true;
		// A person who follows a link; what it leads to changes nothing.
		return isRead(c.req.method) && !isUpgrade(c) && c.req.header('Sec-Fetch-Mode') === 'navigate';
	};

	return async (c, next) => {
		const client = clientOf(c);
		c.set('client', client);
		const origin = c.req.header('Origin');
		const friend = origin !== undefined && friends.has(origin);
		if (c.req.method === 'OPTIONS' && c.req.header('Access-Control-Request-Method') !== undefined) {
			return friend ? preflight(c, origin) : notFromThere(c, origin);
		}
		const answer = await answerTo(c, client, origin, next);
		if (answer !== undefined) c.res = answer;
		c.res.headers.append('Vary', 'Origin');
		if (friend) for (const [name, value] of Object.entries(crossOrigin(origin))) c.res.headers.set(name, value);
		// Whatever a library inside says: nobody else may read.
		else c.res.headers.delete('Access-Control-Allow-Origin');
	};

	async function answerTo(
		c: Context,
		client: Client,
		origin: string | undefined,
		next: Next,
	): Promise<Response | undefined> {
		const found = identify(c, client, parts);
		if (found === 'forged') return refuse(c, { code: 'not_signed_in', message: EXPIRED });
		// An address that proves itself may be shown by a page of any origin, but a socket is opened by ours only.
		const embedded = found?.bySignature === true && !isUpgrade(c);
		if (!embedded && !mayAskFrom(c, client, origin)) return notFromThere(c, origin);

		const strangersMay = parts.everybody || (!parts.tokenRequired && parts.loopback && !client.forwarded);
		if (found === undefined && strangersMay && !isOwnName(client.host, { loopback: parts.loopback, publicUrl })) {
			const message = `The server does not answer under the name “${nameIn(client.host)}” without a sign-in. Use localhost or its address, or set PUBLIC_URL.`;
			return refuse(c, { code: 'forbidden', message });
		}
		const device = found?.device ?? (strangersMay ? stranger(client, parts) : undefined);
		if (device === undefined && !OPEN.includes(c.req.path)) {
			const message = client.forwarded && !parts.tokenRequired ? PROXIED : SIGN_IN;
			return refuse(c, { code: 'not_signed_in', message }, { 'WWW-Authenticate': 'Bearer realm="octocut"' });
		}
		if (device !== undefined) c.set('device', device);
		await next();
		if (embedded) c.res.headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
		return undefined;
	}
}

const EXPIRED = 'This address is signed for a short time only, and that is over. Open the file again.';
const SIGN_IN = 'This device is not signed in. Pair it under Settings, Server, with the code that the server shows.';
const PROXIED =
	'The request came through a proxy, so this device has to sign in. Pair it with a code made on the server’s own machine, or start the server with AUTH=token.';

interface Found {
	readonly device: RequestDevice;
	readonly bySignature: boolean;
}

/** Undefined: nothing proves who asks. `forged`: the address says that it is signed, and is not, or no longer. */
function identify(c: Context, { https }: Client, parts: GuardParts): Found | 'forged' | undefined {
	if (c.req.query('sig') !== undefined) {
		const id = isRead(c.req.method) ? parts.signed.verify(c.req.url) : undefined;
		if (id === undefined) return 'forged';
		const paired = !isStranger(id);
		// Where no token is asked for, strangers have addresses signed too.
		if (paired ? parts.devices.byId(id) === undefined : parts.tokenRequired) return 'forged';
		return { device: { id, paired }, bySignature: true };
	}
	const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
	const secret = bearer ?? getCookie(c, parts.cookieName(https));
	const row = secret === undefined ? undefined : parts.devices.byToken(secret);
	return row === undefined ? undefined : { device: { id: row.id, paired: true }, bySignature: false };
}

const isUpgrade = (c: Context): boolean => c.req.header('Upgrade') !== undefined;
const isStranger = (id: string): boolean => id === 'local' || id.startsWith('guest-');

/** Those who need no sign-in are told apart by their address, so that none waits behind another's work. */
function stranger({ address }: Client, { loopback }: GuardParts): RequestDevice {
	if (loopback) return { id: 'local', paired: false };
	return { id: `guest-${createHash('sha256').update(address).digest('hex').slice(0, 12)}`, paired: false };
}

/** Browsers say where a request comes from, programs do not. */
function cameFromHere(c: Context): boolean {
	const site = c.req.header('Sec-Fetch-Site');
	return site === undefined || site === 'same-origin' || site === 'none';
}

function preflight(c: Context, origin: string): Response {
	for (const [name, value] of Object.entries(crossOrigin(origin))) c.header(name, value);
	c.header('Access-Control-Allow-Methods', 'GET, HEAD, POST, PUT, PATCH, DELETE');
	c.header('Access-Control-Allow-Headers', c.req.header('Access-Control-Request-Headers') ?? '');
	c.header('Access-Control-Max-Age', '600');
	if (c.req.header('Access-Control-Request-Private-Network') === 'true') {
		c.header('Access-Control-Allow-Private-Network', 'true');
	}
	c.header('Vary', 'Origin');
	return c.body(null, 204);
}

const EXPOSED = [
	...[CONTRACT_HEADER, 'Content-Range', 'Accept-Ranges', 'ETag', 'Retry-After', 'Location', 'Content-Disposition'],
	...[
		'Upload-Offset',
		'Upload-Length',
		'Upload-Expires',
		'Tus-Resumable',
		'Tus-Version',
		'Tus-Max-Size',
		'Tus-Extension',
	],
].join(', ');

const crossOrigin = (origin: string) => ({
	'Access-Control-Allow-Origin': origin,
	'Access-Control-Allow-Credentials': 'true',
	'Access-Control-Expose-Headers': EXPOSED,
	'Cross-Origin-Resource-Policy': 'cross-origin',
});

const notFromThere = (c: Context, origin: string | undefined): Response =>
	refuse(c, {
		code: 'forbidden',
		message: `Pages of ${origin ?? 'another site'} may not use this server. Open the app at the server’s own address, or add the origin to CORS_ORIGINS.`,
	});
