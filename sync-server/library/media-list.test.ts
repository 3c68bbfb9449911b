import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MediaSort } from '#contract/library';
import { TestLibrary } from './test-library.ts';

const its = new TestLibrary();
const names = Array.from({ length: 250 }, (_, n) => `clip ${n}${n % 10 === 0 ? ' Größe' : ''}.mp4`);

beforeAll(async () => {
	for (const folder of ['walks', 'walks/2024', 'a_b', 'a%b']) mkdirSync(join(its.media, folder));
	for (const [n, name] of names.entries()) {
		const path = join(its.media, n % 2 === 0 ? 'walks/2024' : 'walks', name);
		writeFileSync(path, 'x'.repeat(n % 25));
		utimesSync(path, 1e9 + (n % 50), 1e9 + (n % 50));
	}
	writeFileSync(join(its.media, 'a_b/x.mp4'), '');
	writeFileSync(join(its.media, 'a%b/100%_"quoted".mp4'), '');
	await its.open();
});
afterAll(async () => {
	await its.close();
	its.remove();
});

const all = (query: Partial<Parameters<typeof its.library.list.page>[0]> = {}, limit = 500) => {
	const page = its.library.list.page({ sort: 'name', limit, ...query });
	if (!page.ok) throw new Error(page.error);
	return page.value.items;
};
const found = (query: string) => all({ query }).map(({ name }) => name);

test.each(MediaSort.options)('pages by %s give every file once, in the order of one large page', (sort) => {
	const whole = all({ sort });
	expect(whole).toHaveLength(252);
	const paged: string[] = [];
	for (let cursor: string | undefined; ;) {
		const page = its.library.list.page({ sort, limit: 17, cursor });
		if (!page.ok) throw new Error(page.error);
		paged.push(...page.value.items.map(({ id }) => id));
		if (page.value.next === null) break;
		cursor = page.value.next;
	}
	expect(paged).toEqual(whole.map(({ id }) => id));
	expect(
		all({ sort: sort.startsWith('-') ? (sort.slice(1) as MediaSort) : (`-${sort}` as MediaSort) }).map(({ id }) => id),
	).toEqual([...paged].reverse());
});

test('names are in the order of people: clip 2 before clip 10', () => {
	const shown = all({ query: 'clip' }).map(({ name }) => parseInt(name.slice(5)));
	expect(shown).toEqual([...shown].sort((a, b) => a - b));
});

test('every word must be in the name or the names of the folders, in any case, in any place of a word', () => {
	expect(found('CLIP größe 240')).toEqual(['clip 240 Größe.mp4']);
	expect(found('größe')).toHaveLength(25);
	expect(found('2024 lip 249')).toEqual([]);
	expect(found('walks lip 249')).toEqual(['clip 249.mp4']);
	expect(found('ip 24').length).toBeGreaterThan(10);
	expect(found('x')).toContain('x.mp4');
	expect(found('nothing like it')).toEqual([]);
	expect(found('   ')).toHaveLength(252);
});

test('signs that mean something to a database mean nothing here', () => {
	expect(found('100%')).toEqual(['100%_"quoted".mp4']);
	expect(found('"quoted"')).toEqual(['100%_"quoted".mp4']);
	expect(found('a_b')).toEqual(['x.mp4']);
	for (const query of ['"', '" OR "', "';--", 'NEAR(', '*', 'a* OR b', '\u0000', '%%%'])
		expect(() => all({ query })).not.toThrow();
});

test('a folder shows its own files, with `deep` or a search those below it as well', () => {
	const [root] = its.library.roots();
	const walks = its.library.list.folder(root!.id)!.folders.find(({ name }) => name === 'walks')!;
	expect(walks).toMatchObject({ files: 125, folders: 1, parent: root!.id });
	expect(all({ folder: walks.id })).toHaveLength(125);
	expect(all({ folder: walks.id, deep: true })).toHaveLength(250);
	expect(all({ folder: walks.id, query: 'größe' })).toHaveLength(25);
	expect(all({ folder: root!.id, deep: true })).toHaveLength(252);
	const [year] = its.library.list.folder(walks.id)!.folders;
	expect(its.library.list.folder(year!.id)!.above.map(({ name }) => name)).toEqual(['media', 'walks']);
	expect(its.library.list.page({ sort: 'name', limit: 5, folder: 'none' })).toEqual({ ok: false, error: 'no-folder' });
});

test('a cursor of another order or made up is refused', () => {
	const page = its.library.list.page({ sort: 'name', limit: 5 });
	const cursor = page.ok ? page.value.next! : '';
	expect(its.library.list.page({ sort: '-size', limit: 5, cursor })).toEqual({ ok: false, error: 'bad-cursor' });
	for (const made of ['x', 'bnVsbA', Buffer.from('["name",{},1]').toString('base64url')])
		expect(its.library.list.page({ sort: 'name', limit: 5, cursor: made })).toEqual({ ok: false, error: 'bad-cursor' });
});
