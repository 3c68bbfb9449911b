import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** What cannot be a name that somebody on the internet made to point here. */
const PRIVATE_ENDINGS = ['.localhost', '.local', '.lan', '.home', '.internal', '.home.arpa'];

/** Whether a server that listens on `host` is reached from its own machine only. */
export const isLoopbackHost = (host: string): boolean =>
	host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** The name in a `Host` header or an authority, without port and brackets, in lower case. */
export function nameIn(authority: string): string {
	const name = authority.startsWith('[') ? /^\[([^\]]*)\]/.exec(authority)?.[1] : authority.replace(/:\d*$/, '');
	return (name ?? '').toLowerCase().replace(/\.$/, '');
}

/**
 * Against DNS rebinding: a page from the internet can make its own name point at this machine, and then ask under that name. Where no token
 * is asked for, only names are answered that nobody out there can own.
 */
export function isOwnName(
	authority: string,
	{ loopback, publicUrl }: { loopback: boolean; publicUrl: string | undefined },
): boolean {
	const name = nameIn(authority);
	if (publicUrl !== undefined && name === nameIn(new URL(publicUrl).host)) return true;
	if (name.endsWith('.localhost') || isLoopbackHost(name)) return true;
	if (loopback) return false;
	if (isIP(name) !== 0 || name === hostname().toLowerCase()) return true;
	return name !== '' && (!name.includes('.') || PRIVATE_ENDINGS.some((ending) => name.endsWith(ending)));
}
