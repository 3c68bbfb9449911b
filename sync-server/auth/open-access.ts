import type { OpenAPIHono } from '@hono/zod-openapi';
import { randomBytes } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import * as z from 'zod';
import { ok, type Result } from '#core/result';
import type { Config } from '../config.ts';
import type { Database } from '../db/open-database.ts';
import { Settings } from '../db/settings.ts';
import { ensureAccessToken } from './access-token.ts';
import { authRoutes } from './auth-routes.ts';
import { type Client, clientReader } from './client.ts';
import { Devices } from './devices.ts';
import { createGuard } from './guard.ts';
import { isLoopbackHost } from './host-names.ts';
import { LoginLimit } from './login-limit.ts';
import { reachableOrigins } from './pairing-address.ts';
import { PairingCodes } from './pairing-codes.ts';
import { welcomeText } from './welcome-text.ts';
import { createSeal, type Seal } from './seal.ts';
import { openSigningKey } from './signing-key.ts';
import { SignedAddresses } from './signed-addresses.ts';

/** Who may use the server. */
export interface Access {
	readonly guard: MiddlewareHandler;
	readonly room: OpenAPIHono;
	readonly devices: Devices;
	/** Whoever asks must sign in first. */
	readonly tokenRequired: boolean;
	/** Who asks, also where the guard does not stand. */
	readonly clientOf: (c: Context) => Client;
	/** Seals secrets of others that are kept in the database. */
	readonly seal: Seal;
	/** Where browsers find this server, best first: PUBLIC_URL, else the addresses of this machine. */
	readonly origins: () => readonly string[];
	/** What the person at the terminal is to know once the server listens on `port`: the new token, how to pair, what is wide open. */
	welcome(port: number, colours: boolean): Promise<string>;
}

export interface AccessParts {
	readonly config: Pick<Config, 'host' | 'port' | 'auth' | 'dataDir' | 'publicUrl' | 'trustProxy' | 'corsOrigins'>;
	readonly database: Database;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
}

export async function openAccess({ config, database, now = Date.now }: AccessParts): Promise<Result<Access, string>> {
	const key = await openSigningKey(config.dataDir);
	if (!key.ok) return key;
	const settings = new Settings(database);
	const loopback = isLoopbackHost(config.host);
	const tokenRequired = config.auth === 'token' || (config.auth === 'auto' && !loopback);
	const newToken = tokenRequired ? ensureAccessToken(settings) : undefined;
	const devices = new Devices(database, now);
	const codes = new PairingCodes(now);
	const signed = new SignedAddresses(key.value, now);
	const cookieName = cookieNamer(settings);
	const clientOf = clientReader(config.trustProxy);
	let { port } = config;
	const origins = () => reachableOrigins({ host: config.host, port, publicUrl: config.publicUrl });
	return ok({
		devices,
		tokenRequired,
		clientOf,
		seal: createSeal(key.value),
		origins,
		guard: createGuard({
			...{ devices, signed, cookieName, tokenRequired, loopback },
			clientOf,
			everybody: config.auth === 'none',
			publicUrl: config.publicUrl,
			corsOrigins: config.corsOrigins,
		}),
		room: authRoutes({ settings, devices, codes, limit: new LoginLimit(now), signed, cookieName, origins }),
		welcome(listening, colours) {
			port = listening;
			const lonely = tokenRequired && devices.all().length === 0;
			return welcomeText({
				token: newToken,
				code: lonely ? codes.make().code : undefined,
				origins: origins(),
				wideOpen: config.auth === 'none' && !loopback,
				colours,
			});
		},
	});
}

/** Cookies know no ports: two servers on one machine need two names. */
function cookieNamer(settings: Settings): (https: boolean) => string {
	const KEY = 'access.cookie';
	const known = settings.get(KEY, z.string().regex(/^[0-9a-f]{8}$/));
	const suffix = known ?? randomBytes(4).toString('hex');
	if (known === undefined) settings.set(KEY, suffix);
	return (https) => `${https ? '__Host-' : ''}octocut-${suffix}`;
}
