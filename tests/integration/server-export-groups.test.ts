import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
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
		await make(named('clip_001_0'), { group: 'g' }, after());
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
