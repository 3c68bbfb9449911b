import { afterEach, expect, test } from 'vitest';
import { connect, type Connection } from './connect.ts';

type Api = typeof import('./rehearsal.worker.ts').api;

let connection: Connection<Api>;
const open = (): Connection<Api> =>
	(connection = connect<Api>(new Worker(new URL('./rehearsal.worker.ts', import.meta.url), { type: 'module' })));

afterEach(() => connection.terminate());

test('a real worker answers, reports and moves its bytes', async () => {
	const seen: number[] = [];
	open();
	expect(await connection.call('count', 2, { onProgress: (n) => seen.push(n) })).toBe('counted');
	expect(seen).toEqual([1, 2]);
	expect((await connection.call('bytes', 3)).bytes).toEqual(new Uint8Array(3).fill(7));
});

test('an error of a real worker keeps its name', async () => {
	await expect(open().call('refuse', 'QuotaExceededError')).rejects.toMatchObject({ name: 'QuotaExceededError' });
});

test('abort reaches a real worker', async () => {
	open();
	const abort = new AbortController();
	const waiting = connection.call('wait', null, { signal: abort.signal });
	await connection.call('double', 1);
	abort.abort();
	await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
	expect(await connection.call('stopped', null)).toBe(1);
});

test('a real crash rejects all that is pending', async () => {
	open();
	const [waiting, crashing] = [connection.call('wait', null), connection.call('crash', 'the worker fell over')];
	await expect(waiting).rejects.toMatchObject({ name: 'WorkerCrashedError' });
	await expect(crashing).rejects.toThrow('the worker fell over');
	expect(connection.closed).toBe(true);
});

test('a worker that cannot be loaded is a crash', async () => {
	connection = connect<Api>(new Worker(new URL('/no-such-worker.js', location.href), { type: 'module' }));
	await expect(connection.call('double', 1)).rejects.toMatchObject({ name: 'WorkerCrashedError' });
});
