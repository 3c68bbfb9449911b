import * as z from 'zod';
import { ApiError } from './api-error.ts';
import { defineRoute } from './route.ts';

/** A browser or program that may use the server. */
export const Device = z
	.object({
		id: z.string(),
		/** Given by the person, or read from what the browser says it is. */
		name: z.string(),
		/** How it proves itself: by the cookie of a browser, or by a token that it keeps. */
		kind: z.enum(['cookie', 'bearer']),
		createdAt: z.iso.datetime(),
		/** To the minute. */
		lastSeenAt: z.iso.datetime(),
		/** The one that asks. */
		current: z.boolean(),
	})
	.readonly();
export type Device = z.infer<typeof Device>;

const deviceName = z.string().trim().min(1).max(64);
const deviceParams = z.object({ id: z.string().min(1).max(64) });

/** Turns a pairing code or the server's token into a device: a cookie for the server's own pages, a token of its own for all others. */
export const pairDevice = defineRoute({
	method: 'post',
	path: '/api/auth/pair',
	summary: 'Signs a device in by a pairing code or by the token of the server',
	body: z.object({
		/** The token, or a code; case, spaces and dashes of a code do not matter. */
		secret: z.string().trim().min(1).max(200),
		as: z.enum(['cookie', 'bearer']),
		name: deviceName.optional(),
	}),
	replies: {
		200: z
			.object({
				device: Device,
				/** Only for `bearer`, and only this once: the server keeps its hash. */
				token: z.string().optional(),
			})
			.readonly(),
		401: ApiError,
		403: ApiError,
		429: ApiError,
	},
});

export const listDevices = defineRoute({
	method: 'get',
	path: '/api/auth/devices',
	summary: 'The devices that are signed in',
	replies: { 200: z.object({ devices: z.array(Device).readonly() }).readonly() },
});

export const renameDevice = defineRoute({
	method: 'patch',
	path: '/api/auth/devices/{id}',
	summary: 'Gives a device another name',
	params: deviceParams,
	body: z.object({ name: deviceName }),
	replies: { 200: Device, 404: ApiError },
});

/** Works at once, also on what the device has open. */
export const revokeDevice = defineRoute({
	method: 'delete',
	path: '/api/auth/devices/{id}',
	summary: 'Signs a device out for good',
	params: deviceParams,
	replies: { 200: z.object({ removed: z.literal(true) }).readonly(), 404: ApiError },
});

export const signOut = defineRoute({
	method: 'post',
	path: '/api/auth/sign-out',
	summary: 'Signs out the device that asks',
	replies: { 200: z.object({ signedOut: z.literal(true) }).readonly() },
});

export const PairingCode = z
	.object({
		/** For typing: "7K2QM-XH4TR". */
		code: z.string(),
		/** Opens the app and pairs it: the code is in its fragment, which no server ever sees. */
		addresses: z.array(z.url()).readonly(),
		expiresAt: z.iso.datetime(),
		/** The first address as a QR code, an SVG. */
		qrSvg: z.string(),
	})
	.readonly();
export type PairingCode = z.infer<typeof PairingCode>;

/** Works once, for ten minutes. */
export const makePairingCode = defineRoute({
	method: 'post',
	path: '/api/auth/codes',
	summary: 'Makes a code by which one more device signs in',
	replies: { 200: PairingCode },
});

/** Media tags and sockets cannot send a token: they get an address that proves itself, for one path and a short time. */
export const signAddress = defineRoute({
	method: 'post',
	path: '/api/auth/sign',
	summary: 'Signs an address of a media file or of the socket',
	body: z.object({
		/** From the root, with its query: `/api/media/3f…/stream?quality=low`. */
		path: z
			.string()
			.max(500)
			.regex(
				/^\/api\/(media\/|captures\/|sources\/[^/]+\/items\/|socket(\?|$))[^\s#\\]*$/,
				'must be the path of a media file, a capture, a picture of an item or of the socket',
			),
	}),
	replies: {
		200: z.object({ path: z.string(), expiresAt: z.iso.datetime() }).readonly(),
		400: ApiError,
	},
});
