import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { err, ok, type Result } from '#core/result';
import { isAddressOrNet } from '../auth/client.ts';

/** What is nobody's machine on the internet (IANA registries of special-purpose addresses). */
const INSIDE_V4 = [
	...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
	...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
	...['224.0.0.0/4', '240.0.0.0/4'],
];
/** Only 2000::/3 is the internet; in it, these are not, or carry an address of IPv4 that could be anybody's. */
const OUTSIDE_V6 = '2000::/3';
const INSIDE_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

export interface ResolvedAddress {
	readonly address: string;
	readonly family: 4 | 6;
}

export type Resolve = (name: string) => Promise<readonly ResolvedAddress[]>;

const system: Resolve = async (name) =>
	(await lookup(name, { all: true, verbatim: true })).map(({ address, family }) => ({
		address,
		family: family === 6 ? 6 : 4,
	}));

/** Where the server may send to: the internet, and what its owner allows beside it. */
export class OutsideAddresses {
	readonly #allowed: BlockList;
	readonly #names: ReadonlySet<string>;
	readonly #resolve: Resolve;

	/** `allow`: addresses, nets and names (WEBHOOK_ALLOW). */
	constructor(allow: readonly string[], resolve: Resolve = system) {
		const nets = allow.filter(isAddressOrNet);
		this.#allowed = netsOf(nets);
		this.#names = new Set(allow.filter((entry) => !isAddressOrNet(entry)).map((name) => name.toLowerCase()));
		this.#resolve = resolve;
	}

	/** An address as it stands in a URL, that is refused whatever a name server says. */
	isRefused(url: URL): boolean {
		const host = hostOf(url);
		if (isIP(host) !== 0) return !this.#isOpen(host);
		return !this.#names.has(host) && (host === 'localhost' || host.endsWith('.localhost'));
	}

	/** Where `url` leads: every address of its name, all of them checked. Connect to these and to no other: asked again, the name could say something else. */
	async resolve(url: URL): Promise<Result<readonly ResolvedAddress[], 'unknown' | 'refused'>> {
		const host = hostOf(url);
		if (this.isRefused(url)) return err('refused');
		if (isIP(host) !== 0) return ok([{ address: host, family: isIPv6(host) ? 6 : 4 }]);
		let found: readonly ResolvedAddress[];
		try {
			found = await this.#resolve(host);
		} catch (thrown) {
			if (thrown instanceof Error && 'code' in thrown) return err('unknown');
			throw thrown;
		}
		if (found.length === 0) return err('unknown');
		if (this.#names.has(host) || found.every(({ address }) => this.#isOpen(address))) return ok(found);
		return err('refused');
	}

	#isOpen(address: string): boolean {
		return has(this.#allowed, address) || isOutside(address);
	}
}

/** On the internet, and not within a network of somebody, on this machine or nowhere. */
export function isOutside(address: string): boolean {
	if (isIP(address) === 0) return false;
	return isIPv6(address) ? has(outsideV6, address) && !has(insideV6, address) : !has(insideV4, address);
}

/** Without the brackets of IPv6 and the dot of the root. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();

function netsOf(entries: readonly string[]): BlockList {
	const nets = new BlockList();
	for (const entry of entries) {
		const [address = '', prefix] = entry.split('/');
		const family = isIPv6(address) ? 'ipv6' : 'ipv4';
		if (prefix === undefined) nets.addAddress(address, family);
		else nets.addSubnet(address, Number(prefix), family);
	}
	return nets;
}

/** A zone says only through which of our own networks. */
const has = (nets: BlockList, address: string): boolean =>
	nets.check(address.replace(/%.*$/, ''), isIPv6(address) ? 'ipv6' : 'ipv4');
const insideV4 = netsOf(INSIDE_V4);
const insideV6 = netsOf(INSIDE_V6);
const outsideV6 = netsOf([OUTSIDE_V6]);
