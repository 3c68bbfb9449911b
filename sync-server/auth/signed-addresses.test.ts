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
