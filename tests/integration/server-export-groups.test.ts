import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ServerJob } from '../../src/lib/contract/jobs.ts';
import { DEFAULT_BATCH } from '../../src/lib/core/batch/batch.ts';
import { WHOLE_FRAME } from '../../src/lib/core/crop/crop.ts';
import type { AfterExport } from '../../src/lib/core/export/after-export.ts';
import type { ExportTask } from '../../src/lib/core/export/export-task.ts';
import { clip, needFilms, server, source } from './export-server.ts';

needFilms('no-audio.mp4');

describe('a group', () => {
	const after = (more: Partial<NonNullable<AfterExport['annotation']>> = {}): AfterExport => ({
		profile: 'Default',
		marker: {
			...{ id: 'm1', media: source('no-audio.mp4').facts.fingerprint, mediaName: 'no-audio.mp4', atS: 0, counter: 1 },
			...{
				batch: DEFAULT_BATCH,
				crop: { base: WHOLE_FRAME, keyframes: [], interpolation: 'step' },
				seed: 1,
				label: 'a walk',
				category: '',
			},
			...{ destination: 'browser', createdAt: new Date(0).toISOString() },
		},
		clip: { inS: 0, outS: 1 },
		annotation: {
			label: 'a walk',
			category: '',
			formats: ['json', 'txt', 'jsonl', 'csv', 'tar'],
			root: 'set',
			...more,
		},
	});

	test('is noted in the profile and in every list, and deleted from all of them', async () => {
		const { make, made, removed, exportDir, app } = await server();
		const task = clip('no-audio.mp4', 0, 5);
		const named = (name: string): ExportTask => ({ ...task, output: { ...task.output, name, folder: 'set/clip_001' } });
		const first = await make(named('clip_001_0'), { group: 'g' }, after());
		await make(named('clip_001_1'), { group: 'g' }, after());
		expect(made.map(({ profile, marker, clip: { path } }) => [profile, marker, path])).toEqual([
			['Default', 'm1', 'set/clip_001/clip_001_0.mp4'],
			['Default', 'm1', 'set/clip_001/clip_001_1.mp4'],
		]);
		const list = JSON.parse(readFileSync(join(exportDir, 'set/dataset.json'), 'utf8')) as unknown;
		expect(list).toEqual([
			{ path: 'clip_001/clip_001_0.mp4', label: 'a walk' },
			{ path: 'clip_001/clip_001_1.mp4', label: 'a walk' },
		]);
		expect(readFileSync(join(exportDir, 'set/clip_001/clip_001_0.txt'), 'utf8')).toBe('a walk');
		const [shard = ''] = readdirSync(join(exportDir, 'set')).filter((name) => name.endsWith('.tar'));
		const inside = execFileSync('tar', ['-tf', join(exportDir, 'set', shard)], { encoding: 'utf8' })
			.trim()
			.split('\n');
		expect(inside.filter((name) => name.endsWith('.mp4'))).toEqual(['clip_001_0.mp4', 'clip_001_1.mp4']);

		const ask = async (path: string): Promise<unknown> =>
			(await app.request(`/api/exports/${first.job.id}/${path}`)).json();
		const written = [
			...['set/clip_001/clip_001_0.txt', `set/${shard}`],
			...['set/dataset.json', 'set/metadata.jsonl', 'set/metadata.csv'],
		];
		expect(await ask('files')).toEqual({
			files: [{ path: 'set/clip_001/clip_001_0.mp4', bytes: first.result.bytes }],
			beside: written.map((path) => ({ path, bytes: statSync(join(exportDir, path)).size })),
		});
		expect(await ask('file?beside=set%2Fdataset.json')).toEqual(list);
		expect(await ask('file?beside=set%2Fclip_001%2Fclip_001_1.txt')).toMatchObject({ code: 'gone' });

		const reply = await app.request('/api/exports/groups/g', { method: 'DELETE' });
		expect(await reply.json()).toEqual({ removed: 2, trouble: [] });
		expect(removed.sort()).toEqual(['set/clip_001/clip_001_0.mp4', 'set/clip_001/clip_001_1.mp4']);
		expect(JSON.parse(readFileSync(join(exportDir, 'set/dataset.json'), 'utf8'))).toEqual([]);
		expect(readdirSync(join(exportDir, 'set')).sort()).toEqual(['dataset.json', 'metadata.csv', 'metadata.jsonl']);
		expect((await app.request('/api/exports/groups/g', { method: 'DELETE' })).status).toBe(404);
	});

	test('loses only what is asked for, when the rest is to stay', async () => {
		const { make, removed, exportDir, app, queue } = await server();
		const task = clip('no-audio.mp4', 0, 5);
		const named = (name: string): ExportTask => ({ ...task, output: { ...task.output, name, folder: 'set/clip_001' } });
		for (const n of [0, 1, 2]) await make(named(`clip_001_${n}`), { group: 'm1' }, after({ formats: ['json'] }));
		const query = [0, 2].map((n) => `only=${encodeURIComponent(`set/clip_001/clip_001_${n}.mp4`)}`).join('&');
		const reply = await app.request(`/api/exports/groups/m1?${query}`, { method: 'DELETE' });
		expect(await reply.json()).toEqual({ removed: 2, trouble: [] });
		expect(removed.sort()).toEqual(['set/clip_001/clip_001_0.mp4', 'set/clip_001/clip_001_2.mp4']);
		expect(readdirSync(join(exportDir, 'set/clip_001'))).toEqual(['clip_001_1.mp4']);
		const list = JSON.parse(readFileSync(join(exportDir, 'set/dataset.json'), 'utf8')) as unknown;
		expect(list).toEqual([{ path: 'clip_001/clip_001_1.mp4', label: 'a walk' }]);
		expect(queue.list({ group: 'm1' })).toHaveLength(1);
	});
});

test('asked for again under its id, an export is the same one, whatever became of it', async () => {
	const { post, queue, ended, exportDir } = await server();
	const id = crypto.randomUUID();
	const body = { items: [{ id, task: clip('no-audio.mp4', 0, 5) }], destination: 'server' };
	const ask = async (): Promise<ServerJob[]> => ((await (await post(body)).json()) as { jobs: ServerJob[] }).jobs;
	expect(await ask()).toMatchObject([{ id, state: 'queued' }]);
	expect(await ask()).toMatchObject([{ id }]);
	expect((await ended(id)).state).toBe('done');
	expect(await ask()).toMatchObject([{ id, state: 'done' }]);
	expect(queue.list()).toHaveLength(1);
	expect(readdirSync(exportDir).filter((name) => name.endsWith('.mp4'))).toHaveLength(1);
});

test('another export by an id that is known is refused with a sentence, and makes nothing', async () => {
	const { post, queue, ended, exportDir } = await server();
	const id = crypto.randomUUID();
	const task = clip('no-audio.mp4', 0, 5);
	const other = clip('no-audio.mp4', 5, 9);
	const items = (...tasks: readonly ExportTask[]) => tasks.map((one) => ({ id, task: one }));
	expect((await post({ items: items(task), destination: 'server' })).status).toBe(202);
	const refusal = {
		code: 'conflict',
		message: 'Another export is kept there in its place. Remove this one from the list and export again.',
		details: { ids: [id] },
	};
	for (const body of [
		{ items: items(other), destination: 'server' },
		{ items: items(task), destination: 'download' },
		{ items: items(task, other), destination: 'server' },
	]) {
		const reply = await post(body);
		expect(reply.status).toBe(409);
		expect(await reply.json()).toMatchObject(refusal);
	}
	expect((await ended(id)).state).toBe('done');
	const late = await post({
		items: [...items(other), { id: crypto.randomUUID(), task: other }],
		destination: 'server',
	});
	expect(late.status).toBe(409);
	// The same two times in one request is one; keys in another order make no other.
	const turned = Object.fromEntries(Object.entries(task).reverse()) as unknown as ExportTask;
	expect((await post({ items: items(task, turned), destination: 'server' })).status).toBe(202);
	expect(queue.list()).toHaveLength(1);
	expect(readdirSync(exportDir).filter((name) => name.endsWith('.mp4'))).toHaveLength(1);
});

test('an id of other work of the server is refused', async () => {
	const { post, queue } = await server();
	const id = crypto.randomUUID();
	queue.enqueue([{ id, kind: 'transcode', lane: 'background', title: 'other', payload: {} }]);
	const reply = await post({ items: [{ id, task: clip('no-audio.mp4', 0, 5) }], destination: 'server' });
	expect(reply.status).toBe(409);
});
