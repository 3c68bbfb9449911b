import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COCO_90 } from './coco-classes.ts';
import { parseClassNames } from './class-names.ts';
import { modelEntrySchema } from './model-manifest.ts';

const three = { first: 0, count: 3 };
const wanted = {
	ok: true,
	value: [
		{ id: 0, name: 'person' },
		{ id: 1, name: 'traffic light' },
		{ id: 2, name: "driver's seat" },
	],
};

describe('the same names are read from every form', () => {
	test.each([
		['names.txt', "\uFEFFPerson\r\ntraffic light\r\ndriver's seat\r\n\r\n"],
		['names', "person\ntraffic light\ndriver's seat"],
		['labelmap.txt', "# of mine\n2: driver's seat\n0: Person\n\n1 traffic light\n"],
		['a.json', `["person", "traffic light", "driver's seat"]`],
		['a.json', `{"0": "person", "2": "driver's seat", "1": "traffic light"}`],
		['a.json', `{"names": ["person", "traffic light", "driver's seat"]}`],
		['data.yaml', `path: x\nnames:\n  0: person\n  1: traffic light # red\n  2: driver's seat\nnc: 3\n`],
		['data.yml', `nc: 3\nnames:\n- person\n- "traffic light"\n- 'driver''s seat'\ntrain: a\n`],
		['data.yaml', `names: ['person', 'traffic light', "driver's seat"]\nnc: 3`],
		['data.yaml', `names: {0: person, 1: 'traffic light',\n  2: "driver's seat"}`],
	])('%s %j', (name, text) => {
		const read = parseClassNames(text, name, three);
		const sorted = read.ok ? { ok: true, value: [...read.value].sort((a, b) => a.id - b.id) } : read;
		expect(sorted).toEqual(wanted);
	});
});

test('a list is counted from the first class of the model, and names with gaps keep their numbers', () => {
	expect(parseClassNames('person\n???\ncar', 'a.txt', { first: 1, count: 3 })).toEqual({
		ok: true,
		value: [
			{ id: 1, name: 'person' },
			{ id: 3, name: 'car' },
		],
	});
	const coco = JSON.stringify(Object.fromEntries(COCO_90.map(({ id, name }) => [id, name])));
	expect(parseClassNames(coco, 'coco.json', { first: 1, count: 90 })).toEqual({ ok: true, value: COCO_90 });
});

test('a name that begins with a number is a name while not all do', () => {
	expect(parseClassNames('3 wheeler\ncar\n\n', 'a.txt', { first: 0, count: 2 })).toMatchObject({
		value: [{ id: 0, name: '3 wheeler' }, { id: 1 }],
	});
});

test('any count is taken when the model does not tell its own', () => {
	expect(parseClassNames('cat\ndog', 'a.txt', { first: 0, count: undefined })).toMatchObject({ ok: true });
});

test.each([
	['a.txt', 'cat\ndog\n', 'holds 2 names, but the model tells 3 classes apart'],
	['a.txt', 'a\nb\nc\nd', 'holds 4 names, but the model tells 3 classes apart'],
	['a.txt', 'cat', 'holds 1 name, but the model tells 3 classes apart'],
	['a.txt', '\n\n', 'holds no names'],
	['a.json', '{"1": "a", "2": "b", "3": "c"}', 'gives names to the numbers 1 to 3, but the model counts from 0 to 2'],
	['a.json', '"cat"', 'is neither a list of names nor names by number'],
	['a.json', '[{"id": 0}]', 'is neither a list of names nor names by number'],
	['a.json', '{"cat": 0}', 'is neither a list of names nor names by number'],
	['a.txt', 'cat\0dog', 'is not a text, or not one in UTF-8'],
	['a.txt', 'person\ncar\n\uFFFDcole', 'is not a text, or not one in UTF-8'],
	['a.txt', `cat\n${'dog '.repeat(100)}`, 'holds a name of 399 letters, and 200 are the most'],
	['a.txt', '1 cat\n99999 dog', 'gives a name to the number 99999, and 65535 is the highest'],
	['a.json', `{"${'9'.repeat(400)}": "cat"}`, 'gives a name to the number Infinity, and 65535 is the highest'],
	['a.yaml', 'path: x', 'has no line “names:”'],
	['a.yaml', 'names: [a, b', 'opens a bracket at “names:” and does not close it'],
	['a.yaml', 'names:\n  0: a\n  0: b\n  2: c', 'gives two names to one number'],
	['a.yaml', 'names:\n  0: a\n  b', 'numbers some of its names and others not'],
])('%s with %j is refused: %s', (name, text, why) => {
	expect(parseClassNames(text, name, three)).toEqual({ ok: false, error: why });
});

test('what is no JSON says where', () => {
	const read = parseClassNames('[1,', 'a.json', three);
	expect(!read.ok && read.error).toMatch(/^is no JSON \(.+\)$/);
});

test('10,000 names are read where the model does not tell its own, and counted where it does', () => {
	const names = Array.from({ length: 10_000 }, (_, n) => `thing ${n}`);
	const read = parseClassNames(names.join('\n'), 'a.txt', { first: 0, count: undefined });
	expect(read.ok && read.value.map(({ name }) => name)).toEqual(names);
	expect(parseClassNames(names.join('\n'), 'a.txt', three)).toEqual({
		ok: false,
		error: 'holds 10000 names, but the model tells 3 classes apart',
	});
});

test('a megabyte of one letter a line is refused, not too much', () => {
	const read = parseClassNames('a\n'.repeat(500_000), 'a.txt', three);
	expect(read).toEqual({ ok: false, error: 'gives a name to the number 499999, and 65535 is the highest' });
});

test('whatever stands in a file: names that can be kept, or a reason', () => {
	const text = fc.oneof(
		fc.string({ unit: 'binary', maxLength: 200 }),
		fc.string({
			unit: fc.constantFrom('names:', '0:', '1', ' ', '\n', '\r\n', '- ', '[', ']', '{', '}', ',', '"', "'", '#', 'a'),
		}),
		fc.json(),
	);
	const ending = fc.constantFrom('', '.txt', '.json', '.yaml', '.yml');
	const count = fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined });
	fc.assert(
		fc.property(text, ending, fc.integer({ min: 0, max: 1 }), count, (given, end, first, all) => {
			const read = parseClassNames(given, `a${end}`, { first, count: all });
			if (read.ok) expect(modelEntrySchema.shape.classes.safeParse([...read.value]).success).toBe(true);
			else expect(read.error).toMatch(/^[a-z]/);
		}),
		{ numRuns: 2000 },
	);
});
