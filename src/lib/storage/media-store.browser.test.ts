import { Dexie } from 'dexie';
import { cdp } from 'vitest/browser';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Fingerprint } from '#core/media/fingerprint';
import { isRemote } from '#core/media/remote-bytes';
import { err, ok } from '#core/result';
import { readSpan } from '$lib/media/media-bytes';
import { fingerprintOf } from '$lib/media/probe/index';
import { RemoteStage } from '../../../tests/media/remote-stage.ts';
import type { MediaRecord } from './media-record.ts';
import { openStorage, type StorageOptions } from './open-storage.ts';
import type { ServerFiles, Storage } from './storage.ts';

const MEDIA: Fingerprint = `5-${'c'.repeat(64)}`;
const opened: Storage[] = [];
const newName = (): string => `test-${crypto.randomUUID()}`;

async function open(name = newName(), options: StorageOptions = {}): Promise<Storage> {
	const storage = await openStorage(name, options);
	opened.push(storage);
	return storage;
}

const record = (extra: Partial<MediaRecord> = {}): MediaRecord => ({
	fingerprint: MEDIA,
	name: 'Film.MP4',
	bytes: 5,
	lastModifiedMs: 0,
	addedAt: '2026-01-01T00:00:00.000Z',
	source: { kind: 'missing' },
	state: 'probing',
	message: '',
	...extra,
});

/** A handle as a picker gives it, to a file in the private file system. */
async function pickedFile(content: string): Promise<FileSystemFileHandle> {
	const root = await navigator.storage.getDirectory();
	const handle = await root.getFileHandle(`picked-${crypto.randomUUID()}.mp4`, { create: true });
	await write(handle, content);
	return handle;
}

async function write(handle: FileSystemFileHandle, content: string): Promise<void> {
	const writable = await handle.createWritable();
	await writable.write(content);
	await writable.close();
}

/** Writes until the file system gives the file another date. */
async function rewrite(handle: FileSystemFileHandle, content: string): Promise<void> {
	const { lastModified } = await handle.getFile();
	do await write(handle, content);
	while ((await handle.getFile()).lastModified === lastModified);
}

const outcome = async (storage: Storage, ask = false): Promise<string> => {
	const found = await storage.media.open(MEDIA, { ask });
	if (!found.ok) return found.error.kind;
	return found.value instanceof File ? found.value.text() : found.value.url;
};

afterEach(() => {
	vi.restoreAllMocks();
	opened.splice(0).forEach((storage) => storage.close());
});

describe('a file read through its handle', () => {
	async function withHandle(options: StorageOptions = {}): Promise<[Storage, FileSystemFileHandle]> {
		const storage = await open(newName(), options);
		const handle = await pickedFile('12345');
		await storage.media.put(record());
		await storage.media.keepHandle(MEDIA, handle);
		return [storage, handle];
	}

	test('is there after a restart, and nothing was copied', async () => {
		const name = newName();
		const first = await open(name);
		await first.media.put(record());
		await first.media.keepHandle(MEDIA, await pickedFile('12345'));
		first.close();
		const later = await open(name);
		expect(await outcome(later)).toBe('12345');
		expect(await later.files.list('media')).toEqual([]);
	});

	test('waits for a click when the browser wants to ask', async () => {
		const [storage] = await withHandle();
		const prototype = FileSystemHandle.prototype as unknown as Record<string, () => Promise<PermissionState>>;
		const query = vi.spyOn(prototype, 'queryPermission').mockResolvedValue('prompt');
		const request = vi.spyOn(prototype, 'requestPermission').mockResolvedValue('denied');
		expect(await outcome(storage)).toBe('source-permission');
		expect(request).not.toHaveBeenCalled();
		expect(await outcome(storage, true)).toBe('source-permission');
		request.mockResolvedValue('granted');
		expect(await outcome(storage, true)).toBe('12345');
		query.mockResolvedValue('granted');
		expect(await outcome(storage)).toBe('12345');
	});

	test('is missing when it was moved, changed when it has another size', async () => {
		const [storage, handle] = await withHandle();
		await write(handle, 'longer than before');
		expect(await outcome(storage)).toBe('source-changed');
		await (await navigator.storage.getDirectory()).removeEntry(handle.name);
		expect(await outcome(storage)).toBe('source-missing');
	});

	test('that was touched is told from a changed one by its fingerprint', async () => {
		let fingerprint: Fingerprint = MEDIA;
		const fingerprintOf = vi.fn(() => Promise.resolve(fingerprint));
		const [storage, handle] = await withHandle({ fingerprintOf });
		await rewrite(handle, '12345');
		expect(await outcome(storage)).toBe('12345');
		expect(await outcome(storage)).toBe('12345');
		expect(fingerprintOf).toHaveBeenCalledTimes(1);
		await rewrite(handle, '54321');
		fingerprint = `5-${'d'.repeat(64)}`;
		expect(await outcome(storage)).toBe('source-changed');
	});
});

describe('a file on a server', () => {
	const NAME = 'no-audio.mp4';

	async function withServer(addressOf?: ServerFiles['addressOf']) {
		const stage = new RemoteStage();
		const { size } = await stage.open(NAME);
		const server: ServerFiles = { addressOf: (_, id) => Promise.resolve(ok(stage.urlOf(id))), read: readSpan };
		const storage = await open(newName(), { server: addressOf === undefined ? server : { ...server, addressOf } });
		await storage.media.put(record({ bytes: size, name: 'Film.mp4' }));
		await storage.media.readFromServer(MEDIA, { server: '', mediaId: NAME });
		return { stage, storage };
	}

	test('is opened as an address, under the name it is known by; nothing is asked of the server', async () => {
		const { stage, storage } = await withServer();
		const before = (await stage.seen()).length;
		const found = await storage.media.open(MEDIA);
		expect(found).toMatchObject({
			ok: true,
			value: { kind: 'url', url: stage.urlOf(NAME), id: MEDIA, name: 'Film.mp4', lastModifiedMs: 0 },
		});
		expect((await stage.seen()).length).toBe(before);
		expect((await storage.media.get(MEDIA))?.source).toEqual({ kind: 'server', server: '', mediaId: NAME });
	});

	test('cannot be opened while its server has no address for it, and says so under its own name', async () => {
		const { storage } = await withServer(() => Promise.resolve(err({ kind: 'source-refused', subject: 'it' })));
		expect(await storage.media.open(MEDIA)).toEqual({
			ok: false,
			error: { kind: 'source-refused', subject: 'Film.mp4' },
		});
	});

	test('is missing where there is no way to servers', async () => {
		const storage = await open();
		await storage.media.put(record({ source: { kind: 'server', server: '', mediaId: NAME } }));
		expect(await outcome(storage)).toBe('source-missing');
	});

	test('becomes a copy that is read from then on', async () => {
		const { stage, storage } = await withServer();
		const remote = await storage.media.open(MEDIA);
		if (!remote.ok) throw new Error(remote.error.kind);
		const fingerprint = await fingerprintOf(remote.value);
		expect(await storage.media.keepCopy(MEDIA, remote.value)).toEqual({ ok: true, value: undefined });
		await stage.rule({ status: 404 });
		const kept = await storage.media.open(MEDIA);
		if (!kept.ok) throw new Error(kept.error.kind);
		expect(isRemote(kept.value)).toBe(false);
		expect(await fingerprintOf(kept.value)).toBe(fingerprint);
	});

	test('whose server dies while it is copied leaves nothing, and is read from the server as before', async () => {
		const { stage, storage } = await withServer();
		const remote = await storage.media.open(MEDIA);
		if (!remote.ok) throw new Error(remote.error.kind);
		await stage.rule({ diesAfterBytes: 1000 });
		expect(await storage.media.keepCopy(MEDIA, remote.value)).toEqual({
			ok: false,
			error: { kind: 'source-offline', subject: 'Film.mp4' },
		});
		expect([await storage.files.list('temp'), await storage.files.list('media')]).toEqual([[], []]);
		expect((await storage.media.get(MEDIA))?.source.kind).toBe('server');
	});
});

describe('a copy', () => {
	test('is complete or not there at all', async () => {
		const storage = await open();
		await storage.media.put(record());
		const shares: number[] = [];
		const file = new File(['12345'], 'Film.MP4');
		const kept = await storage.media.keepCopy(MEDIA, file, { onProgress: (share) => shares.push(share) });
		expect(kept.ok).toBe(true);
		const opened = await storage.media.open(MEDIA);
		expect(opened.ok && opened.value.name).toBe('Film.MP4');
		expect(shares.at(-1)).toBe(1);
		expect(await outcome(storage)).toBe('12345');
		expect(await storage.files.list('media')).toEqual([`${MEDIA}.mp4`]);
		expect(await storage.files.list('temp')).toEqual([]);
		await storage.media.remove(MEDIA);
		expect(await storage.files.list('media')).toEqual([]);
		expect(await outcome(storage)).toBe('source-missing');
	});

	test('that is cancelled leaves nothing', async () => {
		const storage = await open();
		await storage.media.put(record());
		const abort = new AbortController();
		const big = new Blob([new Uint8Array(40 * 1024 * 1024)]);
		const copying = storage.media.keepCopy(MEDIA, big, { signal: abort.signal, onProgress: () => abort.abort() });
		await expect(copying).rejects.toMatchObject({ name: 'AbortError' });
		expect(await storage.files.list('temp')).toEqual([]);
		expect(await storage.files.list('media')).toEqual([]);
		expect((await storage.media.get(MEDIA))?.source.kind).toBe('missing');
	});

	test('that does not fit is out of space, with the size, and leaves nothing', async () => {
		const storage = await open();
		await storage.media.put(record());
		const file = new Blob([new Uint8Array(24 * 1024 * 1024)]);
		const { origin } = location;
		const { usage = 0 } = await navigator.storage.estimate();
		const quota = { origin, quotaSize: usage + 4 * 1024 * 1024 };
		const session = cdp() as unknown as { send(method: string, params: object): Promise<unknown> };
		await session.send('Storage.overrideQuotaForOrigin', quota);
		try {
			const kept = await storage.media.keepCopy(MEDIA, file);
			expect(kept).toMatchObject({ ok: false, error: { kind: 'out-of-space', neededBytes: 24 * 1024 * 1024 } });
		} finally {
			await session.send('Storage.overrideQuotaForOrigin', { origin });
		}
		expect(await storage.files.list('temp')).toEqual([]);
		expect(await storage.files.list('media')).toEqual([]);
	});

	test('half-written ones of a killed tab are swept, those of a living tab are not', async () => {
		const name = newName();
		const first = await open(name);
		await first.files.create('temp/dead');
		await first.files.create('temp/living');
		let release = (): void => undefined;
		const held = navigator.locks.request(
			`${name}:temp:living`,
			() => new Promise<void>((resolve) => (release = resolve)),
		);
		await open(name);
		await vi.waitFor(async () => expect(await first.files.list('temp')).toEqual(['living']));
		release();
		await held;
	});
});

describe('a file for this visit', () => {
	test('is read in every tab, and asks to be re-linked when the last one is gone', async () => {
		const name = newName();
		const [here, there] = [await open(name), await open(name)];
		await here.media.put(record({ source: { kind: 'visit' } }));
		here.media.keepForVisit(MEDIA, new File(['12345'], 'Film.MP4', { lastModified: 0 }));
		expect(await outcome(here)).toBe('12345');
		expect(await outcome(there)).toBe('12345');
		here.close();
		there.close();
		const later = await open(name);
		expect((await later.media.get(MEDIA))?.source.kind).toBe('missing');
		expect(await outcome(later)).toBe('source-missing');
	});
});

describe('what belongs to a file', () => {
	test('watchers hear of every change, newest file first', async () => {
		const storage = await open();
		const seen: string[][] = [];
		storage.media.watch().subscribe((all) => seen.push(all.map(({ name }) => name)));
		await storage.media.put(record({ name: 'old' }));
		const newer = { fingerprint: `6-${'e'.repeat(64)}`, name: 'new', addedAt: '2026-02-01T00:00:00.000Z' };
		await storage.media.put(record(newer));
		await vi.waitFor(() => expect(seen.at(-1)).toEqual(['new', 'old']));
	});

	test('frame index, thumbnail and preview come back as they were and go with the file, and so does what the timeline kept', async () => {
		const storage = await open();
		await storage.media.put(record());
		const index = { ptsUs: Float64Array.of(0, 33_333, 66_667), key: Uint8Array.of(1, 0, 0), endUs: 100_000 };
		await storage.media.putFrameIndex(MEDIA, index);
		await storage.media.putThumbnail(MEDIA, new Blob(['picture']));
		expect(await storage.media.preview(MEDIA)).toBeUndefined();
		expect(await storage.media.putPreview(MEDIA, new Blob(['small copy']))).toMatchObject({ ok: true });
		expect(await storage.media.frameIndex(MEDIA)).toEqual(index);
		expect(await (await storage.media.thumbnail(MEDIA))?.text()).toBe('picture');
		expect(await (await storage.media.preview(MEDIA))?.text()).toBe('small copy');
		await storage.files.create(`derived/${MEDIA}/strip/64/0.webp`);
		await storage.media.remove(MEDIA);
		expect(await storage.files.list('derived')).toEqual([]);
		expect(await storage.media.preview(MEDIA)).toBeUndefined();
		expect(await storage.media.frameIndex(MEDIA)).toBeUndefined();
		expect(await storage.media.thumbnail(MEDIA)).toBeUndefined();
	});

	test('a row that does not parse is reported once, counted and kept', async () => {
		const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
		const name = newName();
		const storage = await open(name);
		await storage.media.put(record());
		const raw = await new Dexie(name).open();
		await raw.table('media').put({ fingerprint: 'from the future', addedAt: '3000', name: 7 });
		const seen: number[] = [];
		storage.media.watch().subscribe((all) => seen.push(all.length));
		await vi.waitFor(() => expect(seen.at(-1)).toBe(1));
		await storage.media.get('from the future');
		await storage.media.get('from the future');
		expect(storage.badRows).toBe(1);
		expect(warn).toHaveBeenCalledTimes(1);
		expect(await raw.table('media').count()).toBe(2);
		raw.close();
	});
});
