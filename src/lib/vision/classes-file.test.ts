import { expect, test } from 'vitest';
import { readClasses } from './classes-file.ts';

const two = [
	{ id: 0, name: 'person' },
	{ id: 1, name: 'traffic light' },
];

test.each([
	['a name a line', 'person\r\ntraffic light\r\n'],
	['numbered lines', '0: person\n1: traffic light'],
	['numbers before names', '0 person\n1 traffic light'],
	['a YAML list', 'names:\n  - person\n  - "traffic light"\n'],
	['a YAML map', 'names:\n  0: person\n  1: traffic light\n'],
	['a JSON list', '["person", "traffic light"]'],
	['a JSON map', '{"0": "person", "1": "traffic light"}'],
	['names in JSON', '{"version": 2, "names": ["person", "traffic light"]}'],
])('%s', (_, text) => {
	expect(readClasses(text)).toEqual(two);
});

test('numbers of its own are kept', () => {
	expect(readClasses('# COCO\n1 person\n17: cat')).toEqual([
		{ id: 1, name: 'person' },
		{ id: 17, name: 'cat' },
	]);
});

test.each(['', '{"a": 1}', '[1, 2', '[]'])('%j holds no names', (text) => {
	expect(readClasses(text)).toEqual([]);
});
