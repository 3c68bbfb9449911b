import { afterEach, expect, test, vi } from 'vitest';
import { closeTabs, engineOfMany, openTab, writeBytes, writeEach } from './export-queue-fixture.ts';
import { batchRequests, keptTree, pathsIn, textIn } from './export-groups-fixture.ts';

afterEach(closeTabs);

test('some files of a group go with their entries and jobs, the others stay', async () => {
	const { queue, storage } = await openTab(writeBytes, { engines: [engineOfMany(writeEach)] });
	const ids = await queue.enqueue(batchRequests({ count: 3, formats: ['json', 'txt'] }));
	queue.start();
	await vi.waitFor(async () => {
		for (const id of ids) expect(await storage.jobs.get(id)).toHaveProperty('recorded');
	});
	const profile = await storage.profiles.open('default');
	const [marker] = profile.profile.markers;
	const only = [1, 2].map((n) => `walk/clip_001/clip_001_${n}.mp4`);
	expect(await queue.deleteGroup(marker!, { only })).toEqual({ ok: true, value: undefined });
	const tree = await keptTree(storage);
	expect((await pathsIn(tree)).sort()).toEqual([
		'walk/clip_001/clip_001_0.mp4',
		'walk/clip_001/clip_001_0.txt',
		'walk/dataset.json',
	]);
	expect(JSON.parse((await textIn(tree, 'walk/dataset.json')) ?? '')).toHaveLength(1);
	expect(profile.profile.markers.map(({ clips }) => clips.map(({ path }) => path))).toEqual([
		['walk/clip_001/clip_001_0.mp4'],
	]);
	expect((await storage.jobs.all()).map(({ task }) => task.output.name)).toEqual(['clip_001_0']);
});

test('a file that became complete while its group was being deleted goes too', async () => {
	const { queue, storage, until } = await openTab(writeBytes, { engines: [engineOfMany(writeEach)] });
	const [id = ''] = await queue.enqueue(batchRequests({ count: 1 }));
	const waiting = await storage.jobs.all();
	queue.start();
	await until(id, 'done');
	await vi.waitFor(async () => expect((await storage.jobs.get(id))?.recorded).toEqual({ trouble: [] }));
	const [marker] = (await storage.profiles.open('default')).profile.markers;
	vi.spyOn(storage.jobs, 'all').mockResolvedValueOnce(waiting);
	expect(await queue.deleteGroup({ ...marker!, clips: [] })).toEqual({ ok: true, value: undefined });
	expect((await pathsIn(await keptTree(storage))).filter((path) => path.endsWith('.mp4'))).toEqual([]);
});
