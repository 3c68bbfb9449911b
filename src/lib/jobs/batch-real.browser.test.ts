import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { DEFAULT_BATCH, type BatchSettings } from '#core/batch/batch';
import { planBatchExport } from '#core/batch/batch-plan';
import { WHOLE_FRAME } from '#core/crop/crop';
import { WebCodecsEngine } from '$lib/media/engines/webcodecs/index';
import { openStorage } from '$lib/storage/open-storage';
import type { Storage } from '$lib/storage/storage';
import { loadMedia, seenFrames, type Media } from '../../../tests/media/trial.ts';
import { keptTree, pathsIn, textIn } from './export-groups-fixture.ts';
import { ExportQueue, type ExportRequest } from './export-queue.ts';

/* The real engine, planner and check, from a batch to the files and lists that a trainer reads. */

const engine = new WebCodecsEngine();
const opened: { storage: Storage; queue: ExportQueue }[] = [];

afterAll(() => engine.dispose());
afterEach(async () => {
	for (const { storage, queue } of opened.splice(0)) {
		await queue.close();
		storage.close();
	}
});

async function open(media: Media): Promise<{ storage: Storage; queue: ExportQueue }> {
	const name = `test-${crypto.randomUUID()}`;
	const storage = await openStorage(name);
	const { facts, file, index } = media;
	await storage.media.put({
		fingerprint: facts.fingerprint,
		name: facts.name,
		bytes: file.size,
		lastModifiedMs: file.lastModified,
		addedAt: '2026-01-01T00:00:00.000Z',
		source: { kind: 'visit' },
		state: 'ready',
		message: '',
		facts,
	});
	if (index !== undefined) await storage.media.putFrameIndex(facts.fingerprint, index);
	storage.media.keepForVisit(facts.fingerprint, file);
	const queue = new ExportQueue({ storage, engines: [engine], lock: `${name}:exports` });
	opened.push({ storage, queue });
	return { storage, queue };
}

function requests(media: Media, settings: Partial<BatchSettings>, cursorS: number): ExportRequest[] {
	const batch: BatchSettings = {
		...DEFAULT_BATCH,
		...{ name: 'walk', folder: 'set/a', count: 3, lengthS: 2, spreadS: 0.5, shortSide: 144 },
		...settings,
	};
	const crop = {
		base: { ...WHOLE_FRAME, ratio: { width: 9, height: 16 } },
		keyframes: [],
		interpolation: 'step',
	} as const;
	const asked = { cursorS, settings: batch, track: crop, seed: 5, facts: media.facts, index: media.index, counter: 7 };
	const plan = planBatchExport({ ...asked, newId: () => crypto.randomUUID() });
	if (!plan.ok) throw new Error(plan.error);
	const { tasks, clips, root } = plan.value;
	const marker = {
		...{ id: 'm', media: media.facts.fingerprint, mediaName: media.facts.name, atS: cursorS, counter: 7, batch, crop },
		...({
			seed: 5,
			label: 'a walk',
			category: '',
			destination: 'browser',
			createdAt: '2026-01-01T00:00:00.000Z',
		} as const),
	};
	return tasks.map((task, i) => ({
		task,
		facts: [media.facts],
		engineChoice: 'auto',
		destination: { kind: 'browser' },
		notes: [],
		group: 'm',
		after: {
			profile: 'default',
			marker,
			clip: { inS: clips[i]!.inS, outS: clips[i]!.outS },
			annotation: { label: 'a walk', category: '', formats: ['json', 'txt', 'jsonl'], root },
		},
	}));
}

async function finished({ storage }: { storage: Storage }, ids: readonly string[]): Promise<void> {
	await vi.waitFor(
		async () => {
			for (const id of ids) {
				const record = await storage.jobs.get(id);
				expect([record?.job.error, record?.recorded?.trouble]).toEqual([undefined, []]);
			}
		},
		{ timeout: 50_000, interval: 100 },
	);
}

test('a batch becomes verified clips in its tree, with every frame, and its data set', async () => {
	const media = await loadMedia('h264-aac-60s.mp4');
	const tab = await open(media);
	const run = vi.spyOn(engine, 'run');
	const ids = await tab.queue.enqueue(requests(media, {}, 10));
	tab.queue.start();
	await finished(tab, ids);
	expect(run.mock.calls.map(([tasks]) => tasks.length)).toEqual([3]);
	run.mockRestore();
	const tree = await keptTree(tab.storage);
	expect(await pathsIn(tree)).toEqual([
		...['set/a/dataset.json', 'set/a/metadata.jsonl'],
		...[0, 1, 2].flatMap((n) => ['mp4', 'txt'].map((end) => `set/a/walk_007/walk_007_${n}.${end}`)),
	]);
	expect(JSON.parse((await textIn(tree, 'set/a/dataset.json')) ?? '')).toEqual(
		[0, 1, 2].map((n) => ({ path: `walk_007/walk_007_${n}.mp4`, label: 'a walk' })),
	);
	const { width, height, fps } = media.facts.video!;
	const rate = fps.num / fps.den;
	for (const [n, id] of ids.entries()) {
		const [file, record] = [await tab.queue.result(id), await tab.storage.jobs.get(id)];
		if (!file.ok) throw new Error(file.error.kind);
		const seen = await seenFrames(file.value, { ...record!.task.pieces[0]!.crop, frame: { width, height } });
		const first = Math.round((10 + n / 2) * rate);
		expect(seen.map(({ number }) => number)).toEqual(Array.from({ length: 2 * rate }, (_, i) => first + i));
	}
});

test('a folder of WebP pictures has its WAV and is replaced whole by the next export', async ({ skip }) => {
	const media = await loadMedia('h264-aac-60s.mp4');
	const [tried] = requests(media, { format: 'webp', count: 1 }, 20);
	const ability = await engine.assess([tried!.task], () => media.facts);
	skip(!ability.able, ability.able ? '' : ability.detail);
	const tab = await open(media);
	const settings = { format: 'webp', count: 1, lengthS: 1 } as const;
	const first = await tab.queue.enqueue(requests(media, { ...settings, lengthS: 1.2 }, 20));
	tab.queue.start();
	await finished(tab, first);
	const again = requests(media, settings, 20).map((asked) => ({
		...asked,
		task: { ...asked.task, output: { ...asked.task.output, overwrite: true } },
	}));
	const second = await tab.queue.enqueue(again);
	await finished(tab, second);
	const paths = await pathsIn(await keptTree(tab.storage));
	const frames = Math.round(media.facts.video!.fps.num / media.facts.video!.fps.den);
	expect(paths.filter((path) => path.endsWith('.webp'))).toHaveLength(frames);
	expect(paths).toContain('set/a/walk_007/walk_007_0.wav');
	const tree = await keptTree(tab.storage);
	expect((await textIn(tree, 'set/a/metadata.jsonl'))?.trim()).toBe(
		JSON.stringify({
			video_path: 'walk_007/walk_007_0',
			caption: 'a walk',
			audio_path: 'walk_007/walk_007_0.wav',
		}),
	);
	expect(await tab.storage.jobs.get(first[0]!)).toBeUndefined();
});
