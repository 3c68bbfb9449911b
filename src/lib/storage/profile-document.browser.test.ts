import { afterEach, describe, expect, test, vi } from 'vitest';
import { DEFAULT_BATCH } from '#core/batch/batch';
import { WHOLE_FRAME } from '#core/crop/crop';
import type { Marker } from '#core/project/profile';
import { openStorage } from './open-storage.ts';
import type { ProfileDocument } from './profile-document.ts';
import type { Storage } from './storage.ts';

const MEDIA = `100-${'a'.repeat(64)}`;
const opened: Storage[] = [];

const newName = (): string => `test-${crypto.randomUUID()}`;
async function open(name = newName()): Promise<Storage> {
	const storage = await openStorage(name);
	opened.push(storage);
	return storage;
}
const newProfile = async (name = newName()): Promise<ProfileDocument> => (await open(name)).profiles.open('default');

const marker = (id: string, atS: number, paths: readonly string[] = []): Marker => ({
	id,
	media: MEDIA,
	mediaName: 'film.mp4',
	atS,
	counter: 1,
	clips: paths.map((path, n) => ({ path, inS: atS + n, outS: atS + n + 1 })),
	batch: DEFAULT_BATCH,
	crop: { base: WHOLE_FRAME, keyframes: [], interpolation: 'step' },
	seed: 7,
	label: 'a dog',
	category: 'Animal',
	destination: 'browser',
	createdAt: '2026-01-01T00:00:00.000Z',
});

afterEach(() => opened.splice(0).forEach((storage) => storage.close()));

describe('markers', () => {
	test('stand in order of time with their clips, and are kept', async () => {
		const name = newName();
		const document = await newProfile(name);
		document.putMarker(marker('late', 9, ['b_0.mp4', 'b_1.mp4']));
		document.putMarker(marker('early', 3, ['a_0.mp4']));
		expect(document.profile.markers).toEqual([
			marker('early', 3, ['a_0.mp4']),
			marker('late', 9, ['b_0.mp4', 'b_1.mp4']),
		]);
		expect((await newProfile(name)).profile).toEqual(document.profile);
	});

	test('a group that is put again has the new clips only', async () => {
		const document = await newProfile();
		document.putMarker(marker('m', 3, ['a_0.mp4', 'a_1.mp4']));
		document.putMarker({ ...marker('m', 3, ['a_1.mp4', 'a_2.mp4']), label: 'a cat' });
		expect(document.profile.markers).toEqual([{ ...marker('m', 3, ['a_1.mp4', 'a_2.mp4']), label: 'a cat' }]);
	});

	test('a person’s own changes are undone, what was made or deleted on disk is not', async () => {
		const document = await newProfile();
		const { clips, ...group } = marker('made', 1, ['a_0.mp4', 'a_1.mp4']);
		for (const clip of [...clips, ...clips]) document.recordClip(group, clip);
		expect([document.canUndo, document.profile.markers]).toEqual([false, [marker('made', 1, ['a_0.mp4', 'a_1.mp4'])]]);
		document.removeMarkers(['made', 'gone']);
		expect(document.profile.markers).toEqual([]);
		document.undo();
		expect(document.profile.markers).toEqual([marker('made', 1, ['a_0.mp4', 'a_1.mp4'])]);
		document.forgetClips('made', ['a_0.mp4']);
		expect(document.profile.markers[0]?.clips.map(({ path }) => path)).toEqual(['a_1.mp4']);
		document.forgetClips('made', ['a_1.mp4']);
		expect(document.profile.markers).toEqual([]);
	});

	test('a clip that is noted twice changes nothing the second time', async () => {
		const document = await newProfile();
		const { clips, ...group } = marker('made', 1, ['a_0.mp4']);
		document.recordClip(group, clips[0]!);
		const heard: unknown[] = [];
		document.watch().subscribe((profile) => heard.push(profile));
		await vi.waitFor(() => expect(heard).toHaveLength(1));
		document.recordClip(group, clips[0]!);
		expect(heard).toHaveLength(1);
	});
});

describe('labels', () => {
	test('the latest stands first, at most 500 are remembered', async () => {
		const document = await newProfile();
		for (let n = 0; n < 505; n += 1) document.addLabel(`label ${n}`);
		document.addLabel('label 100');
		document.addLabel('  ');
		expect(document.profile.labels.slice(0, 3)).toEqual(['label 100', 'label 504', 'label 503']);
		expect(document.profile.labels).toHaveLength(500);
		expect(document.profile.labels.at(-1)).toBe('label 5');
		document.removeLabel('label 100');
		expect(document.profile.labels[0]).toBe('label 504');
	});
});

test('files are hidden and shown, and extra folders set', async () => {
	const document = await newProfile();
	document.hide(MEDIA);
	expect(document.profile.hidden).toEqual([MEDIA]);
	document.show(MEDIA);
	expect(document.profile.hidden).toEqual([]);
	document.undo();
	expect(document.profile.hidden).toEqual([MEDIA]);
	const subprofiles = [{ id: 'a', name: 'Dogs', folderSuffix: 'dogs' }];
	document.setSubprofiles(subprofiles);
	expect(document.profile.subprofiles).toEqual(subprofiles);
});

describe('profiles', () => {
	test('know nothing of each other', async () => {
		const storage = await open();
		const [one, two] = await Promise.all([storage.profiles.open('one'), storage.profiles.open('two')]);
		one.putMarker(marker('m', 1));
		expect(two.profile.markers).toEqual([]);
		expect(await storage.profiles.open('one')).toBe(one);
		await two.flush();
		expect(await storage.profiles.names()).toEqual(['default', 'one', 'two']);
	});

	test('one that is removed is empty when it is made again, and other tabs say that it is gone', async () => {
		const name = newName();
		const [here, there] = [await open(name), await open(name)];
		(await here.profiles.open('one')).putMarker(marker('m', 1));
		const elsewhere = await there.profiles.open('one');
		await here.profiles.remove('one');
		expect(await here.profiles.names()).toEqual(['default']);
		await vi.waitFor(() => expect(elsewhere.readOnly).toBe(true));
		expect(elsewhere.problem).toContain('was removed in another tab');
		elsewhere.putMarker(marker('n', 1));
		expect((await here.profiles.open('one')).profile.markers).toEqual([]);
	});

	test('are called as they were named last, in every tab, and nothing else about them changes', async () => {
		const name = newName();
		const [here, there] = [await open(name), await open(name)];
		const one = await here.profiles.open('one');
		one.putMarker(marker('m', 1));
		const seen: unknown[] = [];
		there.profiles.watch().subscribe((list) => seen.push(list));
		await there.profiles.open('one');
		one.rename('  Holiday ');
		one.rename('   ');
		await vi.waitFor(() =>
			expect(seen.at(-1)).toEqual([
				{ id: 'default', title: 'default' },
				{ id: 'one', title: 'Holiday' },
			]),
		);
		one.undo();
		expect([one.title, one.profile.name, one.profile.markers]).toEqual(['Holiday', 'one', []]);
		await one.flush();
		here.close();
		expect((await (await open(name)).profiles.open('one')).title).toBe('Holiday');
	});

	test('tabs see each other’s changes', async () => {
		const name = newName();
		const [here, there] = [await newProfile(name), await newProfile(name)];
		here.putMarker(marker('m', 1, ['a.mp4']));
		there.addLabel('x');
		await vi.waitFor(() => expect([here.profile, there.profile]).toEqual([there.profile, here.profile]));
		expect(here.profile).toMatchObject({ labels: ['x'], markers: [{ clips: [{ path: 'a.mp4' }] }] });
	});
});
