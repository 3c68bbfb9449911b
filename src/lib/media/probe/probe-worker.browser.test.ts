import { afterEach, describe, expect, test, vi } from 'vitest';
import { ProbeWorker, StalledError } from './probe-worker.ts';

/** Workers from text: the real one does not crash on demand. */
const scripted = (script: string): Worker => new Worker(URL.createObjectURL(new Blob([script])));
const real = (): Worker => new Worker(new URL('./probe.worker.ts', import.meta.url), { type: 'module' });
const request = { file: new Blob(['not a film']), name: 'letter.txt' };

const opened: ProbeWorker[] = [];
function open(create: () => Worker, options: { idleMs?: number; stallMs?: number } = {}): ProbeWorker {
	const worker = new ProbeWorker({ create, ...options });
	opened.push(worker);
	return worker;
}

afterEach(() => opened.splice(0).forEach((worker) => worker.close()));

describe('ProbeWorker', () => {
	test('one worker serves call after call', async () => {
		const create = vi.fn(real);
		const worker = open(create);
		const answers = await Promise.all([1, 2, 3].map(() => worker.call('inspect', request)));
		expect(answers.map((answer) => answer.ok)).toEqual([false, false, false]);
		expect(create).toHaveBeenCalledTimes(1);
	});

	test('a crash ends the call by name, and the next one has a fresh worker', async () => {
		const workers = [scripted('onmessage = () => { throw new Error("bad luck") }'), real()];
		const worker = open(() => workers.shift()!);
		await expect(worker.call('inspect', request)).rejects.toMatchObject({ name: 'WorkerCrashedError' });
		expect(await worker.call('inspect', request)).toMatchObject({ ok: false, error: { kind: 'not-recognised' } });
	});

	test('a worker that hangs is ended, and those who wait are served by a fresh one', async () => {
		const workers = [scripted('onmessage = () => { for (;;); }'), real()];
		// The fresh one has to start within it, on a busy machine too.
		const worker = open(() => workers.shift()!, { stallMs: 3000 });
		const [stuck, waiting] = [worker.call('inspect', request), worker.call('inspect', request)];
		await expect(stuck).rejects.toBeInstanceOf(StalledError);
		expect(await waiting).toMatchObject({ ok: false, error: { kind: 'not-recognised' } });
	});

	test('signs of life keep a slow call going', async () => {
		const worker = open(
			() =>
				scripted(`onmessage = ({ data: { id } }) => {
					let n = 0;
					setInterval(() => postMessage(++n < 8 ? { kind: 'progress', id, progress: { share: n / 8 } } : { kind: 'done', id, value: 'slow' }), 300);
				}`),
			{ stallMs: 2000 },
		);
		expect(await worker.call('inspect', request)).toBe('slow');
	});

	test('abort frees the one who waits while another call is under way', async () => {
		const worker = open(() => scripted('onmessage = () => undefined'), { stallMs: 5000 });
		const abort = new AbortController();
		const first = worker.call('inspect', request);
		first.catch(() => undefined);
		const second = worker.call('inspect', request, { signal: abort.signal });
		abort.abort();
		await expect(second).rejects.toMatchObject({ name: 'AbortError' });
		worker.close();
		await expect(first).rejects.toMatchObject({ name: 'AbortError' });
	});

	test('an idle worker is ended, and started again when needed', async () => {
		const create = vi.fn(real);
		const worker = open(create, { idleMs: 30 });
		await worker.call('inspect', request);
		await vi.waitFor(() => expect(worker.running).toBe(false));
		await worker.call('inspect', request);
		expect(create).toHaveBeenCalledTimes(2);
	});
});
