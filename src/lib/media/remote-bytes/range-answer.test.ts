import { expect, test } from 'vitest';
import { failureText } from '#core/failure';
import { sourceFailure } from '#core/media/source-failure';
import { judgeAnswer, rangeHeader } from './range-answer.ts';

const wanted = { start: 100, end: 200 };
const file = { size: 1000, version: '"one"' };

const judge = (status: number, headers: Record<string, string> = {}, of: typeof file | object = file) =>
	judgeAnswer({ status, header: (name) => headers[name] ?? null }, wanted, of);
const part = (range: string, etag = '"one"') => ({ 'Content-Range': range, ETag: etag });

const failureOf = (work: () => unknown): string => {
	try {
		work();
	} catch (thrown) {
		if (!(thrown instanceof DOMException)) throw thrown;
		return failureText(sourceFailure(thrown.name, 'a.mp4', thrown.message)!);
	}
	return 'no failure';
};

test('the part asked for is taken', () => {
	expect(rangeHeader(wanted)).toBe('bytes=100-199');
	expect(judge(206, part('bytes 100-199/1000'))).toEqual({ kind: 'good', version: '"one"', size: 1000 });
});

test('a server that does not name the state of the file is believed', () => {
	expect(judge(206, { 'Content-Range': 'bytes 100-199/1000' })).toMatchObject({ kind: 'good', version: null });
});

test('a part that ends with the file is shorter', () => {
	expect(judge(206, part('bytes 100-149/150'), {})).toMatchObject({ kind: 'good', size: 150 });
});

test('an empty file has no part', () => {
	expect(judge(416, part('bytes */0'), {})).toMatchObject({ kind: 'good', size: 0 });
});

test.each([
	[401, 'readdress'],
	[403, 'readdress'],
	[429, 'again'],
	[502, 'again'],
	[503, 'again'],
] as const)('status %d: %s', (status, kind) => expect(judge(status)).toEqual({ kind }));

test.each([
	[404, {}, /is not where it was/],
	[410, {}, /is not where it was/],
	[412, {}, /has changed/],
	[416, part('bytes */50'), /has changed/],
	[206, part('bytes 100-199/1001'), /has changed/],
	[206, part('bytes 100-199/1000', '"two"'), /has changed/],
	[200, {}, /in parts: it sends the whole file at once\. Download it/],
	[302, {}, /in parts: it answers with status 302\./],
	[206, {}, /in parts: it does not tell which part it sends\./],
	[206, part('bytes 0-99/1000'), /in parts: it sends another part than was asked for\./],
	[206, part('bytes 100-149/1000'), /in parts: it sends another part than was asked for\./],
])('status %d with %o is refused with a sentence', (status, headers, words) => {
	expect(failureOf(() => judge(status, headers))).toMatch(words);
});
