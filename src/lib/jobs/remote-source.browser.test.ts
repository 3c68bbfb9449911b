import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { ok } from '#core/result';
import { WebCodecsEngine } from '$lib/media/engines/webcodecs/index';
import { readSpan } from '$lib/media/media-bytes';
import { openStorage } from '$lib/storage/open-storage';
import type { Storage } from '$lib/storage/storage';
import { RemoteStage } from '../../../tests/media/remote-stage.ts';
import { loadMedia, seenFrames, taskOf } from '../../../tests/media/trial.ts';
import { ExportQueue } from './export-queue.ts';

/* From a record of a file on a server to the finished clip, by the real engine and check. */

const NAME = 'h264-aac-60s.mp4';
const engine = new WebCodecsEngine();
const opened: { storage: Storage; queue: ExportQueue }[] = [];

afterAll(() => engine.dispose());
afterEach(async () => {
	for (const { storage, queue } of opened.splice(0)) {
		await queue.close();
		storage.close();
	}
});

async function open() {
	const [stage, { facts, index, file }] = [new RemoteStage(), await loadMedia(NAME)];
	const name = `test-${crypto.randomUUID()}`;
	const server = { addressOf: (_: string, id: string) => Promise.resolve(ok(stage.urlOf(id))), read: readSpan };
	const storage = await openStorage(name, { server });
	await storage.media.put({
		...{ fingerprint: facts.fingerprint, name: NAME, bytes: file.size, lastModifiedMs: 0, facts },
		...{ addedAt: '2026-01-01T00:00:00.000Z', state: 'ready', message: '' },
		source: { kind: 'server', server: '', mediaId: NAME },
	});
	await storage.media.putFrameIndex(facts.fingerprint, index!);
	const queue = new ExportQueue({ storage, engines: [engine], lock: `${name}:exports` });
	opened.push({ storage, queue });
	const enqueue = async (inS: number, outS: number): Promise<string> => {
		const task = taskOf({ file, facts, index }, { inS, outS }, { shortSide: 144 });
		const [id] = await queue.enqueue([
			{ task, facts: [facts], engineChoice: 'auto', destination: { kind: 'browser' }, notes: [] },
		]);
		return id!;
	};
	return { stage, storage, queue, enqueue };
}

test('a clip of a file on a server is made, checked and kept', async () => {
	const { storage, queue, enqueue } = await open();
	const id = await enqueue(10, 12);
	queue.start();
	await vi.waitFor(async () => expect((await storage.jobs.get(id))?.job.state).toBe('done'), { timeout: 50_000 });
	const clip = await queue.result(id);
	if (!clip.ok) throw new Error(clip.error.kind);
	const numbers = (await seenFrames(clip.value)).map(({ number }) => number);
	expect(numbers).toEqual(Array.from({ length: 60 }, (_, n) => 300 + n));
});

test('when the server dies, the job fails with its name, and nothing of the clip is left', async () => {
	const { stage, storage, queue, enqueue } = await open();
	await stage.rule({ diesAfterBytes: 1_500_000 });
	const id = await enqueue(2, 50);
	queue.start();
	await vi.waitFor(
		async () => {
			const record = await storage.jobs.get(id);
			expect(record?.job).toMatchObject({ state: 'failed', error: { kind: 'source-offline', subject: NAME } });
		},
		{ timeout: 50_000 },
	);
	await vi.waitFor(async () => expect(await storage.files.list(`exports/${id}`)).toEqual([]));
});
