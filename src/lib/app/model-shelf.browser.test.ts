import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { ModelNotes } from '$lib/storage/model-record';
import { openStorage } from '$lib/storage/open-storage';
import type { Storage } from '$lib/storage/storage';
import { MODEL_DEFAULTS_KEY } from './model-shelf-defaults.ts';
import { ModelShelf } from './model-shelf.ts';

const name = `shelf-${crypto.randomUUID()}`;
let storage: Storage;
beforeAll(async () => {
	storage = await openStorage(name);
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
	storage.close();
	indexedDB.deleteDatabase(name);
	await (await navigator.storage.getDirectory()).removeEntry(name, { recursive: true });
});

const notes = (classes: ModelNotes['classes']): ModelNotes => ({
	...{ title: 'Mine', fileName: 'mine.onnx', family: 'YOLOX', licence: '' },
	input: {
		...{ name: 'images', width: 64, height: 64, layout: 'nchw', channels: 'bgr', fit: 'stretch' },
		mean: [0, 0, 0],
		deviation: [1, 1, 1],
	},
	head: { kind: 'yolox', output: 'output', strides: [8, 16, 32], classCount: classes.length },
	classes,
});
const file = new File(['bytes of a model'], 'mine.onnx');

async function add(classes: ModelNotes['classes']): Promise<string> {
	const added = await storage.models.add(file, notes(classes));
	if (!added.ok) throw new Error(JSON.stringify(added.error));
	return added.value.id;
}

test('an own default finds what it knows; for the rest the detectors of the app are used', async () => {
	const shelf = new ModelShelf(storage);
	expect([shelf.modelFor('people'), shelf.modelFor('faces')]).toEqual(['coco-ssd', 'blazeface-back']);
	const id = await add([
		{ id: 0, name: 'dog' },
		{ id: 1, name: 'face' },
	]);
	await storage.settings.set(MODEL_DEFAULTS_KEY, { things: id, faces: id });
	await expect.poll(() => shelf.modelFor('animals')).toBe(id);
	expect((['faces', 'anything', 'people', 'vehicles'] as const).map((kind) => shelf.modelFor(kind))).toEqual([
		id,
		id,
		'coco-ssd',
		'coco-ssd',
	]);
	await storage.models.remove(id);
	await expect.poll(() => shelf.modelFor('faces')).toBe('blazeface-back');
	await storage.settings.set(MODEL_DEFAULTS_KEY, { faces: 'blazeface-front' });
	await expect.poll(() => shelf.modelFor('faces')).toBe('blazeface-front');
});

test('the source of an own model is the same file until it is read in another way', async () => {
	const shelf = new ModelShelf(storage);
	const id = await add([{ id: 0, name: 'dog' }]);
	const [one, two] = [await shelf.sourceOf(id), await shelf.sourceOf(id)];
	expect(one).toMatchObject({ ok: true, value: { model: { title: 'Mine', classes: [{ id: 0, name: 'dog' }] } } });
	expect(one.ok && two.ok && one.value.at === two.value.at).toBe(true);
	await add([{ id: 0, name: 'cat' }]);
	const three = await shelf.sourceOf(id);
	expect(one.ok && three.ok && one.value.at !== three.value.at).toBe(true);
});

test('a model that was removed, or whose bytes have gone, is told as such', async () => {
	const shelf = new ModelShelf(storage);
	const id = await add([{ id: 0, name: 'dog' }]);
	await storage.files.remove(`models/${id}.onnx`);
	expect(await shelf.sourceOf(id)).toMatchObject({
		ok: false,
		error: { kind: 'model-refused', subject: 'Mine', detail: 'its file has gone from this browser' },
	});
	await storage.models.remove(id);
	expect(await shelf.sourceOf(id)).toMatchObject({ ok: false, error: { kind: 'model-refused' } });
});

test('without a list of detectors it says so, and asks again the next time', async () => {
	const shelf = new ModelShelf(storage);
	const ask = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('', { status: 404 }));
	expect(await shelf.builtIn()).toMatchObject({ ok: false, error: { kind: 'offline' } });
	expect(await shelf.sourceOf('coco-ssd')).toMatchObject({ ok: false, error: { kind: 'offline' } });
	expect(ask).toHaveBeenCalledTimes(2);
});
