import { Dexie } from 'dexie';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { InvariantError } from '#core/result';
import { openStorage } from './open-storage.ts';
import { pathParts } from './private-files.ts';
import { StorageError, toStorageError } from './storage-error.ts';

const newName = (): string => `test-${crypto.randomUUID()}`;
const failed = async (opening: Promise<unknown>): Promise<StorageError> => {
	const thrown: unknown = await opening.then(
		() => undefined,
		(error: unknown) => error,
	);
	if (thrown instanceof StorageError) return thrown;
	throw new Error(`not a StorageError: ${String(thrown)}`);
};

afterEach(() => vi.restoreAllMocks());

describe('opening', () => {
	test('a database of a newer app is told in words', async () => {
		const name = newName();
		const newer = new Dexie(name);
		newer.version(99).stores({ media: 'fingerprint' });
		await newer.open();
		newer.close();
		const error = await failed(openStorage(name));
		expect([error.trouble, error.message]).toEqual([
			'outdated',
			'Octocut was updated in another tab. Reload this tab to go on.',
		]);
	});

	test('a browser that refuses is told in words, with its own error kept', async () => {
		vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
			throw new DOMException('denied', 'SecurityError');
		});
		const error = await failed(openStorage(newName()));
		expect(error.trouble).toBe('unavailable');
		expect(error.cause).toBeDefined();
	});

	test('every kind of browser error has its reason', () => {
		const trouble = (name: string): string => toStorageError(new DOMException('', name)).trouble;
		expect(trouble('QuotaExceededError')).toBe('full');
		expect(trouble('VersionError')).toBe('outdated');
		expect(trouble('InvalidStateError')).toBe('unavailable');
		expect(trouble('UnknownError')).toBe('damaged');
		expect(toStorageError(new Dexie.DatabaseClosedError()).trouble).toBe('closed');
	});

	test('an old tab steps aside for a newer app and says so', async () => {
		const name = newName();
		const onTrouble = vi.fn();
		await openStorage(name, { onTrouble });
		const newer = new Dexie(name);
		newer.version(99).stores({ media: 'fingerprint' });
		await newer.open();
		newer.close();
		expect(onTrouble.mock.calls).toEqual([
			['outdated', 'Octocut was updated in another tab. Reload this tab to go on.'],
		]);
	});

	test('a tab that does not step aside is named while this one waits', async () => {
		const name = newName();
		const holding = await new Promise<IDBDatabase>((resolve) => {
			const request = indexedDB.open(name, 1);
			request.onsuccess = () => resolve(request.result);
		});
		const storage = await openStorage(name, {
			onTrouble: (trouble) => {
				expect(trouble).toBe('blocked');
				holding.close();
			},
		});
		storage.close();
	});
});

test('settings are read through their schema: another shape counts as absent', async () => {
	const storage = await openStorage(newName());
	const seen: unknown[] = [];
	const watching = storage.settings.watch('volume', z.number()).subscribe((value) => seen.push(value));
	await vi.waitFor(() => expect(seen).toEqual([undefined]));
	await storage.settings.set('volume', 0.5);
	await vi.waitFor(() => expect(seen.at(-1)).toBe(0.5));
	expect(await storage.settings.get('volume', z.string())).toBeUndefined();
	watching.unsubscribe();
	storage.close();
});

describe('private files', () => {
	test('a move takes the place of what was there', async () => {
		const storage = await openStorage(newName());
		const write = async (path: string, content: string): Promise<void> => {
			const writable = await (await storage.files.create(path)).createWritable();
			await writable.write(content);
			await writable.close();
		};
		await write('a/one', 'one');
		await write('b/two', 'two');
		await storage.files.move('a/one', 'b/two');
		expect(await (await (await storage.files.get('b/two'))?.getFile())?.text()).toBe('one');
		expect(await storage.files.get('a/one')).toBeUndefined();
		await storage.files.remove('b');
		await storage.files.remove('never/there');
		expect(await storage.files.list('b')).toEqual([]);
		expect((await storage.files.usage())?.quotaBytes).toBeGreaterThan(0);
		storage.close();
	});

	test('names of all kinds are files, paths that climb are bugs', async () => {
		const storage = await openStorage(newName());
		const names = ['quote " and \'', '100 %', '🎬 film', 'ü'.repeat(80), '.hidden'];
		for (const name of names) await storage.files.create(`names/${name}`);
		expect([...(await storage.files.list('names'))].sort()).toEqual([...names].sort());
		for (const path of ['../up', 'a/../b', '/root', 'a//b', 'a\\b', '', '.']) {
			expect(() => pathParts(path)).toThrow(InvariantError);
		}
		storage.close();
	});
});
