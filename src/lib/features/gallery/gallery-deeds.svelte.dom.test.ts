import { expect, test } from 'vitest';
import type { Capture } from '#contract/captures';
import { ok } from '#core/result';
import { GalleryDeeds } from './gallery-deeds.svelte.ts';
import { fakeCapture, fakeServer, type FakeAsked } from './gallery-fakes.ts';

function begin(answer: (asked: FakeAsked) => { readonly status?: number; readonly body: unknown } | undefined) {
	const server = fakeServer(answer);
	const told: string[] = [];
	const put: Capture[] = [];
	const dropped: string[] = [];
	const connection = { client: server.client, mediaUrl: (path: string) => Promise.resolve(ok(path)) };
	const toasts = { show: ({ text }: { readonly text: string }) => told.push(text) };
	const gallery = { put: (one: Capture) => put.push(one), drop: (ids: readonly string[]) => dropped.push(...ids) };
	return { deeds: new GalleryDeeds({ connection, toasts, gallery }), asked: server.asked, told, put, dropped };
}

test('thousands are deleted in parts, and what could not be deleted is told and stays', async () => {
	const { deeds, asked, told, dropped } = begin(({ path, body }) => {
		if (path.endsWith('/usage')) return { body: { count: 0, bytes: 0, favourites: 0, freeBytes: null } };
		const { ids } = body as { readonly ids: string[] };
		return { body: { deleted: ids.filter((id) => id !== 'c7'), trouble: ids.includes('c7') ? ['c7 is in use.'] : [] } };
	});
	const ids = Array.from({ length: 2300 }, (_, n) => `c${n}`);
	expect(await deeds.remove(ids)).toHaveLength(2299);
	expect(asked.filter(({ path }) => path.endsWith('/delete'))).toHaveLength(3);
	expect(told).toEqual(['c7 is in use.', '2299 captures are deleted.']);
	expect(dropped).not.toContain('c7');
});

test('a name that is refused tells why and changes nothing', async () => {
	const message = 'There is no such capture any more.';
	const { deeds, told, put } = begin(() => ({ status: 404, body: { code: 'not_found', message } }));
	expect(await deeds.rename(fakeCapture(1), 'New')).toBe(false);
	expect(told).toEqual([message]);
	expect(put).toEqual([]);
});

test('what has no file is not put into a ZIP, and more than a ZIP holds is refused before anything is asked', async () => {
	const { deeds, asked, told } = begin(() => undefined);
	await deeds.save([fakeCapture(1, { status: 'pending' })]);
	await deeds.save(Array.from({ length: 1001 }, (_, n) => fakeCapture(n)));
	expect(asked).toEqual([]);
	expect(told).toEqual([expect.stringContaining('has a file yet'), expect.stringContaining('1000 captures at most')]);
});
