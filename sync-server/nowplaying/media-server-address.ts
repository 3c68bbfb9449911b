import { isIP } from 'node:net';

/** Names under which clouds hand out the secrets of a machine. */
const METADATA_NAMES = ['metadata', 'metadata.google.internal', 'instance-data', 'instance-data.ec2.internal'];
/** Link-local (RFC 3927, RFC 4291): where those services listen; no media server does. */
const LINK_LOCAL = /^(169\.254\.|::ffff:169\.254\.|::ffff:a9fe:|fe[89ab][0-9a-f]:|fd00:ec2:)/;

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
	return isIP(host) === 0 ? !METADATA_NAMES.includes(host) : !LINK_LOCAL.test(host);
}
