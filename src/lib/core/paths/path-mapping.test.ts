import { describe, expect, it } from 'vitest';
import { isPathRule, mapPath, type PathRule, proposeRule } from './path-mapping.ts';

const ROOTS = [
	{ id: 'films', path: '/media/films' },
	{ id: 'tv', path: '/media/tv' },
	{ id: 'all', path: '/srv/größe' },
];
const rule = (from: string, root = 'tv', folder = ''): PathRule => ({ from, root, folder });

/** Where it lies here as "root:names", each way that is tried. */
const places = (path: string, rules: readonly PathRule[]): string[] =>
	mapPath(path, rules, ROOTS).map(({ root, names }) => `${root}:${names.join('/')}`);

const nfc = 'Amélie'.normalize('NFC');
const nfd = 'Amélie'.normalize('NFD');

describe('a path of a media server lies here', () => {
	it.each<[string, string, readonly PathRule[], readonly string[]]>([
		['below a folder', '/data/tv/Show/a.mkv', [rule('/data/tv')], ['tv:Show/a.mkv']],
		[
			'below a folder of the root',
			'/data/tv/Show/a.mkv',
			[rule('/data/tv', 'all', 'video/tv')],
			['all:video/tv/Show/a.mkv'],
		],
		['not below a name that only begins the same', '/data/tv2/a.mkv', [rule('/data/tv')], []],
		['not above', '/data/a.mkv', [rule('/data/tv')], []],
		['not in another case', '/Data/TV/a.mkv', [rule('/data/tv')], []],
		['with a slash at the end of the rule', '/data/tv/a.mkv', [rule('/data/tv/')], ['tv:a.mkv']],
		['with several slashes', '/data//tv///Show//a.mkv', [rule('//data/tv//')], ['tv:Show/a.mkv']],
		['with a dot on the way', '/data/./tv/a.mkv', [rule('/data/tv')], ['tv:a.mkv']],
		[
			'by the longest rule',
			'/data/tv/kids/a.mkv',
			[rule('/data', 'all'), rule('/data/tv/kids', 'tv', 'k'), rule('/data/tv')],
			['tv:k/a.mkv'],
		],
		[
			'by both rules of a length',
			'/data/tv/a.mkv',
			[rule('/data/tv'), rule('/data/tv', 'all')],
			['tv:a.mkv', 'all:a.mkv'],
		],
		['by a rule for everything', '/x/a.mkv', [rule('/', 'all')], ['all:x/a.mkv']],
		['never upwards', '/data/tv/../../etc/passwd', [rule('/data/tv')], []],
		['never upwards in the middle', '/data/tv/Show/../a.mkv', [rule('/data/tv')], []],
		[
			'never upwards behind backslashes',
			'/data/tv/Show\\..\\..\\a.mkv',
			[rule('/data/tv')],
			['tv:Show\\..\\..\\a.mkv'],
		],
		['nowhere with a NUL', '/data/tv/a\0.mkv', [rule('/data/tv')], []],
		['nowhere when it does not begin at the top', 'data/tv/a.mkv', [rule('/data/tv')], []],
		['nowhere when it is empty', '', [rule('/')], []],
		['nowhere when it is an address', 'http://tuner/stream', [rule('/')], []],
		['by a rule of a drive', 'F:\\TV\\Show\\a.mkv', [rule('F:\\TV')], ['tv:Show/a.mkv']],
		['by a drive in another case', 'f:\\tv\\Show\\a.mkv', [rule('F:\\TV\\')], ['tv:Show/a.mkv']],
		['by a whole drive', 'D:\\a.mkv', [rule('D:\\')], ['tv:a.mkv']],
		['by a drive without its slash', 'D:\\a.mkv', [rule('D:')], ['tv:a.mkv']],
		['by a drive with slashes', 'F:/TV/Show/a.mkv', [rule('F:\\TV')], ['tv:Show/a.mkv']],
		['by a drive with both', 'F:\\TV/Show\\a.mkv', [rule('F:/TV')], ['tv:Show/a.mkv']],
		['not on another drive', 'G:\\TV\\a.mkv', [rule('F:\\TV')], []],
		['not beside a folder of a drive', 'F:\\TV2\\a.mkv', [rule('F:\\TV')], []],
		['never upwards on a drive', 'F:\\TV\\..\\a.mkv', [rule('F:\\TV')], []],
		['nowhere relative to a drive', 'F:TV\\a.mkv', [rule('F:\\')], []],
		['by a share', '\\\\nas\\media\\tv\\a.mkv', [rule('\\\\nas\\media')], ['tv:tv/a.mkv']],
		['by a share in another case', '\\\\NAS\\Media\\TV\\a.mkv', [rule('\\\\nas\\media\\tv')], ['tv:a.mkv']],
		['by a share written as an address', '\\\\nas\\media\\tv\\a.mkv', [rule('smb://nas/media/tv')], ['tv:a.mkv']],
		['by an address of a share', 'smb://nas/media/tv/a.mkv', [rule('\\\\nas\\media\\tv')], ['tv:a.mkv']],
		['by an address with a user', 'smb://me:pw@nas/media/a.mkv', [rule('smb://nas/media')], ['tv:a.mkv']],
		['not on another share', '\\\\nas\\other\\a.mkv', [rule('\\\\nas\\media')], []],
		['not on another host', '\\\\nas2\\media\\a.mkv', [rule('\\\\nas\\media')], []],
		['by a long path of a drive', '\\\\?\\F:\\TV\\a.mkv', [rule('F:\\TV')], ['tv:a.mkv']],
		['by a long path of a share', '\\\\?\\UNC\\nas\\media\\a.mkv', [rule('\\\\nas\\media')], ['tv:a.mkv']],
		['by a volume of macOS', '/Volumes/Media/TV/a.mkv', [rule('/Volumes/Media/TV')], ['tv:a.mkv']],
		['by a volume of macOS, in its case only', '/volumes/media/TV/a.mkv', [rule('/Volumes/Media')], []],
		[
			'with backslashes left behind',
			'/data/tv\\Show\\a.mkv',
			[rule('/data')],
			['tv:tv\\Show\\a.mkv', 'tv:tv/Show/a.mkv'],
		],
		['with a backslash in a name', '/data/tv/AC\\DC.mkv', [rule('/data/tv')], ['tv:AC\\DC.mkv', 'tv:AC/DC.mkv']],
		['with accents put together', `/data/${nfd}/a.mkv`, [rule(`/data/${nfc}`)], ['tv:a.mkv']],
		['with accents split off', `/data/${nfc}/a.mkv`, [rule(`/data/${nfd}`)], ['tv:a.mkv']],
		['with accents in any case on a drive', 'F:\\ÄRZTE\\a.mkv', [rule('f:\\ärzte')], ['tv:a.mkv']],
		['with spaces', '/data/my tv/A Show /a b.mkv', [rule('/data/my tv')], ['tv:A Show /a b.mkv']],
		['with quotes', `/data/tv/It's "a" show/a'b.mkv`, [rule('/data/tv')], [`tv:It's "a" show/a'b.mkv`]],
		[
			'with signs that mean something elsewhere',
			'/data/tv/100% [4K] #1 & more?.mkv',
			[rule('/data/tv')],
			['tv:100% [4K] #1 & more?.mkv'],
		],
		['in Japanese', '/data/映画/七人の侍.mkv', [rule('/data/映画')], ['tv:七人の侍.mkv']],
		['as an emoji', '/data/🎬/a.mkv', [rule('/data/🎬')], ['tv:a.mkv']],
		['at the same place', '/media/tv/Show/a.mkv', [], ['tv:Show/a.mkv']],
		['at the same place beside a rule', '/media/tv/a.mkv', [rule('/media', 'all')], ['all:tv/a.mkv', 'tv:a.mkv']],
		['at the same place with split accents', `/srv/${'größe'.normalize('NFD')}/a.mkv`, [], ['all:a.mkv']],
		['not beside a root', '/media/tv2/a.mkv', [], []],
		['not at the same place on a drive', 'C:\\media\\tv\\a.mkv', [], []],
		['as the root itself', '/data/tv', [rule('/data/tv')], ['tv:']],
		['by no rule that makes no sense', '/data/tv/a.mkv', [rule('tv'), rule('../data')], []],
	])('%s', (_, path, rules, expected) => {
		expect(places(path, rules)).toEqual(expected);
	});
});

it('a rule leads neither upwards nor nowhere', () => {
	expect(isPathRule(rule('/data', 'tv', 'a/b'))).toBe(true);
	expect(isPathRule(rule('F:\\', 'tv'))).toBe(true);
	for (const folder of ['../x', 'a/../b', './a', 'a\0b']) expect(isPathRule(rule('/data', 'tv', folder))).toBe(false);
	for (const from of ['data', 'F:data', '/data/../x', '']) expect(isPathRule(rule(from))).toBe(false);
});

describe('a rule is proposed from one file that is found', () => {
	const here = (root: string, path: string) => ({ root, names: path.split('/') });
	it.each<[string, string, string, string, string | undefined]>([
		['in the root itself', '/data/tv', '/data/tv/Show/a.mkv', 'Show/a.mkv', ''],
		['in a folder of it', '/data/tv', '/data/tv/Show/S1/a.mkv', 'video/series/Show/S1/a.mkv', 'video/series'],
		['of a drive', 'F:\\TV', 'F:\\TV\\Show\\a.mkv', 'tv/show/A.mkv', 'tv'],
		['of a share', 'smb://nas/m', '\\\\nas\\m\\a.mkv', 'x/a.mkv', 'x'],
		['with accents split off', '/d', `/d/${nfd}/a.mkv`, `${nfc}/a.mkv`, ''],
		['only when the folders are the same', '/data/tv', '/data/tv/Show/a.mkv', 'Other/a.mkv', undefined],
		['only in the case of the disk', '/data/tv', '/data/tv/Show/a.mkv', 'show/a.mkv', undefined],
		['only of a file in the location', '/data/tv', '/data/films/a.mkv', 'a.mkv', undefined],
	])('%s', (_, location, sample, path, folder) => {
		const expected = folder === undefined ? undefined : { from: location, root: 'tv', folder };
		expect(proposeRule(location, sample, here('tv', path))).toEqual(expected);
	});
});
