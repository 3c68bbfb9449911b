import { afterEach, expect, test, vi } from 'vitest';
import { COPY_CHOICE_KEY } from '$lib/app/preferences';
import { Toasts } from '$lib/ui/toast/toasts.svelte';
import type { Card } from './cards.ts';
import { FakeReader, FakeStorage, fakeFingerprint } from './library-fakes.ts';
import { LibraryState } from './library-state.svelte.ts';
import { text } from './text.ts';

const file = (name: string, content = name): File => new File([content], name, { lastModified: 1 });
const handle = {} as FileSystemFileHandle;
let stop = (): void => undefined;
afterEach(() => stop());

function open(storage = new FakeStorage()) {
	const reader = new FakeReader();
	const toasts = new Toasts();
	const library = new LibraryState({
		storage: storage.storage,
		toasts,
		loadReader: () => Promise.resolve(reader),
		now: () => '2026-01-01T00:00:00.000Z',
	});
	stop = library.start();
	const card = (name: string): Card | undefined => library.cards.find((one) => one.name === name);
	return { storage, reader, toasts, library, card };
}

test('a file has its card at once, then what the probe found', async () => {
	const { library, card } = open();
	const adding = library.add([{ file: file('a.mp4') }]);
	expect(card('a.mp4')).toMatchObject({ state: 'probing', media: undefined });
	await adding;
	await vi.waitFor(() =>
		expect(library.cards).toMatchObject([{ name: 'a.mp4', state: 'ready', access: 'ok', facts: { durationS: 65 } }]),
	);
});

test('a small file is copied before it is called ready', async () => {
	const { library, storage } = open();
	await library.add([{ file: file('a.mp4') }]);
	expect(storage.copies).toEqual([fakeFingerprint('a.mp4')]);
	expect([...storage.records.values()]).toMatchObject([{ state: 'ready', source: { kind: 'opfs' } }]);
});

test('a file with a handle is not copied', async () => {
	const { library, storage } = open();
	await library.add([{ file: file('a.mp4'), handle }]);
	expect(storage.copies).toEqual([]);
	expect([...storage.records.values()]).toMatchObject([{ source: { kind: 'handle' } }]);
});

test('a file on a server is read from there and not copied; one that is here already stays here', async () => {
	const { library, storage, reader } = open();
	const place = { server: 'https://home', mediaId: '7' };
	const onServer = (name: string) => ({
		file: { kind: 'url', url: name, size: 5, type: '', name, lastModifiedMs: 4 } as const,
		server: place,
	});
	await library.add([onServer('far.mp4'), { file: file('a.mp4') }]);
	await library.add([onServer('a.mp4'), { file: file('far.mp4') }]);
	expect(reader.probed.sort()).toEqual(['a.mp4', 'far.mp4']);
	expect(storage.copies).toEqual([fakeFingerprint('a.mp4')]);
	expect(storage.records.get(fakeFingerprint('far.mp4'))).toMatchObject({
		lastModifiedMs: 4,
		source: { kind: 'server', ...place },
	});
	expect(storage.records.get(fakeFingerprint('a.mp4'))?.source.kind).toBe('opfs');
});

test('a file larger than a quarter of the free space asks on its card, and the answer for all is kept', async () => {
	const { library, storage, card } = open();
	storage.usage = { usedBytes: 980, quotaBytes: 1000, persisted: false };
	await library.add([{ file: file('large.mp4') }]);
	await vi.waitFor(() => expect(card('large.mp4')).toMatchObject({ state: 'ready', asksCopy: true }));
	await library.copies.answer(fakeFingerprint('large.mp4'), false, true);
	expect(card('large.mp4')).toMatchObject({ asksCopy: false });
	expect(storage.copies).toEqual([]);
	expect(storage.values.get(COPY_CHOICE_KEY)).toBe('small');
});

test('nothing is copied where the person wants no copies', async () => {
	const { library, storage } = open();
	storage.values.set(COPY_CHOICE_KEY, 'none');
	await library.add([{ file: file('a.mp4') }]);
	expect(storage.copies).toEqual([]);
});

test('a file of no use says why and is not copied', async () => {
	const { library, storage, card } = open();
	await library.add([{ file: file('bad.mp4') }]);
	await vi.waitFor(() => expect(card('bad.mp4')).toMatchObject({ state: 'unsupported' }));
	expect(card('bad.mp4')?.message).toContain('“bad.mp4” is not a video or sound file');
	expect(storage.copies).toEqual([]);
});

test('adding a known file again links it and keeps one card', async () => {
	const { library, toasts, reader } = open();
	await library.add([{ file: file('a.mp4') }]);
	await library.add([{ file: file('renamed.mp4', 'a.mp4') }]);
	await vi.waitFor(() => expect(library.cards).toHaveLength(1));
	expect(reader.probed).toEqual(['a.mp4']);
	expect(toasts.shown.map((toast) => toast.text)).toContain(text.already('a.mp4'));
});

test('adding a file again keeps the copy of it, or makes it anew when it is gone', async () => {
	const { library, storage } = open();
	const media = fakeFingerprint('a.mp4');
	await library.add([{ file: file('a.mp4') }]);
	await library.add([{ file: file('a.mp4') }]);
	expect(storage.records.get(media)).toMatchObject({ source: { kind: 'opfs' } });
	expect(storage.copies).toEqual([media]);
	storage.readable.delete(media);
	await library.add([{ file: file('a.mp4') }]);
	expect(storage.records.get(media)).toMatchObject({ source: { kind: 'opfs' } });
	expect(storage.copies).toEqual([media, media]);
});

test('the same file twice in one go is read once', async () => {
	const { library, reader } = open();
	await library.add([{ file: file('a.mp4') }, { file: file('a.mp4') }]);
	await vi.waitFor(() => expect(library.cards).toHaveLength(1));
	expect(reader.probed).toEqual(['a.mp4']);
});

test('a file that failed before is read again when it is added again', async () => {
	const { library, storage, card } = open();
	await library.add([{ file: file('a.mp4') }]);
	const media = fakeFingerprint('a.mp4');
	storage.records.set(media, { ...storage.records.get(media)!, state: 'error', message: 'x' });
	await library.add([{ file: file('a.mp4') }]);
	await vi.waitFor(() => expect(card('a.mp4')).toMatchObject({ state: 'ready', message: '' }));
});

test('a record that a closed page left half read is read on when its file is there', async () => {
	const storage = new FakeStorage();
	const media = fakeFingerprint('a.mp4');
	storage.records.set(media, {
		fingerprint: media,
		name: 'a.mp4',
		bytes: 5,
		lastModifiedMs: 1,
		addedAt: '2026-01-01T00:00:00.000Z',
		source: { kind: 'handle', handleId: media },
		state: 'probing',
		message: '',
	});
	storage.readable.set(media, file('a.mp4'));
	const { card } = open(storage);
	await vi.waitFor(() => expect(card('a.mp4')).toMatchObject({ state: 'ready' }));
});

test('one whose file is gone asks to be chosen again', async () => {
	const storage = new FakeStorage();
	const media = fakeFingerprint('a.mp4');
	const left = { fingerprint: media, name: 'a.mp4', bytes: 5, lastModifiedMs: 1, addedAt: '2026-01-01T00:00:00.000Z' };
	storage.records.set(media, { ...left, source: { kind: 'missing' }, state: 'probing', message: '' });
	const { card, library, toasts } = open(storage);
	await vi.waitFor(() =>
		expect(card('a.mp4')).toMatchObject({ state: 'error', message: text.interrupted, canRelink: true }),
	);

	await library.relink(media, { file: file('other.mp4') });
	expect(toasts.shown.at(-1)).toMatchObject({ kind: 'error', text: text.wrongFile('other.mp4', 'a.mp4') });
	expect(card('a.mp4')).toMatchObject({ state: 'error' });

	await library.relink(media, { file: file('moved.mp4', 'a.mp4') });
	await vi.waitFor(() => expect(card('a.mp4')).toMatchObject({ state: 'ready', access: 'ok' }));
});

test('a file that needs permission says so until it is allowed', async () => {
	const { library, storage } = open();
	await library.add([{ file: file('a.mp4'), handle }]);
	stop();
	storage.readable.set(fakeFingerprint('a.mp4'), 'source-permission');
	const again = open(storage);
	await vi.waitFor(() => expect(again.card('a.mp4')).toMatchObject({ access: 'permission' }));
	expect(again.card('a.mp4')?.message).toBe(text.needsPermission);
	storage.readable.set(fakeFingerprint('a.mp4'), file('a.mp4'));
	await again.library.allow(fakeFingerprint('a.mp4'));
	expect(again.card('a.mp4')).toMatchObject({ access: 'ok', message: '' });
});

test('removing while it is read forgets the file', async () => {
	const { library, reader, card } = open();
	const adding = library.add([{ file: file('slow.mp4') }]);
	await vi.waitFor(() => expect(card('slow.mp4')?.media).toBeDefined());
	await library.remove(card('slow.mp4')!);
	reader.release();
	await adding;
	await vi.waitFor(() => expect(library.cards).toEqual([]));
});

test('two files are read at a time', async () => {
	const { library, reader } = open();
	const adding = library.add(['slow1', 'slow2', 'slow3'].map((name) => ({ file: file(name) })));
	await vi.waitFor(() => expect(reader.probed).toHaveLength(2));
	reader.release();
	await vi.waitFor(() => expect(reader.probed).toHaveLength(3));
	reader.release();
	await adding;
});
