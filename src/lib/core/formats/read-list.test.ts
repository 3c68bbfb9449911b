import JSON5 from 'json5';
import { describe, expect, test, vi } from 'vitest';
import { detectListFormat } from './list-format.ts';
import { MAX_LIST_SPANS, readList, type ReadListOptions } from './read-list.ts';

const OPTIONS: ReadListOptions = {
	fileName: 'list.txt',
	media: { id: 'open', name: 'film.mp4', startS: 0, endS: 60 },
	fps: { num: 30, den: 1 },
};
const read = (text: string, options: Partial<ReadListOptions> = {}) => {
	const result = readList(text, { ...OPTIONS, ...options });
	if (!result.ok) throw new Error(result.error);
	return result.value;
};

const TWELVE = [
	[0.901, 6.573],
	[8.242, 11.912],
	[15.215, 20.02],
	[23.457, 29.563],
	[32.332, 37.004],
	[40.874, 44.344],
	[6.34, 7.207],
	[12.579, 15.916],
	[20.721, 23.323],
	[26.693, 28.328],
	[37.204, 38.171],
	[41.842, 44.144],
];

describe('the twelve cuts', () => {
	const edges = (value: ReturnType<typeof read>) => value.spans.map(({ inS, outS }) => [inS, outS]);
	test('as CSV come in the order of the list', () => {
		const value = read(`# IN,OUT (seconds)\n${TWELVE.map((pair) => pair.join(',')).join('\n')}\n`);
		expect(value).toMatchObject({ format: 'csv', skipped: [], notes: [] });
		expect(edges(value)).toEqual(TWELVE);
	});
	test('as a log with commas too', () => {
		const moments = TWELVE.flat().map((timeS) => `00:00:${timeS.toFixed(3).padStart(6, '0')},`);
		const value = read(moments.join('\n'), { fileName: 'mpv.log' });
		expect(value).toMatchObject({ format: 'log', skipped: [], notes: [] });
		expect(edges(value)).toEqual(TWELVE);
	});
});

describe('the end of the file', () => {
	test('closes an odd last moment', () => {
		expect(read('00:00:01.000\n00:00:02.000\n00:00:50.500').spans).toMatchObject([
			{ outS: 2 },
			{ inS: 50.5, outS: 60 },
		]);
	});
	test('an odd last moment after it is left out', () => {
		expect(read('00:01:10.000').skipped).toEqual([
			{ line: 1, reason: 'it starts at 0:01:10.000, after the end of the file (0:01:00.000)' },
		]);
	});
	test('a cut that runs past it ends there, and that is told', () => {
		const value = read('1,2\n59,70\n80,90\n-3,2');
		expect(value.spans.map(({ inS, outS }) => [inS, outS])).toEqual([
			[1, 2],
			[59, 60],
		]);
		expect(value.notes).toEqual([
			{ line: 2, reason: 'OUT 0:01:10.000 is after the end of the file, so the cut ends at 0:01:00.000' },
		]);
		expect(value.skipped.map(({ line }) => line)).toEqual([3, 4]);
	});
	test('milliseconds that rounding put after it are not worth a word', () => {
		expect(read('1,60.0004').notes).toEqual([]);
	});
});

describe('files that a list names', () => {
	const llc = (name: string) => `{version: 2, mediaFileName: '${name}', cutSegments: [{start: 1, end: 2}]}`;
	const others = [{ id: 'other', name: 'Other.MP4', startS: 10, endS: 30 }];
	test('an unknown one alone is taken for the open file, with a note', () => {
		const value = read(llc('else.mp4'));
		expect(value.spans).toMatchObject([{ media: 'open', inS: 1 }]);
		expect(value.notes).toEqual([{ line: 0, reason: 'the list is of “else.mp4”; its cuts are put on “film.mp4”' }]);
	});
	test('a known one gets its cuts on its own timeline', () => {
		const value = read(llc('other.mp4'), { others });
		expect(value).toMatchObject({ spans: [{ media: 'other', inS: 11, outS: 12 }], notes: [] });
	});
	test('in a list of several, cuts of unknown files are left out', () => {
		const event = (n: number, name: string) =>
			`00${n}  AX V C 00:00:01:00 00:00:02:00 00:00:00:00 00:00:01:00\n* FROM CLIP NAME: ${name}`;
		const value = read(['TITLE: x', event(1, 'film.mp4'), event(2, 'lost.mp4'), event(3, 'OTHER.mp4')].join('\n'), {
			others,
		});
		expect(value.spans.map(({ media }) => media)).toEqual(['open', 'other']);
		expect(value.skipped).toEqual([{ line: 4, reason: 'it is of “lost.mp4”, which is not in the library' }]);
	});
});

describe('brackets in words and remarks', () => {
	test.each([`'${'['.repeat(99)}'`, `"\\"${'{'.repeat(99)}"`, `1 /* ${'['.repeat(99)} */`, `2 // ${'{'.repeat(99)}\n`])(
		'are no depth: %s',
		(odd) => {
			const value = read(`{version: 2, cutSegments: [{start: 1, end: 2}], odd: ${odd}}`, { fileName: 'a.llc' });
			expect(value.spans).toMatchObject([{ inS: 1, outS: 2 }]);
		},
	);
});

describe('words longer than a person can write here', () => {
	const long = `${'n'.repeat(119)}😀${'n'.repeat(1_000_000)}`;
	test('are cut off at a whole character, and that is told by line', () => {
		const value = read(`1,2,${long}\n3,4,${'n'.repeat(120)}\n5,6,a,${long}\n`, { fileName: 'a.csv' });
		expect(value.spans.map(({ name, tags }) => [name.length, tags?.[0]?.length])).toEqual([
			[119, undefined],
			[120, undefined],
			[1, 119],
		]);
		const reason = 'its name or a tag is longer than 120 characters and was cut off there';
		expect(value.notes).toEqual([
			{ line: 1, reason },
			{ line: 3, reason },
		]);
	});
	test('in a list without lines are told by the name', () => {
		const value = read(`{version: 2, cutSegments: [{start: 1, end: 2, name: '${long}'}]}`, { fileName: 'a.llc' });
		expect(value.spans[0]?.name).toBe('n'.repeat(119));
		expect(value.notes[0]?.reason).toMatch(/^“n{60}”: its name or a tag is longer/u);
	});
});

describe('a cut of two lines that is left out', () => {
	test('is told with both', () => {
		expect(read('0:50\n0:40\n2:00\n2:01').skipped).toEqual([
			{ line: 1, reason: 'OUT 0:40 is not after IN 0:50 (its OUT on line 2 is left out with it)' },
			{
				line: 3,
				reason:
					'it starts at 0:02:00.000, after the end of the file (0:01:00.000) (its OUT on line 4 is left out with it)',
			},
		]);
	});
});

describe('what is no list is refused with a sentence', () => {
	const refusal = (text: string, fileName = 'x.bin') => {
		const result = readList(text, { ...OPTIONS, fileName });
		return result.ok ? '' : result.error;
	};
	test('bytes, prose and nothing', () => {
		expect(refusal('\0\0\0 ftypisom')).toContain('“x.bin” is not a text');
		expect(refusal('Dear all,\nthe weather is fine.', 'letter.txt')).toContain('no list that is known here');
		expect(refusal('  \n', '')).toBe('The text is empty. Choose a list of cuts.');
	});
	test('a hundred megabytes', () => {
		const text = '00:00:01.000\n'.repeat(8_000_000);
		expect(refusal(text, 'huge.log')).toBe(
			'“huge.log” has 104 MB; a list of cuts has at most 20. Choose another file, or split it.',
		);
	});
	test('brackets by the million, before anything is parsed', () => {
		const parsers = [vi.spyOn(JSON5, 'parse'), vi.spyOn(JSON, 'parse')];
		for (const deep of ['['.repeat(5_000_000), `{cutSegments: ${'[{a:'.repeat(33)}`, `// "\n${'['.repeat(65)}`]) {
			expect(refusal(deep, 'deep.llc')).toBe(
				'“deep.llc” is nested more than 64 levels deep, so it is no LosslessCut project. Choose another file.',
			);
		}
		for (const parse of parsers) expect(parse).not.toHaveBeenCalled();
		vi.restoreAllMocks();
	});
	test('more lines than anyone cuts', () => {
		expect(refusal('0:00 x\n'.repeat(200_001), '')).toContain('The text has more than 200000 lines');
	});
	// Where each blank is looked at from every other one, this takes many minutes: no machine is too busy to tell.
	test('long blanks are read once', { timeout: 60_000 }, () => {
		expect(refusal(`1,${' '.repeat(1_000_000)}x\n${'\t'.repeat(1_000_000)}`)).toBeDefined();
	});
	test('more cuts than a person makes are cut off where the report says', () => {
		const value = read('1,2\n'.repeat(MAX_LIST_SPANS + 5));
		expect(value.spans).toHaveLength(MAX_LIST_SPANS);
		expect(value.skipped).toEqual([
			{
				line: 10_001,
				reason: 'the list has 10005 cuts: the first 10000 were read, the rest from here on was left out',
			},
		]);
	});
	test('a report is as long as a person reads', () => {
		expect(read(`1,2\n${'x,y\n'.repeat(2000)}`, { fileName: 'a.csv' }).skipped).toHaveLength(501);
	});
});

describe('the format is told by what stands in it', () => {
	test.each([
		['00:00:01.000,\n00:00:02.000,\n', 'a.txt', 'log'],
		['12.5\n13\n', '', 'log'],
		['1,2\n3,4\n', '', 'csv'],
		['Start,End,Name\n0:01,0:02,a\n', '', 'csv'],
		['5,,\n', 'a.csv', 'csv'],
		['5,\n', 'a.csv', 'csv'],
		['1;2;a\n', '', 'csv'],
		['0:00 Intro\n1:00 Middle, and more\n', '', 'youtube'],
		['Chapters:\n\n0:00 Intro\n1:00 Middle\n', 'a.txt', 'youtube'],
		['1\n00:00:01,000 --> 00:00:02,000\nHi\n', '', 'srt'],
		['TITLE: x\nFCM: NON-DROP FRAME\n', '', 'edl'],
		['{version: 2, cutSegments: []}', '', 'llc'],
		['{"OTIO_SCHEMA": "Timeline.1"}', 'a.llc', 'otio'],
		['{"files": [], "clips": []}', '', 'osp'],
		['{ broken', 'a.osp', 'osp'],
		['{}', 'a.json', null],
		['rubbish', 'a.log', 'log'],
		['rubbish', 'a.osp', null],
		['rubbish', 'a.csv', 'csv'],
	] as const)('%j in %j is %s', (text, fileName, format) => {
		expect(detectListFormat(text, fileName)).toBe(format);
	});
});
