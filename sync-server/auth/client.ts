import type { Context } from 'hono';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** Who is at the other end of a request, as far as can be believed. */
export interface Client {
	/** Without a zone; empty where there is no socket (tests). */
	readonly address: string;
	/** The person's connection is encrypted. */
	readonly https: boolean;
	/** As the person's browser named the server, with the port. */
	readonly host: string;
	/** Something says that it passed the request on. */
	readonly forwarded: boolean;
}

/** Any of these says that the request came through a proxy, whoever wrote it. */
const FORWARDED = [
	'forwarded',
	'x-forwarded-for',
	'x-forwarded-host',
	'x-forwarded-proto',
	'x-real-ip',
	'via',
] as const;

/** Reads requests; headers of proxies count only when they come from one of `trusted` (addresses, or nets such as 10.0.0.0/8). */
export function clientReader(trusted: readonly string[]): (c: Context) => Client {
	const proxies = new BlockList();
	for (const entry of trusted) {
		const [address = '', prefix] = entry.split('/');
		if (isIP(address) === 0) continue;
		if (prefix === undefined) proxies.addAddress(address, family(address));
		else proxies.addSubnet(address, Number(prefix), family(address));
	}
	const isProxy = (address: string): boolean => isIP(address) !== 0 && proxies.check(address, family(address));

	return (c) => {
		const header = (name: string): string | undefined => c.req.header(name);
		const peer = plain((c.env as { incoming?: IncomingMessage } | undefined)?.incoming?.socket.remoteAddress ?? '');
		const forwarded = FORWARDED.some((name) => header(name) !== undefined);
		const url = new URL(c.req.url);
		const host = header('Host') ?? url.host;
		const direct = { address: peer, https: url.protocol === 'https:', host, forwarded };
		if (!isProxy(peer)) return direct;
		// From the last, which our proxy wrote, to the first that no proxy of ours vouches for.
		const hops = (header('X-Forwarded-For') ?? '').split(',').map((hop) => plain(hop.trim()));
		const address = [...hops].reverse().find((hop) => isIP(hop) !== 0 && !isProxy(hop)) ?? peer;
		return {
			address,
			https: last(header('X-Forwarded-Proto')) === 'https',
			host: last(header('X-Forwarded-Host')) ?? host,
			forwarded,
		};
	};
}

/** Whether `entry` is an address or a net that TRUST_PROXY understands. */
export function isAddressOrNet(entry: string): boolean {
	const [address = '', prefix, ...more] = entry.split('/');
	if (isIP(address) === 0 || more.length > 0) return false;
	return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIPv6(address) ? 128 : 32));
}

const family = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');
/** IPv4 that arrives on an IPv6 socket; a zone says nothing to others. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
const last = (list: string | undefined): string | undefined => list?.split(',').at(-1)?.trim().toLowerCase();
