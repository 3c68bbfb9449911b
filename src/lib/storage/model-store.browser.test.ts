import { afterEach, expect, test, vi } from 'vitest';
import type { Live } from '#core/live';
import type { ModelNotes } from './model-record.ts';
import { openStorage } from './open-storage.ts';
import type { Storage } from './storage.ts';

const opened: { name: string; storage: Storage }[] = [];

async function open(name = `models-${crypto.randomUUID()}`): Promise<{ name: string; storage: Storage }> {
	const storage = await openStorage(name);
	opened.push({ name, storage });
	return { name, storage };
}

afterEach(async () => {
	vi.restoreAllMocks();
	const root = await navigator.storage.getDirectory();
	for (const { name, storage } of opened.splice(0)) {
		storage.close();
		indexedDB.deleteDatabase(name);
		await root.getDirectoryHandle(name, { create: true });
		await root.removeEntry(name, { recursive: true });
	}
});

const file = new File(['the bytes of a model'], 'mine.onnx');
const notes: ModelNotes = {
	title: 'Mine',
	fileName: 'mine.onnx',
	family: 'YOLOX',
	licence: 'my own',
	input: {
		...{ name: 'images', width: 64, height: 64, layout: 'nchw', channels: 'bgr', fit: 'letterbox', fill: 114 },
		mean: [0, 0, 0],
		deviation: [1, 1, 1],
	},
	head: { kind: 'yolox', output: 'output', strides: [8, 16, 32], classCount: 1 },
	classes: [{ id: 0, name: 'person' }],
};

const first = <T>(live: Live<T>): Promise<T> =>
	new Promise((resolve) => {
		const subscription = live.subscribe((value) => {
			resolve(value);
			setTimeout(() => subscription.unsubscribe());
		});
	});

async function added(storage: Storage, changed: Partial<ModelNotes> = {}): Promise<string> {
	const result = await storage.models.add(file, { ...notes, ...changed });
	if (!result.ok) throw new Error(JSON.stringify(result.error));
	return result.value.id;
}

test('a model is kept with its hash, and is there after a restart', async () => {
	const { name, storage } = await open();
	const id = await added(storage);
	const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
	const sha256 = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
	expect(id).toBe(`own-${sha256.slice(0, 16)}`);
	storage.close();
	const again = await open(name);
	expect(await first(again.storage.models.watch())).toMatchObject([{ ...notes, id, sha256, bytes: file.size }]);
	expect(await (await again.storage.models.open(id))?.text()).toBe('the bytes of a model');
	expect(await again.storage.files.list('temp')).toEqual([]);
});

test('the same file twice is one model, with the newer words', async () => {
	const { storage } = await open();
	expect(await storage.models.find(file)).toEqual({ ok: true, value: undefined });
	const id = await added(storage);
	expect(await added(storage, { title: 'Mine, second' })).toBe(id);
	expect(await storage.models.find(file)).toMatchObject({ ok: true, value: { id, title: 'Mine, second' } });
	expect(await first(storage.models.watch())).toHaveLength(1);
});

test('what it saw is forgotten when it is read in another way, and with the model', async () => {
	const { storage } = await open();
	const id = await added(storage);
	const media = `${'a'.repeat(64)}-1`;
	const see = (): Promise<void> =>
		storage.detections.put(media, id, { span: { inS: 0, outS: 1 }, frames: [], cutsS: [] });
	await see();
	await added(storage, { title: 'Another title' });
	expect(await storage.detections.covered(media, id)).toHaveLength(1);
	await added(storage, { classes: [{ id: 0, name: 'face' }] });
	expect(await storage.detections.covered(media, id)).toEqual([]);
	await see();
	await storage.models.remove(id);
	expect(await storage.detections.covered(media, id)).toEqual([]);
	expect(await storage.models.open(id)).toBeUndefined();
	expect(await first(storage.models.watch())).toEqual([]);
});

test('a model whose bytes have gone is still told of, and the same file brings them back', async () => {
	const { storage } = await open();
	const id = await added(storage);
	await storage.files.remove(`models/${id}.onnx`);
	expect(await storage.models.get(id)).toMatchObject({ title: 'Mine' });
	expect(await storage.models.open(id)).toBeUndefined();
	await added(storage);
	expect((await storage.models.open(id))?.size).toBe(file.size);
});

test('with the disk full nothing of it is kept, and the sentence says so', async () => {
	const { storage } = await open();
	vi.spyOn(FileSystemWritableFileStream.prototype, 'write').mockRejectedValue(
		new DOMException('full', 'QuotaExceededError'),
	);
	expect(await storage.models.add(file, notes)).toEqual({
		ok: false,
		error: { kind: 'out-of-space', subject: 'mine.onnx', neededBytes: file.size },
	});
	expect(await storage.files.list('models')).toEqual([]);
	expect(await storage.files.list('temp')).toEqual([]);
	expect(await first(storage.models.watch())).toEqual([]);
});

test('a file that can no longer be read is refused', async () => {
	const { storage } = await open();
	const gone = new File(['x'], 'gone.onnx');
	vi.spyOn(gone, 'arrayBuffer').mockRejectedValue(new DOMException('it is gone', 'NotReadableError'));
	expect(await storage.models.find(gone)).toEqual({
		ok: false,
		error: { kind: 'model-refused', subject: 'gone.onnx', detail: 'its file could not be read (it is gone)' },
	});
});

test('bytes that a closed tab left without their row go with the next change', async () => {
	const { storage } = await open();
	await storage.files.create('models/own-0000000000000000.onnx');
	const id = await added(storage);
	expect(await storage.files.list('models')).toEqual([`${id}.onnx`]);
});
