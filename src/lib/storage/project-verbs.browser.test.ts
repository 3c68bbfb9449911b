import { Dexie } from 'dexie';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { DEFAULT_BATCH } from '#core/batch/batch';
import { encodeSeries, type CameraPath } from '#core/crop/camera-path';
import { WHOLE_FRAME } from '#core/crop/crop';
import type { CropTrack } from '#core/crop/crop-track';
import { DEFAULT_FILM } from '#core/film/film';
import { openStorage } from './open-storage.ts';
import type { ProjectDocument } from './project-document.ts';
import type { Storage } from './storage.ts';

const MEDIA = `100-${'a'.repeat(64)}`;
const CROP = { ...WHOLE_FRAME, zoom: 2 };
const opened: Storage[] = [];

const newName = (): string => `test-${crypto.randomUUID()}`;
async function newProject(name = newName()): Promise<ProjectDocument> {
	const storage = await openStorage(name);
	opened.push(storage);
	return storage.projects.current();
}
const times = (document: ProjectDocument): number[] => document.project.crops[MEDIA]?.keyframes.map((k) => k.atS) ?? [];

afterEach(() => opened.splice(0).forEach((storage) => storage.close()));

describe('crop keyframes', () => {
	test('stand in order of time; the same instant is replaced', async () => {
		const document = await newProject();
		document.setKeyframe(MEDIA, { atS: 4, crop: CROP });
		document.setKeyframe(MEDIA, { atS: 1.5, crop: CROP });
		document.setKeyframe(MEDIA, { atS: 4.0009, crop: { ...CROP, zoom: 3 } });
		expect(document.project.crops[MEDIA]).toEqual({
			base: WHOLE_FRAME,
			interpolation: 'step',
			keyframes: [
				{ atS: 1.5, crop: CROP },
				{ atS: 4.0009, crop: { ...CROP, zoom: 3 } },
			],
		});
	});

	test('give way to camera paths, which are set and taken back as one', async () => {
		const document = await newProject();
		const path = (id: string, inS: number, outS: number): CameraPath => ({
			...{ id, inS, outS, style: 'steady', labels: ['person'], picks: [{ atS: inS, x: 0.5, y: 0.25 }], fixes: [] },
			...{ x: encodeSeries([0.1, 0.2, 0.3]), y: encodeSeries([0.5, 0.5, 0.5]) },
		});
		const [a, b] = [path('a', 1, 2), path('b', 4, 5)];
		document.setCameraPaths(MEDIA, [b, a]);
		expect(document.project.crops[MEDIA]?.paths).toEqual([a, b]);
		const kept = document.project.crops[MEDIA]?.paths?.[0];
		document.setCameraPaths(MEDIA, [kept!]);
		expect(document.project.crops[MEDIA]?.paths).toEqual([a]);
		expect(document.project.crops[MEDIA]?.paths?.[0]).toBe(kept);
		document.undo();
		expect(document.project.crops[MEDIA]?.paths).toEqual([a, b]);
		document.setCameraPaths(MEDIA, []);
		expect(document.project.crops[MEDIA]?.paths).toBeUndefined();
	});

	test('of two tabs where camera paths lie over another show the earlier one', async () => {
		const name = newName();
		const [here, there] = [await newProject(name), await newProject(name)];
		const path = (id: string, inS: number): CameraPath => ({
			...{ id, inS, outS: inS + 4, style: 'follow', labels: [], picks: [], fixes: [] },
			...{ x: encodeSeries([0.5]), y: encodeSeries([0.5]) },
		});
		here.setCameraPaths(MEDIA, [path('a', 3)]);
		there.setCameraPaths(MEDIA, [path('b', 1)]);
		await vi.waitFor(() => expect(here.project.crops[MEDIA]?.paths?.map(({ id }) => id)).toEqual(['b']));
	});

	test('are moved, removed and taken back, each in one step', async () => {
		const document = await newProject();
		for (const atS of [1, 2, 3]) document.setKeyframe(MEDIA, { atS, crop: CROP });
		document.moveKeyframe(MEDIA, 1, 2.5);
		expect(times(document)).toEqual([2, 2.5, 3]);
		document.removeKeyframes(MEDIA, [2, 3, 99]);
		expect(times(document)).toEqual([2.5]);
		document.undo();
		expect(times(document)).toEqual([2, 2.5, 3]);
		document.undo();
		expect(times(document)).toEqual([1, 2, 3]);
		document.moveKeyframe(MEDIA, 7, 8);
		document.removeKeyframes(MEDIA, [7]);
		expect(times(document)).toEqual([1, 2, 3]);
	});

	test('are put back as a whole track in one step, which leaves alone what is alike', async () => {
		const document = await newProject();
		for (const atS of [1, 2, 3]) document.setKeyframe(MEDIA, { atS, crop: CROP });
		const path: CameraPath = {
			...{ id: 'a', inS: 0, outS: 4, style: 'follow', labels: [], picks: [], fixes: [] },
			...{ x: encodeSeries([0.5]), y: encodeSeries([0.5]) },
		};
		const keyframes = [
			{ atS: 2, crop: CROP },
			{ atS: 2.5, crop: { ...CROP, zoom: 3 } },
		];
		const track: CropTrack = { base: CROP, keyframes, interpolation: 'smooth', paths: [path] };
		const [, second] = document.project.crops[MEDIA]!.keyframes;
		document.setTrack(MEDIA, track);
		expect(document.project.crops[MEDIA]).toEqual(track);
		const told = vi.fn();
		document.watch().subscribe(told);
		await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(1));
		document.setTrack(MEDIA, structuredClone(track));
		expect(told).toHaveBeenCalledTimes(1);
		document.undo();
		expect(document.project.crops[MEDIA]).toMatchObject({ interpolation: 'step' });
		expect(times(document)).toEqual([1, 2, 3]);
		expect(document.project.crops[MEDIA]).not.toHaveProperty('paths');
		expect(document.project.crops[MEDIA]!.keyframes[1]).toEqual(second);
	});

	test('of two tabs are both kept, with the base and the interpolation', async () => {
		const name = newName();
		const [here, there] = [await newProject(name), await newProject(name)];
		here.setKeyframe(MEDIA, { atS: 1, crop: CROP });
		there.setKeyframe(MEDIA, { atS: 2, crop: CROP });
		here.setCrop(MEDIA, CROP);
		there.setInterpolation(MEDIA, 'smooth');
		for (const document of [here, there]) {
			await vi.waitFor(() => expect(times(document)).toEqual([1, 2]));
			await vi.waitFor(() =>
				expect(document.project.crops[MEDIA]).toMatchObject({ base: CROP, interpolation: 'smooth' }),
			);
		}
	});
});

describe('many segments', () => {
	test('are added in one step, with their words', async () => {
		const document = await newProject();
		const ids = document.addSegments([
			{ media: MEDIA, inS: 0, outS: 1, name: 'one', label: 'a dog', category: 'Animal', tags: ['x'], selected: false },
			{ media: MEDIA, inS: 2, outS: 3 },
		]);
		expect(document.project.segments.map(({ id }) => id)).toEqual(ids);
		expect(document.project.segments).toMatchObject([
			{ name: 'one', label: 'a dog', category: 'Animal', tags: ['x'], selected: false },
			{ name: '', label: '', category: '', tags: [], selected: true },
		]);
		document.undo();
		expect(document.project.segments).toEqual([]);
	});

	test('one that cannot be keeps all of them out', async () => {
		const document = await newProject();
		const wrong = { media: MEDIA, inS: 2, outS: 2 };
		expect(() => document.addSegments([{ media: MEDIA, inS: 0, outS: 1 }, wrong])).toThrow('cannot be');
		expect(document.project.segments).toEqual([]);
	});

	test('are changed alike in one step, or not at all', async () => {
		const document = await newProject();
		const ids = document.addSegments([1, 2, 3].map((inS) => ({ media: MEDIA, inS, outS: inS + 1 })));
		expect(document.updateSegments(ids, { label: 'cat', category: 'Animal' })).toBe(true);
		expect(document.updateSegments([...ids, 'gone'], { label: 'dog' })).toBe(false);
		expect(document.updateSegments(ids, { outS: 3.5 })).toBe(true);
		expect(document.updateSegments(ids, { outS: 2.5 })).toBe(false);
		expect(document.project.segments.map(({ label, outS }) => [label, outS])).toEqual(Array(3).fill(['cat', 3.5]));
		document.undo();
		document.undo();
		expect(document.project.segments.map(({ label }) => label)).toEqual(['', '', '']);
	});
});

describe('the film', () => {
	async function withFilm(): Promise<{ document: ProjectDocument; segments: string[]; items: string[] }> {
		const document = await newProject();
		const segments = document.addSegments([1, 2].map((inS) => ({ media: MEDIA, inS, outS: inS + 1 })));
		const items = document.addFilmItems([...segments, segments[0]!].map((segment) => ({ segment })));
		return { document, segments, items };
	}
	const order = (document: ProjectDocument): string[] => document.project.film.map(({ id }) => id);

	test('items stand where they are put, and a segment may stand there twice', async () => {
		const { document, segments, items } = await withFilm();
		const [a, b, c] = items as [string, string, string];
		expect(document.project.film.map(({ segment }) => segment)).toEqual([segments[0], segments[1], segments[0]]);
		const [d = ''] = document.addFilmItems([{ segment: segments[1]!, crossfadeS: 0.5 }], b);
		document.moveFilmItem(c, a);
		expect(order(document)).toEqual([c, a, d, b]);
		expect(document.updateFilmItem(a, { crossfadeS: 1 })).toBe(true);
		expect(document.updateFilmItem(a, { crossfadeS: 11 })).toBe(false);
		expect(document.project.film.map(({ crossfadeS }) => crossfadeS)).toEqual([0, 1, 0.5, 0]);
		document.removeFilmItems([a, d]);
		expect(order(document)).toEqual([c, b]);
		document.undo();
		document.undo();
		document.undo();
		expect(order(document)).toEqual([a, d, b, c]);
	});

	test('an item goes with its segment and comes back with it', async () => {
		const { document, segments, items } = await withFilm();
		document.removeSegments([segments[0]!]);
		expect(order(document)).toEqual([items[1]]);
		document.undo();
		expect(order(document)).toEqual(items);
	});
});

describe('settings', () => {
	test('of the batch and the film are changed field by field, undone, and kept', async () => {
		const name = newName();
		const document = await newProject(name);
		expect(document.project.batch).toEqual(DEFAULT_BATCH);
		expect(document.setBatch({ count: 5, dataset: ['txt', 'csv'] })).toBe(true);
		expect(document.setBatch({ count: 0 })).toBe(false);
		expect(document.setFilmSettings({ format: 'webm', quality: { maxBytes: 50_000_000 } })).toBe(true);
		const later = await newProject(name);
		expect(later.project.batch).toEqual({ ...DEFAULT_BATCH, count: 5, dataset: ['txt', 'csv'] });
		expect(later.project.filmSettings).toMatchObject({ format: 'webm', quality: { maxBytes: 50_000_000 } });
		document.undo();
		document.undo();
		expect([document.project.batch, document.project.filmSettings]).toEqual([DEFAULT_BATCH, DEFAULT_FILM]);
	});

	test('a field that does not parse is as by default, the others stay', async () => {
		const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
		const name = newName();
		const document = await newProject(name);
		document.setBatch({ count: 7 });
		await document.flush();
		const foreign = new Y.Doc();
		foreign.getMap('batch').set('lengthS', 'long');
		const raw = await new Dexie(name).open();
		await raw.table('docUpdates').add({ doc: `project:${document.id}`, update: Y.encodeStateAsUpdate(foreign) });
		raw.close();
		const later = await newProject(name);
		expect(later.project.batch).toEqual({ ...DEFAULT_BATCH, count: 7 });
		expect(later.aside.map(({ where }) => where)).toEqual(['batch/lengthS']);
		warn.mockRestore();
	});
});

test('a document of the time before keyframes opens with its crops', async () => {
	const name = newName();
	const document = await newProject(name);
	const older = new Y.Doc();
	older.getMap('meta').set('schemaVersion', 1);
	older.getMap('crops').set(MEDIA, CROP);
	const raw = await new Dexie(name).open();
	await raw.table('docUpdates').add({ doc: `project:${document.id}`, update: Y.encodeStateAsUpdate(older) });
	raw.close();
	const later = await newProject(name);
	expect(later.project.crops).toEqual({ [MEDIA]: { base: CROP, keyframes: [], interpolation: 'step' } });
	expect(later.readOnly).toBe(false);
});

test('parts that did not change keep their identity', async () => {
	const document = await newProject();
	document.setCrop(MEDIA, CROP);
	const [id = ''] = document.addSegments([{ media: MEDIA, inS: 0, outS: 1 }]);
	document.addFilmItems([{ segment: id }]);
	const { segments, crops, film, batch } = document.project;
	document.rename('Other');
	expect(document.project.segments).toBe(segments);
	expect(document.project.crops).toBe(crops);
	expect(document.project.film).toBe(film);
	expect(document.project.batch).toBe(batch);
});
