import { BlockList, isIP } from 'node:net';

/** Names under which clouds hand out the secrets of a machine. */
const METADATA_NAMES = ['metadata', 'metadata.google.internal', 'instance-data', 'instance-data.ec2.internal'];
/** Link-local (RFC 3927, RFC 4291), and where those services listen beside it; no media server does. */
const NEVER = new BlockList();
NEVER.addSubnet('169.254.0.0', 16, 'ipv4');
NEVER.addAddress('100.100.100.200', 'ipv4');
NEVER.addAddress('168.63.129.16', 'ipv4');
NEVER.addSubnet('fe80::', 10, 'ipv6');
NEVER.addSubnet('fd00:ec2::', 32, 'ipv6');
NEVER.addSubnet('fd00:c1::', 32, 'ipv6');
NEVER.addSubnet('fd20:ce::', 32, 'ipv6');
/** Forms of IPv6 in which an address of IPv4 is hidden, and which nobody types; one that is mapped (`::ffff:0:0/96`) is looked at as what it is. */
const HIDING = new BlockList();
HIDING.addSubnet('::ffff:0:0:0', 96, 'ipv6');
HIDING.addSubnet('64:ff9b::', 96, 'ipv6');
HIDING.addSubnet('64:ff9b:1::', 48, 'ipv6');
HIDING.addSubnet('2002::', 16, 'ipv6');
HIDING.addSubnet('2001::', 32, 'ipv6');
const COMPATIBLE = /^::[0-9a-f]{1,4}:[0-9a-f]{1,4}$/;

/**
 * Whether a person may have meant this as the address of a media server: http or https, private networks included, but no user name, query
 * or fragment, no `..`, and nothing link-local.
 */
export function isMediaServerAddress(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const { protocol, username, password, search, hash, hostname } = new URL(text);
	if (!/^https?:$/.test(protocol) || username !== '' || password !== '') return false;
	if (search !== '' || hash !== '' || /[?#\\]|\/\.{1,2}(\/|$)|%/.test(text)) return false;
	const host = hostname
		.replace(/^\[|\]$/g, '')
		.replace(/\.$/, '')
		.toLowerCase();
	return isIP(host) === 0 ? !METADATA_NAMES.includes(host) : mayListenAt(host);
}

/** Whether a media server may be at an address, as a name server or a person gives it. */
export function mayListenAt(address: string): boolean {
	// A zone says only through which of our own networks.
	const bare = address.replace(/%.*$/, '');
	if (isIP(bare) === 4) return !NEVER.check(bare, 'ipv4');
	return isIP(bare) === 6 && !NEVER.check(bare, 'ipv6') && !HIDING.check(bare, 'ipv6') && !COMPATIBLE.test(bare);
}
