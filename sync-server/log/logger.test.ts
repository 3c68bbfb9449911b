import { expect, test } from 'vitest';
import { createLog } from './logger.ts';

const written = (level: 'info' | 'debug', readable: boolean) => {
	const lines: string[] = [];
	return { lines, log: createLog(level, { write: (line) => void lines.push(line) }, readable) };
};

test('no secret reaches a line, wherever it stands', () => {
	for (const readable of [true, false]) {
		const { lines, log } = written('info', readable);
		const token = 'octo_3ppwk1ZNPI2xyHMJfif5CCPp-2BWaeDK';
		log.info({ headers: { authorization: `Bearer ${token}`, cookie: `octocut-0123abcd=${token}` } }, `used ${token}`);
		log.info(`GET /api/media/1/raw?dev=a&exp=1&sig=abcDEF_-123&x=1`);
		log.info({ body: { secret: 'AAAAA-BBBBB' } }, 'http://nas:8787/pair#AAAAABBBBB');
		log.error(new Error(`Cookie: __Host-octocut-0123abcd=opaque; Authorization: Bearer opaque`), 'failed');
		const all = lines.join('');
		for (const secret of [token, 'abcDEF_-123', 'AAAAA', 'opaque']) expect(all, secret).not.toContain(secret);
		expect(all).toContain('sig=***&x=1');
	}
});

test('programs get JSON, people get sentences with the cause', () => {
	const json = written('info', false);
	json.log.child({ room: 'jobs' }).warn('the queue is long');
	json.log.debug('not told');
	expect(json.lines.map((line) => JSON.parse(line) as unknown)).toEqual([
		{ level: 40, time: expect.any(Number) as number, room: 'jobs', msg: 'the queue is long' },
	]);
	const plain = written('info', true);
	plain.log.child({ room: 'jobs' }).error(new Error('disk'), 'a job failed');
	expect(plain.lines[0]).toMatch(/^\d\d:\d\d:\d\d error jobs: a job failed\nError: disk\n +at /);
});
