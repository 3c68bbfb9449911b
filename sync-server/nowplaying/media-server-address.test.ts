import { expect, it } from 'vitest';
import { isMediaServerAddress } from './media-server-address.ts';

it.each([
	'http://192.168.1.5:32400',
	'https://media.example.org/jellyfin',
	'http://plex:32400/',
	'https://10-0-0-5.0123456789abcdef.plex.direct:32400',
	'http://[fd12:3456::5]:8096',
	'http://127.0.0.1:8096/emby',
	'http://[::1]:8096',
	'http://[::ffff:192.168.1.5]:8096',
	'http://[2a01:4f8::1]:8096',
])('%s may be a media server', (address) => expect(isMediaServerAddress(address)).toBe(true));

it.each([
	['a user name', 'http://me:secret@plex:32400'],
	['a query', 'http://plex:32400/?X-Plex-Token=1'],
	['an empty query', 'http://plex:32400/?'],
	['a fragment', 'http://plex:32400/#a'],
	['steps upwards', 'http://plex:32400/a/../b'],
	['escapes', 'http://plex:32400/%2e%2e/b'],
	['another protocol', 'file:///etc/passwd'],
	['no protocol', 'plex:32400'],
	['the address of cloud secrets', 'http://169.254.169.254/latest'],
	['that address as one number', 'http://2852039166/'],
	['that address inside IPv6', 'http://[::ffff:169.254.169.254]/'],
	['that address beside IPv6', 'http://[::169.254.169.254]/'],
	['that address, translated', 'http://[::ffff:0:169.254.169.254]/'],
	['that address behind NAT64', 'http://[64:ff9b::169.254.169.254]/'],
	['that address in a tunnel', 'http://[2002:a9fe:a9fe::1]/'],
	['that address in other digits', 'http://①⑥⑨.254.169.254/'],
	['cloud secrets at Google', 'http://[fd20:ce::254]/'],
	['cloud secrets at Alibaba', 'http://100.100.100.200/'],
	['its IPv6 form', 'http://[fd00:ec2::254]/'],
	['a link-local address', 'http://[fe80::1]:8096'],
	['the name of cloud secrets', 'http://metadata.google.internal./'],
	['nothing', ''],
])('an address with %s is refused', (_, address) => expect(isMediaServerAddress(address)).toBe(false));
