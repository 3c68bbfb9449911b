import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Capture, CaptureDefaults } from '../../src/lib/contract/captures.ts';
import { fixturePath } from '../fixtures/make.ts';
import { CaptureServer, playing } from './capture-server.ts';

const its = new CaptureServer([fixturePath('long-gop.mp4')]);
const session = its.play(
	playing('long-gop.mp4', 30, 60, { title: 'long-gop.mp4', subtitle: 'S05E14 — Ozymandias', user: 'Walter' }),
).id;
const made: Capture[] = [];

beforeAll(async () => {
	await its.start();
	const span = { kind: 'last', seconds: 1 } as const;
	made.push((await its.make({ type: 'screenshot', session })).capture);
	made.push((await its.make({ type: 'screenshot', session, format: 'webp' })).capture);
	made.push((await its.make({ type: 'clip', session, span, mode: 'fast' })).capture);
	made.push((await its.make({ type: 'clip', session, span, format: 'mp3' })).capture);
	await its.idle();
});
afterAll(async () => {
	await its.stop();
	its.remove();
	expect(its.errors).toEqual([]);
});

interface Page {
	readonly items: Capture[];
	readonly next: string | null;
	readonly total: number;
}
const list = (query: string): Promise<Page> => its.json<Page>(`/api/captures?${query}`);

test('a capture tells what it is of', () => {
	expect(made[0]).toMatchObject({
		...{
			status: 'complete',
			type: 'screenshot',
			name: 'long-gop.mp4 S05E14 at 0:00:30',
			source: 'plex',
			sourceName: 'Home',
		},
		...{ title: 'long-gop.mp4', subtitle: 'S05E14 — Ozymandias', user: 'Walter', startS: 30, width: 640, height: 360 },
		...{ favourite: false, shares: 0, notes: [] },
	});
	expect(made[0]?.media).toBeDefined();
});

test('pages follow each other, filtered and sorted', async () => {
	const ids = made.map(({ id }) => id);
	const newest = await list('limit=3');
	expect(newest.items.map(({ id }) => id)).toEqual([ids[3], ids[2], ids[1]]);
	expect(newest.total).toBe(4);
	expect((await list(`limit=3&cursor=${newest.next ?? ''}`)).items.map(({ id }) => id)).toEqual([ids[0]]);
	expect((await list('sort=created')).items.map(({ id }) => id)).toEqual(ids);
	expect((await list('type=clip')).total).toBe(2);
	expect((await list('source=jellyfin')).total).toBe(0);
	expect((await list('query=ozym%20S05')).total).toBe(4);
	expect((await list('query=heisenberg')).total).toBe(0);
	expect((await list(`to=${made[2]?.createdAt ?? ''}`)).items).toHaveLength(2);
	const sizes = (await list('sort=-bytes')).items.map(({ bytes }) => bytes);
	expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
	expect((await its.request('/api/captures?cursor=nonsense')).status).toBe(400);
});

test('a new name is found, and the file is saved under it', async () => {
	const { id = '' } = made[0] ?? {};
	const changed = await its.json<Capture>(`/api/captures/${id}`, 'PATCH', { name: 'Say my: name', favourite: true });
	expect(changed).toMatchObject({ name: 'Say my: name', favourite: true });
	expect((await list('query=say%20my')).items.map((one) => one.id)).toEqual([id]);
	expect((await list('favourite=true')).total).toBe(1);
	const file = await its.request(`/api/captures/${id}/file?download=true`);
	expect(file.headers.get('Content-Disposition')).toContain(`attachment; filename="Say my: name.jpg"`);
	expect(file.headers.get('Content-Type')).toBe('image/jpeg');
	expect((await file.arrayBuffer()).byteLength).toBe(changed.bytes);
	const part = await its.app.request(`/api/captures/${id}/file`, { headers: { Range: 'bytes=0-1' } });
	expect([part.status, [...new Uint8Array(await part.arrayBuffer())]]).toEqual([206, [0xff, 0xd8]]);
});

test('screenshots and clips have thumbnails, sound has none', async () => {
	for (const { id, format } of made) {
		const response = await its.request(`/api/captures/${id}/thumbnail?width=320`);
		expect(response.status).toBe(format === 'mp3' ? 404 : 200);
		if (!response.ok) continue;
		expect(await sharp(Buffer.from(await response.arrayBuffer())).metadata()).toMatchObject({
			width: 320,
			height: 180,
			format: 'webp',
		});
	}
	const poster = await its.rooms.captures.poster(made[2]?.id ?? '');
	expect(poster.ok && (await sharp(poster.value.path).metadata())).toMatchObject({ format: 'jpeg', width: 640 });
});

test('several come in one archive, under names of their own', async () => {
	const ids = made.map(({ id }) => id);
	const { archive, bytes } = await its.json<{ archive: string; bytes: number }>('/api/captures/archives', 'POST', {
		ids,
	});
	const response = await its.request(`/api/captures/archives/${archive}`);
	expect(response.headers.get('Content-Type')).toBe('application/zip');
	const path = join(its.folder, 'all.zip');
	writeFileSync(path, Buffer.from(await response.arrayBuffer()));
	const told = execFileSync(
		'python3',
		[
			'-c',
			'import sys,zipfile,json; z=zipfile.ZipFile(sys.argv[1]); print(json.dumps([z.testzip(), [[i.filename, i.file_size] for i in z.infolist()]]))',
			path,
		],
		{ encoding: 'utf8' },
	);
	const [broken, entries] = JSON.parse(told) as [null, [string, number][]];
	expect(broken).toBeNull();
	expect(entries.map(([name]) => name)).toEqual([
		...['Say my_ name.jpg', 'long-gop.mp4 S05E14 at 0.00.30.webp'],
		...['long-gop.mp4 S05E14 at 0.00.29.mp4', 'long-gop.mp4 S05E14 at 0.00.29.mp3'],
	]);
	expect(entries.reduce((sum, [, size]) => sum + size, 0)).toBe(bytes);
	expect((await its.request('/api/captures/archives/none')).status).toBe(404);
	expect((await its.request('/api/captures/archives', 'POST', { ids: ['none'] })).status).toBe(404);
});

test('an archive comes to its end though one of its captures is deleted meanwhile', async () => {
	const fresh = (await its.make({ type: 'screenshot', session, format: 'png' })).capture;
	const ids = [made[0]?.id, fresh.id, made[1]?.id];
	const { archive } = await its.json<{ archive: string }>('/api/captures/archives', 'POST', { ids });
	// It is written while it is read.
	const answer = await its.request(`/api/captures/archives/${archive}`);
	await its.rooms.captures.remove([fresh.id]);
	const path = join(its.folder, 'shorter.zip');
	writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
	const names = execFileSync('python3', [
		'-c',
		'import sys,zipfile;print(len(zipfile.ZipFile(sys.argv[1]).namelist()))',
		path,
	]);
	expect(String(names).trim()).toBe('2');
});

test('a name cannot pretend to be another one', async () => {
	const { id = '', name = '' } = made[3] ?? {};
	await its.json(`/api/captures/${id}`, 'PATCH', { name: 'song\r\nX: y\u202egpj' });
	const file = await its.request(`/api/captures/${id}/file?download=true`);
	const said = file.headers.get('Content-Disposition') ?? '';
	expect(said).toContain('filename="song X: ygpj.mp3"');
	expect(said).not.toMatch(/%0d|%0a|%e2%80%ae/iu);
	await its.json(`/api/captures/${id}`, 'PATCH', { name });
});

test('what one press takes is kept', async () => {
	const first = await its.json<CaptureDefaults>('/api/captures/defaults');
	expect(first.clip).toMatchObject({ mode: 'precise', format: 'mp4' });
	const other = { ...first, clip: { ...first.clip, shortSide: 720 } };
	await its.json('/api/captures/defaults', 'PUT', other);
	expect(await its.json('/api/captures/defaults')).toEqual(other);
});

describe('clearing away', () => {
	test('leaves what becomes a favourite while it runs', async () => {
		const row = its.db.sqlite.prepare('SELECT * FROM captures WHERE id = ?').get(made[1]?.id) as Record<
			string,
			unknown
		>;
		const columns = Object.keys(row).filter((name) => name !== 'n');
		const insert = its.db.sqlite.prepare(
			`INSERT INTO captures (${columns.map((name) => `"${name}"`).join()}) VALUES (${columns.map((name) => `@${name}`).join()})`,
		);
		for (const id of ['old-1', 'old-2']) insert.run({ ...row, id, path: `old/${id}.webp`, created_at: 1 });
		await its.json('/api/captures/retention', 'PUT', { maxAgeDays: 100, maxBytes: null });
		const run = its.request('/api/captures/retention/run', 'POST', {});
		// The first is on its way.
		await new Promise<void>((resolve) => {
			const stop = its.rooms.captures.subscribe((event) => {
				if (event.type !== 'deleted') return;
				stop();
				its.rooms.captures.change('old-2', { favourite: true });
				resolve();
			});
		});
		expect(await (await run).json()).toMatchObject({ removed: 1, trouble: [] });
		expect(its.rooms.captures.get('old-2')).toMatchObject({ favourite: true });
		await its.json('/api/captures/delete', 'POST', { ids: ['old-2'] });
		await its.json('/api/captures/retention', 'PUT', { maxAgeDays: null, maxBytes: null });
	});

	test('shows first what it would remove, never favourites, and removes just that', async () => {
		const { id: favourite = '' } = made[0] ?? {};
		const usage = await its.json<{ bytes: number; count: number; favourites: number }>('/api/captures/usage');
		expect(usage).toMatchObject({ count: 4, favourites: 1 });
		const rule = { maxAgeDays: null, maxBytes: 1_000_000 };
		const old = { maxAgeDays: 1, maxBytes: null };
		expect(await its.json('/api/captures/retention/preview', 'POST', old)).toMatchObject({ count: 0 });
		its.db.sqlite
			.prepare('UPDATE captures SET created_at = created_at - 3 * 86400000 WHERE id IN (?, ?)')
			.run(favourite, made[1]?.id);
		const preview = await its.json<{ count: number; captures: Capture[] }>(
			'/api/captures/retention/preview',
			'POST',
			old,
		);
		expect(preview.captures.map(({ id }) => id)).toEqual([made[1]?.id]);
		expect((await list('')).total).toBe(4);

		await its.json('/api/captures/retention', 'PUT', old);
		const run = await its.json<{ removed: number; trouble: string[] }>('/api/captures/retention/run', 'POST', {});
		expect(run).toMatchObject({ removed: 1, trouble: [] });
		expect((await list('')).total).toBe(3);
		const kept = await its.json<{ rule: object; last: object; nextAt: string | null }>('/api/captures/retention');
		expect(kept).toMatchObject({ rule: old, last: { removed: 1 } });
		expect(Date.parse(kept.nextAt ?? '')).toBeGreaterThan(Date.now());

		// By size, the oldest go until the rest fits; a favourite stays though it is older.
		its.db.sqlite.prepare('UPDATE captures SET bytes = 900000 WHERE id <> ?').run(favourite);
		const bySize = await its.json<{ captures: Capture[] }>('/api/captures/retention/preview', 'POST', rule);
		expect(bySize.captures.map(({ id }) => id)).toEqual([made[2]?.id]);
	});
});

test('deleting takes the file, its pictures and the job with it, and tells', async () => {
	const { id = '', job = '' } = made[2] ?? {};
	const file = await its.rooms.captures.file(id);
	const path = file.ok ? file.value.path : '';
	expect(readFileSync(path).length).toBeGreaterThan(0);
	const events: unknown[] = [];
	const stop = its.rooms.captures.subscribe((event) => events.push(event));
	const before = its.changes;
	expect(await its.json('/api/captures/delete', 'POST', { ids: [id, 'none'] })).toEqual({ deleted: [id], trouble: [] });
	stop();
	expect(events).toEqual([{ type: 'deleted', id }]);
	expect(its.changes).toBeGreaterThan(before);
	expect(existsSync(path)).toBe(false);
	expect(its.queue.get(job)).toBeUndefined();
	expect((await its.request(`/api/captures/${id}`)).status).toBe(404);
});

test('20,000 captures are counted, searched and paged to the end', async () => {
	const row = its.db.sqlite.prepare('SELECT * FROM captures WHERE id = ?').get(made[0]?.id) as Record<string, unknown>;
	const columns = Object.keys(row).filter((name) => name !== 'n');
	const insert = its.db.sqlite.prepare(
		`INSERT INTO captures (${columns.map((name) => `"${name}"`).join()}) VALUES (${columns.map((name) => `@${name}`).join()})`,
	);
	const { total: before } = await list('');
	its.db.sqlite.transaction(() => {
		for (let n = 0; n < 20_000; n += 1) {
			insert.run({
				...row,
				id: `many-${n}`,
				name: `Film ${n}`,
				search_text: `film ${n}\nfilm`,
				path: null,
				favourite: 0,
				created_at: 1e12 + Math.floor(n / 7),
			});
		}
	})();
	expect((await list('query=film%2019999')).items.map(({ id }) => id)).toEqual(['many-19999']);
	const seen = new Set<string>();
	let cursor: string | null = '';
	for (let page = 0; cursor !== null && page < 100; page += 1) {
		const found: Page = await list(`limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`);
		found.items.forEach(({ id }) => seen.add(id));
		cursor = found.next;
		expect(found.total).toBe(before + 20_000);
	}
	expect(seen.size).toBe(before + 20_000);
});
