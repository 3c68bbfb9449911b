import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitCsv } from '../formats/csv.ts';
import { present, type Result } from '../result.ts';
import { csvList } from './csv-list.ts';
import { foldersAbove, pathBelow, type DatasetEntry, type DatasetList } from './dataset-entry.ts';
import { jsonLines } from './json-lines.ts';
import { jsonList } from './json-list.ts';

const lists: readonly DatasetList[] = [jsonList, jsonLines, csvList];

const entry = (path: string, label: string, extra: Partial<DatasetEntry> = {}): DatasetEntry => ({
	path,
	label,
	category: '',
	...extra,
});

function valueOf<T>(result: Result<T, unknown>): T {
	if (!result.ok) throw new Error(JSON.stringify(result.error));
	return result.value;
}
const upserted = (list: DatasetList, text: string | undefined, entries: readonly DatasetEntry[]): string =>
	present(valueOf(list.upsert(text, entries)), 'a text');

/** What a list says, read by other means than its own. */
function said(list: DatasetList, text: string): [string, string][] {
	if (list === csvList) {
		const [header = [], ...rows] = splitCsv(text).map(({ fields }) => fields);
		return rows.map((row) => [row[header.indexOf('file_name')] ?? '', row[header.indexOf('text')] ?? '']);
	}
	const values = (
		list === jsonList
			? JSON.parse(text)
			: text
					.split('\n')
					.filter(Boolean)
					.map((line) => JSON.parse(line) as unknown)
	) as Record<string, string>[];
	return values.map((value) => [value['path'] ?? value['video_path'] ?? '', value['label'] ?? value['caption'] ?? '']);
}

const label = fc
	.oneof(
		fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
		fc.constantFrom(
			'a, "quoted" dog\nruns',
			"it's 10 % faster\r\n\ttoo",
			'走る犬 🐕',
			' edges ',
			'"',
			',',
			'\u2028',
			'=1+1',
		),
	)
	.filter((text) => text.trim() !== '' && !text.includes('\0'));
const path = fc.nat(30).map((n) => `clip_${n}/clip_${n}_0.mp4`);
const entries = fc.uniqueArray(
	fc.tuple(path, label).map(([p, l]) => entry(p, l)),
	{
		maxLength: 8,
		selector: (e) => e.path,
	},
);

describe.each(lists)('$fileName', (list) => {
	test('says what was put last about each path, in the order the paths came', () => {
		fc.assert(
			fc.property(fc.array(entries, { maxLength: 5 }), (rounds) => {
				let text: string | undefined;
				const expected = new Map<string, string>();
				for (const round of rounds) {
					text = valueOf(list.upsert(text, round));
					for (const e of round) expected.set(e.path, e.label);
				}
				expect(text === undefined ? [] : said(list, text)).toEqual([...expected]);
			}),
			{ seed: 1 },
		);
	});

	test('putting the same again changes no byte', () => {
		fc.assert(
			fc.property(entries, (all) => {
				const text = valueOf(list.upsert(undefined, all));
				expect(text === undefined ? undefined : valueOf(list.upsert(text, all))).toBe(text);
			}),
			{ seed: 2 },
		);
	});

	test('without a path says the rest as before', () => {
		fc.assert(
			fc.property(entries, path, (all, gone) => {
				const text = upserted(list, '', all);
				const rest = all.filter((e) => e.path !== gone).map((e): [string, string] => [e.path, e.label]);
				expect(said(list, valueOf(list.remove(text, [gone])))).toEqual(rest);
			}),
			{ seed: 3 },
		);
	});

	test('a clip without words has no entry, and loses the one it had; a category alone is worth one', () => {
		expect(valueOf(list.upsert(undefined, [entry('a.mp4', ' ')]))).toBeUndefined();
		const text = upserted(list, undefined, [entry('a.mp4', 'a'), entry('b.mp4', '', { category: 'Music' })]);
		expect(said(list, text)).toEqual([
			['a.mp4', 'a'],
			['b.mp4', ''],
		]);
		expect(text).toContain('Music');
		expect(said(list, upserted(list, text, [entry('a.mp4', '')]))).toEqual([['b.mp4', '']]);
	});

	test('the same path written another way is the same clip', () => {
		const text = upserted(list, undefined, [entry('.\\a\\b.mp4', 'one')]);
		const again = upserted(list, text, [entry('a/b.mp4', 'two')]);
		expect(said(list, again)).toEqual([['.\\a\\b.mp4', 'two']]);
		expect(said(list, valueOf(list.remove(again, ['a/b.mp4'])))).toEqual([]);
	});

	test('a mark at the start, as Windows programs write it, does not count', () => {
		const text = `\ufeff${upserted(list, undefined, [entry('a.mp4', 'a')])}`;
		expect(said(list, upserted(list, text, [entry('b.mp4', 'b')]))).toHaveLength(2);
	});
});

describe('what others wrote', () => {
	test('fields and entries of dataset.json that are not ours stay', () => {
		const text = JSON.stringify([
			{ path: '/abs/x.mp4', label: 'x', fps: 24 },
			'remark',
			{ path: 'a.mp4', label: 'old', score: { of: 'mine' } },
			{ path: 'a.mp4', label: 'twice' },
		]);
		expect(JSON.parse(upserted(jsonList, text, [entry('a.mp4', 'new', { category: 'Animal' })]))).toEqual([
			{ path: '/abs/x.mp4', label: 'x', fps: 24 },
			'remark',
			{ path: 'a.mp4', label: 'new', score: { of: 'mine' }, category: 'Animal' },
		]);
	});

	test('dataset.json is indented by two and ends with a line break', () => {
		expect(upserted(jsonList, undefined, [entry('a.mp4', 'Ünïcode 🐕')])).toBe(
			'[\n  {\n    "path": "a.mp4",\n    "label": "Ünïcode 🐕"\n  }\n]\n',
		);
	});

	test('lines of metadata.jsonl that are no JSON stay as they are', () => {
		const text = '# remark\n{"video_path":"a.mp4","caption":"old","fps":24}\n{"video_pa';
		expect(upserted(jsonLines, text, [entry('a.mp4', 'new', { soundPath: 'a.wav' })])).toBe(
			'# remark\n{"video_path":"a.mp4","caption":"new","fps":24,"audio_path":"a.wav"}\n{"video_pa\n',
		);
	});

	test('columns of metadata.csv that are not ours stay where they are', () => {
		const text = 'id,text,file_name,constructor\r\n1,old,a.mp4,me\r\n2,"b ""b""",b.mp4,\r\n';
		const next = upserted(csvList, text, [entry('a.mp4', 'new, too', { category: 'Tool' }), entry('c.mp4', 'c')]);
		expect(next).toBe(
			'id,text,file_name,constructor,category\r\n1,"new, too",a.mp4,me,Tool\r\n2,"b ""b""",b.mp4,,\r\n,c,c.mp4,,\r\n',
		);
	});

	test.for([
		[jsonList, '{"path": "a.mp4"}', 'not a list'],
		[jsonList, '[{"path": "a.mp4"', ''],
		[csvList, 'name,words\na.mp4,a\n', 'file_name'],
		[csvList, 'file_name,text\na.mp4,"never closed\n', 'line 2'],
	] as const)('%# a list that cannot be read says why and is not written', ([list, text, why]) => {
		for (const result of [list.upsert(text, [entry('a.mp4', 'a')]), list.remove(text, ['a.mp4'])]) {
			expect(result).toMatchObject({ ok: false, error: { kind: 'unreadable' } });
			expect(result.ok ? '' : result.error.why).toContain(why);
		}
	});
});

test('paths are told from the folder of the list', () => {
	expect(pathBelow('', 'a/b/c.mp4')).toBe('a/b/c.mp4');
	expect(pathBelow('a', 'a/b/c.mp4')).toBe('b/c.mp4');
	expect(pathBelow('ab', 'a/b/c.mp4')).toBeUndefined();
	expect(foldersAbove('a/b/c.mp4')).toEqual(['', 'a', 'a/b']);
	expect(foldersAbove('c.mp4')).toEqual(['']);
});
