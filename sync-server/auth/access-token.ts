import * as z from 'zod';
import type { Settings } from '../db/settings.ts';
import { newToken, sameSecret, sha256 } from './secrets.ts';

const KEY = 'access.token-hash';
const Hash = z.string().length(64);

/** Makes the token of the server anew and gives it out, this once: only its hash is kept. Devices that are paired stay so. */
export function replaceAccessToken(settings: Settings): string {
	const token = newToken();
	settings.set(KEY, sha256(token));
	return token;
}

/** Makes the token where there is none yet; undefined where there is one, which nobody can read again. */
export const ensureAccessToken = (settings: Settings): string | undefined =>
	settings.get(KEY, Hash) === undefined ? replaceAccessToken(settings) : undefined;

export function isAccessToken(settings: Settings, secret: string): boolean {
	const hash = settings.get(KEY, Hash);
	return hash !== undefined && sameSecret(sha256(secret), hash);
}
