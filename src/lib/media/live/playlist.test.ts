import { expect, test } from 'vitest';
import { pieceAt, readPlaylist } from './playlist.ts';

const URL_OF_LIST = 'http://server/api/media/7/live/low/index.m3u8?sig=x';
const text = [
	'#EXTM3U',
	'#EXT-X-VERSION:7',
	'#EXT-X-MAP:URI="init.mp4?sig=x"',
	'#EXTINF:4.096000,',
	'0.m4s?sig=x',
	'#EXTINF:1.500000,',
	'1.m4s?sig=x',
	'#EXT-X-ENDLIST',
	'',
].join('\n');

test('a list tells where each piece is and when it is on', () => {
	expect(readPlaylist(text, URL_OF_LIST)).toEqual({
		headUrl: 'http://server/api/media/7/live/low/init.mp4?sig=x',
		pieces: [
			{ url: 'http://server/api/media/7/live/low/0.m4s?sig=x', startS: 0, endS: 4.096 },
			{ url: 'http://server/api/media/7/live/low/1.m4s?sig=x', startS: 4.096, endS: 5.596 },
		],
		durationS: 5.596,
	});
});

test('what is no list, has no head, no length, or no end, is none', () => {
	for (const wrong of [
		'<!doctype html>',
		text.replace('#EXT-X-MAP', '#EXT-X-MOP'),
		text.replace('#EXTINF:1.500000,', ''),
		text.replace('#EXT-X-ENDLIST', ''),
		'#EXTM3U\n#EXT-X-MAP:URI="a"\n#EXT-X-ENDLIST',
	])
		expect(readPlaylist(wrong, URL_OF_LIST)).toBeUndefined();
});

test('a time belongs to the piece that is on then, one outside to the nearest', () => {
	const list = readPlaylist(text, URL_OF_LIST)!;
	expect([-1, 0, 4.09, 4.096, 5.5, 99].map((timeS) => pieceAt(list, timeS))).toEqual([0, 0, 0, 1, 1, 1]);
});
