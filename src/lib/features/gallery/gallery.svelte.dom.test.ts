import { expect, test, vi } from 'vitest';
import type { Capture } from '#contract/captures';
import type { ServerJob } from '#contract/jobs';
import { FakeEvents, fakeCapture, fakeServer, pageOf } from './gallery-fakes.ts';
import { GallerySelection } from './gallery-selection.svelte.ts';
import { Gallery, NO_FILTER } from './gallery.svelte.ts';

const many = (count: number): Capture[] => Array.from({ length: count }, (_, n) => fakeCapture(n));

function open(all: Capture[]) {
	const server = fakeServer(({ query }) => pageOf(all, query));
	const events = new FakeEvents();
	const gallery = new Gallery({ connection: server, sharing: events }, 1);
	return { gallery, events, asked: server.asked };
}

test('only as much is asked for as is needed, and all of it by large pages', async () => {
	const { gallery, asked } = open(many(1700));
	await gallery.refresh();
	expect([gallery.items.length, gallery.total]).toEqual([100, 1700]);
	await gallery.need(60);
	expect(asked).toHaveLength(1);
	await gallery.need(900);
	expect(gallery.items).toHaveLength(900);
	expect((await gallery.all()).map(({ id }) => id)).toEqual(many(1700).map(({ id }) => id));
	expect(asked.map(({ query }) => query['limit'])).toEqual(['100', '500', '300', '500', '300']);
});

test('a filter asks anew, also while something is asked and word of changes comes', async () => {
	const all = [fakeCapture(1, { favourite: true }), fakeCapture(2)];
	const { gallery, events } = open(all);
	const stop = gallery.start();
	void gallery.refresh();
	events.tell({ type: 'captures' });
	await gallery.choose({ favourites: true });
	expect(gallery.items.map(({ id }) => id)).toEqual(['c1']);
	await vi.waitFor(() => expect(gallery.isFiltered).toBe(true));
	await gallery.choose(NO_FILTER);
	expect(gallery.total).toBe(2);
	stop();
});

test('what others take shows when the socket tells, and jobs move the bar', async () => {
	const all = [fakeCapture(1)];
	const { gallery, events } = open(all);
	const stop = gallery.start();
	await vi.waitFor(() => expect(gallery.items).toHaveLength(1));
	const pending = fakeCapture(0, { status: 'pending', progress: 0, job: 'j1' });
	all.unshift(pending);
	events.tell({ type: 'captures' });
	await vi.waitFor(() => expect(gallery.items).toHaveLength(2));
	const job = { id: 'j1', kind: 'capture', progress: 0.4 } as ServerJob;
	events.tell({ type: 'job', seq: 1, job });
	expect(gallery.progressOf(pending)).toBe(0.4);
	stop();
});

test('a server that is away says so, and what was shown stays', async () => {
	let away = false;
	const server = fakeServer(({ query }) => (away ? undefined : pageOf(many(3), query)));
	const gallery = new Gallery({ connection: server, sharing: new FakeEvents() });
	await gallery.refresh();
	away = true;
	await gallery.refresh();
	expect(gallery.items).toHaveLength(3);
	expect(gallery.problem).toMatch(/cannot be reached/);
	away = false;
	await gallery.refresh();
	expect(gallery.problem).toBe('');
});

test('days of the filter are whole days of this device', async () => {
	const { gallery, asked } = open([]);
	await gallery.choose({ from: '2026-03-01', to: '2026-03-01' });
	const { from, to } = asked.at(-1)?.query ?? {};
	expect(new Date(from ?? '').toString()).toContain('Mar 01 2026 00:00:00');
	expect(new Date(to ?? '').toString()).toContain('Mar 02 2026 00:00:00');
});

test('a range picks everything between, all picks what was not loaded yet, and what is gone is not picked', async () => {
	const { gallery } = open(many(700));
	await gallery.refresh();
	const selection = new GallerySelection(gallery);
	selection.toggle('c3');
	selection.toggle('c6', true);
	expect(selection.captures.map(({ id }) => id)).toEqual(['c3', 'c4', 'c5', 'c6']);
	selection.toggle('c4');
	gallery.drop(['c5']);
	expect(selection.captures.map(({ id }) => id)).toEqual(['c3', 'c6']);
	await selection.all();
	expect(selection.captures).toHaveLength(699);
	selection.clear();
	expect([selection.open, selection.captures.length]).toEqual([false, 0]);
});
