import { expect, test } from 'vitest';
import { SignedAddresses } from './signed-addresses.ts';

test('the list of a film that is played live opens its pieces, and those of no other film or quality', () => {
	const signed = new SignedAddresses(Buffer.alloc(32, 1), () => 1e12);
	const list = signed.sign('/api/media/abc-1/live/low/index.m3u8?v=7', 'phone')!.path;
	const query = list.slice(list.indexOf('?'));
	for (const piece of ['init.mp4', '0.m4s', '17.m4s'])
		expect(signed.verify(`/api/media/abc-1/live/low/${piece}${query}`)).toBe('phone');
	for (const other of ['abc-1/live/medium/0.m4s', 'abc-2/live/low/0.m4s', 'abc-1/raw', 'abc-1/live/low/a/b'])
		expect(signed.verify(`/api/media/${other}${query}`)).toBeUndefined();
	expect(signed.verify(`/api/media/abc-1/live/low/0.m4s${query.replace('v=7', 'v=8')}`)).toBeUndefined();
});

test('pictures of items are shown by media tags; nothing else of a source is', () => {
	const signed = new SignedAddresses(Buffer.alloc(32, 1), () => 1e12);
	const picture = signed.sign('/api/sources/plex/items/41/poster?width=320', 'phone')!.path;
	expect(signed.verify(picture)).toBe('phone');
	expect(signed.verify(picture.replace('/41/', '/42/'))).toBeUndefined();
	for (const path of [
		'/api/sources',
		'/api/sources/plex/paths',
		'/api/sources/plex/test',
		'/api/sources/a/b/items/1/poster',
	])
		expect(signed.sign(path, 'phone')).toBeUndefined();
});
