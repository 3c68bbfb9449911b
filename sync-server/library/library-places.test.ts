import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestLibrary } from './test-library.ts';

let its: TestLibrary;
beforeEach(() => (its = new TestLibrary()));
afterEach(async () => {
	await its.close();
	its.remove();
});

function put(path: string): void {
	mkdirSync(join(its.media, path, '..'), { recursive: true });
	writeFileSync(join(its.media, path), path);
}

const nfc = 'Amélie.mkv'.normalize('NFC');
const nfd = 'Amélie.mkv'.normalize('NFD');

test('a file is found where it lies, however its accents are spelled, and only while it is there', async () => {
	put('tv/Show/a.mkv');
	put(`films/${nfd}`);
	put('top.mkv');
	const { places } = await its.open();
	const root = places.roots[0]?.id ?? '';
	expect(places.roots).toHaveLength(1);
	expect(places.file({ root, names: ['tv', 'Show', 'a.mkv'] })).toBe(its.idOf('a.mkv'));
	expect(places.file({ root, names: ['top.mkv'] })).toBe(its.idOf('top.mkv'));
	expect(places.file({ root, names: ['films', nfc] })).toBe(its.idOf(nfc));
	for (const names of [
		['tv', 'a.mkv'],
		['tv'],
		[],
		['TV', 'Show', 'a.mkv'],
		['tv/Show/a.mkv'],
		['tv', '..', 'top.mkv'],
	])
		expect(places.file({ root, names })).toBeUndefined();
	expect(places.file({ root: 'other', names: ['top.mkv'] })).toBeUndefined();
	expect(places.hasFolder({ root, names: ['tv', 'Show'] })).toBe(true);
	expect(places.hasFolder({ root, names: [] })).toBe(true);
	expect(places.hasFolder({ root, names: ['Show'] })).toBe(false);
	expect(places.called('a.mkv')).toEqual([{ root, names: ['tv', 'Show', 'a.mkv'] }]);
	expect(places.called(nfc)).toEqual([{ root, names: ['films', nfd] }]);
	expect(places.inWords({ root, names: ['tv', 'Show'] })).toBe('media / tv / Show');
	rmSync(join(its.media, 'top.mkv'));
	await its.scan();
	expect(places.file({ root, names: ['top.mkv'] })).toBeUndefined();
});
