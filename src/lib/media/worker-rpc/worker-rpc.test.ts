import { afterEach, describe, expect, test } from 'vitest';
import { connect, type Connection } from './connect.ts';
import { api } from './rehearsal.worker.ts';
import { serve } from './serve.ts';

let port: MessagePort | undefined;

/** Both ends in one thread, over a real channel: messages are cloned as they are on the way to a worker. */
function open(): { connection: Connection<typeof api>; worker: EventTarget & { terminated: boolean } } {
	const channel = new MessageChannel();
	serve(api, channel.port2);
	channel.port2.start();
	const worker = Object.assign(new EventTarget(), {
		terminated: false,
		terminate: () => {
			worker.terminated = true;
			channel.port1.close();
		},
		postMessage: (message: unknown, transfer: Transferable[] = []) => channel.port1.postMessage(message, transfer),
	});
	channel.port1.addEventListener('message', ({ data }: MessageEvent<unknown>) =>
		worker.dispatchEvent(new MessageEvent('message', { data })),
	);
	channel.port1.start();
	port = channel.port1;
	return { connection: connect<typeof api>(worker as unknown as Worker), worker };
}

const crash = (message: string): Event => Object.assign(new Event('error', { cancelable: true }), { message });

afterEach(() => port?.close());

describe('worker-rpc', () => {
	test('each call gets its own answer', async () => {
		const { connection } = open();
		expect(await Promise.all([1, 2, 3].map((value) => connection.call('double', value)))).toEqual([2, 4, 6]);
	});

	test('progress arrives in order before the answer', async () => {
		const { connection } = open();
		const seen: number[] = [];
		expect(await connection.call('count', 3, { onProgress: (n) => seen.push(n) })).toBe('counted');
		expect(seen).toEqual([1, 2, 3]);
	});

	test('an error keeps its name and message', async () => {
		const { connection } = open();
		await expect(connection.call('refuse', 'NotReadableError')).rejects.toMatchObject({
			name: 'NotReadableError',
			message: 'it is what you asked for',
		});
		await expect(connection.call('throwText', 'plain words')).rejects.toMatchObject({ message: 'plain words' });
	});

	test('a method that is not there is an error, not silence', async () => {
		const { connection } = open();
		await expect(connection.call('missing' as 'double', 1)).rejects.toThrow('no method "missing"');
	});

	test('abort rejects at once and stops the work', async () => {
		const { connection } = open();
		const abort = new AbortController();
		const before = await connection.call('stopped', null);
		const waiting = connection.call('wait', null, { signal: abort.signal });
		abort.abort();
		await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
		expect(await connection.call('stopped', null)).toBe(before + 1);
	});

	test('a call that is aborted before it starts never reaches the worker', async () => {
		const { connection } = open();
		const signal = AbortSignal.abort();
		await expect(connection.call('double', 1, { signal })).rejects.toMatchObject({ name: 'AbortError' });
	});

	test('an abort after the answer changes nothing', async () => {
		const { connection } = open();
		const abort = new AbortController();
		expect(await connection.call('double', 4, { signal: abort.signal })).toBe(8);
		abort.abort();
		expect(await connection.call('double', 5)).toBe(10);
	});

	test('a crash rejects all that is pending, and later calls', async () => {
		const { connection, worker } = open();
		const calls = [connection.call('wait', null), connection.call('wait', null)];
		worker.dispatchEvent(crash('out of memory'));
		for (const call of calls)
			await expect(call).rejects.toMatchObject({ name: 'WorkerCrashedError', message: 'out of memory' });
		expect(connection.closed).toBe(true);
		expect(worker.terminated).toBe(true);
		await expect(connection.call('double', 1)).rejects.toMatchObject({ name: 'WorkerCrashedError' });
	});

	test('a message that cannot be read counts as a crash', async () => {
		const { connection, worker } = open();
		const call = connection.call('wait', null);
		worker.dispatchEvent(new Event('messageerror'));
		await expect(call).rejects.toMatchObject({ name: 'WorkerCrashedError' });
	});

	test('terminate rejects what is pending with AbortError', async () => {
		const { connection } = open();
		const call = connection.call('wait', null);
		connection.terminate();
		await expect(call).rejects.toMatchObject({ name: 'AbortError' });
		expect(connection.closed).toBe(true);
	});

	test('buffers move both ways when asked to', async () => {
		const { connection } = open();
		const bytes = new Uint8Array(10);
		expect(await connection.call('sizeOf', bytes, { transfer: [bytes.buffer] })).toBe(10);
		expect(bytes.byteLength).toBe(0);
		expect((await connection.call('bytes', 5)).bytes).toEqual(new Uint8Array(5).fill(7));
	});

	test('what cannot be cloned is an error on either side, and the connection stays usable', async () => {
		const { connection } = open();
		await expect(connection.call('double', (() => 1) as unknown as number)).rejects.toMatchObject({
			name: 'DataCloneError',
		});
		await expect(connection.call('uncloneable', null)).rejects.toMatchObject({ name: 'DataCloneError' });
		expect(await connection.call('double', 1)).toBe(2);
	});
});
