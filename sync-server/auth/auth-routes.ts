import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import {
	listDevices,
	makePairingCode,
	pairDevice,
	renameDevice,
	revokeDevice,
	signAddress,
	signOut,
	type Device,
} from '#contract/access';
import { apiRoom } from '../api-room.ts';
import type { Settings } from '../db/settings.ts';
import { refuse } from '../errors/api-errors.ts';
import { toOpenApi } from '../open-api.ts';
import { isAccessToken } from './access-token.ts';
import type { DeviceRow, Devices } from './devices.ts';
import { deviceName } from './device-name.ts';
import type { LoginLimit } from './login-limit.ts';
import { pairingAddress, qrSvg } from './pairing-address.ts';
import type { PairingCodes } from './pairing-codes.ts';
import { deviceIdOf } from './request-device.ts';
import { showCode } from './secrets.ts';
import type { SignedAddresses } from './signed-addresses.ts';

/** The longest that browsers keep a cookie, in seconds. */
const COOKIE_S = 400 * 24 * 3600;

export interface AuthParts {
	readonly settings: Settings;
	readonly devices: Devices;
	readonly codes: PairingCodes;
	readonly limit: LoginLimit;
	readonly signed: SignedAddresses;
	readonly cookieName: (https: boolean) => string;
	/** Where other devices find the server; never empty. */
	readonly origins: () => readonly string[];
}

/** Signing devices in and out. */
export function authRoutes(parts: AuthParts): OpenAPIHono {
	const { settings, devices, codes, limit, signed } = parts;
	const room = apiRoom();
	const noSuch = (c: Context) =>
		refuse(c, { code: 'not_found', message: 'There is no such device any more.' }) as never;
	const secure = (c: Context): boolean => c.get('client')?.https ?? false;

	room.openapi(toOpenApi(pairDevice), (c) => {
		const address = c.get('client')?.address ?? '';
		const waitS = limit.waitS(address);
		if (waitS > 0) {
			const message = `Too many wrong codes. Wait ${inWords(waitS)}, then try again.`;
			return refuse(c, { code: 'too_many_requests', message }, { 'Retry-After': String(waitS) }) as never;
		}
		const { secret, as, name } = c.req.valid('json');
		// Both are looked at, so that the time does not tell which of them it nearly was.
		if (![codes.take(secret), isAccessToken(settings, secret)].includes(true)) {
			limit.failed(address);
			const message =
				'This code is wrong, was used before or is more than ten minutes old. Make a new one and try again.';
			return refuse(c, { code: 'not_signed_in', message }) as never;
		}
		limit.succeeded(address);
		const { device, token } = devices.add({ name: name ?? deviceName(c.req.header('User-Agent')), kind: as });
		if (as === 'cookie') writeCookie(c, token);
		c.header('Cache-Control', 'no-store');
		return c.json({ device: shown(device, device.id), ...(as === 'bearer' ? { token } : {}) }, 200);
	});

	room.openapi(toOpenApi(listDevices), (c) => {
		c.header('Cache-Control', 'no-store');
		return c.json({ devices: devices.all().map((row) => shown(row, deviceIdOf(c))) }, 200);
	});

	room.openapi(toOpenApi(renameDevice), (c) => {
		const row = devices.rename(c.req.valid('param').id, c.req.valid('json').name);
		return row === undefined ? noSuch(c) : c.json(shown(row, deviceIdOf(c)), 200);
	});

	room.openapi(toOpenApi(revokeDevice), (c) => {
		const { id } = c.req.valid('param');
		if (!devices.remove(id)) return noSuch(c);
		if (id === deviceIdOf(c)) dropCookie(c);
		return c.json({ removed: true as const }, 200);
	});

	room.openapi(toOpenApi(signOut), (c) => {
		devices.remove(deviceIdOf(c));
		dropCookie(c);
		return c.json({ signedOut: true as const }, 200);
	});

	room.openapi(toOpenApi(makePairingCode), async (c) => {
		const { code, expiresAt } = codes.make();
		const addresses = parts.origins().map((origin) => pairingAddress(origin, code));
		c.header('Cache-Control', 'no-store');
		return c.json(
			{
				code: showCode(code),
				addresses,
				expiresAt: new Date(expiresAt).toISOString(),
				qrSvg: await qrSvg(addresses[0] ?? ''),
			},
			200,
		);
	});

	room.openapi(toOpenApi(signAddress), (c) => {
		const address = signed.sign(c.req.valid('json').path, deviceIdOf(c));
		if (address === undefined) {
			const message = 'Only addresses of media files, of pictures of items and of the socket are signed.';
			return refuse(c, { code: 'invalid_request', message }) as never;
		}
		c.header('Cache-Control', 'no-store');
		return c.json({ path: address.path, expiresAt: new Date(address.expiresAt).toISOString() }, 200);
	});

	function writeCookie(c: Context, token: string): void {
		const https = secure(c);
		setCookie(c, parts.cookieName(https), token, {
			...{ httpOnly: true, sameSite: 'Lax', path: '/', maxAge: COOKIE_S, secure: https },
		});
	}

	function dropCookie(c: Context): void {
		const https = secure(c);
		deleteCookie(c, parts.cookieName(https), { path: '/', secure: https });
	}
	return room;
}

const shown = (row: DeviceRow, asking: string): Device => ({
	id: row.id,
	name: row.name,
	kind: row.kind,
	createdAt: new Date(row.createdAt).toISOString(),
	lastSeenAt: new Date(row.lastSeenAt).toISOString(),
	current: row.id === asking,
});

const inWords = (seconds: number): string =>
	seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
