import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { Dexie } from 'dexie';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { planExport } from '#core/export/export-plan';
import { centresOf, centresToBytes, encodeSeries, type CameraPath } from '#core/crop/camera-path';
import { WHOLE_FRAME } from '#core/crop/crop';
import { DEFAULT_EXPORT_SETTINGS } from '#core/export/export-settings';
import { blobsOfProject } from '#core/project/document-layout';
import type { BlobPlace, SharingHooks } from './document-sharing.ts';
import { openStorage } from './open-storage.ts';
import type { ProjectDocument } from './project-document.ts';
import type { Storage } from './storage.ts';

const MEDIA = `100-${'a'.repeat(64)}`;
const opened: Storage[] = [];
afterEach(() => {
	opened.splice(0).forEach((storage) => storage.close());
	vi.restoreAllMocks();
});

/** A path whose centres are far over the bound: every frame bends. */
const path = (id: string, frames = 40_000, seed = 1): CameraPath => ({
	...{ id, inS: 0, outS: frames / 30, style: 'lively', labels: [], picks: [], fixes: [] },
	x: encodeSeries(Float64Array.from({ length: frames }, (_, n) => 0.5 + 0.2 * Math.sin(n * seed))),
	y: encodeSeries(Float64Array.from({ length: frames }, (_, n) => 0.5 + 0.2 * Math.cos(n * seed))),
});

/** What devices share, in this page; unreachable while `there` is false. */
class Place implements BlobPlace {
	there = true;
	readonly kept = new Map<string, Uint8Array>();
	readonly #listeners = new Set<() => void>();
	get(hash: string): Promise<Uint8Array | undefined> {
		return Promise.resolve(this.there ? this.kept.get(hash) : undefined);
	}
	put(hash: string, bytes: Uint8Array): Promise<string | undefined> {
		if (!this.there) return Promise.reject(new Error('not there'));
		this.kept.set(hash, bytes);
		return Promise.resolve(undefined);
	}
	onBack(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}
	back(): void {
		this.there = true;
		for (const listener of this.#listeners) listener();
	}
}

interface Shared {
	readonly doc: Y.Doc;
	readonly hooks: SharingHooks;
}

async function device(place?: BlobPlace, name = `test-${crypto.randomUUID()}`) {
	const shared: Shared[] = [];
	const storage = await openStorage(name, {
		share: (_, doc, hooks) => {
			shared.push({ doc, hooks });
			return () => undefined;
		},
		...(place && { blobs: place }),
	});
	opened.push(storage);
	return { storage, shared, name };
}

const pathsOf = ({ project }: ProjectDocument): readonly CameraPath[] => project.crops[MEDIA]?.paths ?? [];
const rowsOf = async (name: string): Promise<number> => {
	const raw = await new Dexie(name).open();
	const rows = await raw.table('blobs').count();
	raw.close();
	return rows;
};
/** How large the document is without what lies beside it. */
const bytesOf = (shared: Shared | undefined): number => Y.encodeStateAsUpdate(shared!.doc).length;

describe('a long camera path', () => {
	test('lies beside the document, is there after a restart, and goes with the project', async () => {
		const { storage, shared, name } = await device();
		const project = await storage.projects.create('Long');
		const long = path('long');
		project.setCameraPaths(MEDIA, [long, { ...path('short', 30), inS: 5000, outS: 5001 }]);
		expect(bytesOf(shared[0])).toBeLessThan(3000);
		expect(pathsOf(project)[0]).toEqual(long);
		await project.flush();
		storage.close();
		const again = await device(undefined, name);
		const reopened = await again.storage.projects.open(project.id);
		expect(pathsOf(reopened).map(({ id }) => id)).toEqual(['long', 'short']);
		expect(pathsOf(reopened)[0]).toEqual(long);
		expect(reopened.problem).toBeUndefined();
		await again.storage.projects.remove(project.id);
		expect(await rowsOf(name)).toBe(0);
	});

	test('that an older app has kept in the document is read as it is', async () => {
		const { storage, shared } = await device();
		const project = await storage.projects.create('Old');
		const long = path('old');
		shared[0]!.doc.getMap('cameraPaths').set('old', { media: MEDIA, path: long });
		expect(pathsOf(project)).toEqual([long]);
		project.setCameraPaths(MEDIA, pathsOf(project));
		expect(blobsOfProject(shared[0]!.doc)).toEqual([]);
	});

	test('comes back with undo, also when its bytes have left the disk, and is kept again with that step', async () => {
		const { storage, shared, name } = await device();
		const project = await storage.projects.create('Undo');
		const [first, second] = [path('one'), path('two', 40_000, 2)];
		project.setCameraPaths(MEDIA, [first]);
		project.setCameraPaths(MEDIA, [second]);
		await project.flush();
		const raw = await new Dexie(name).open();
		await raw.table('blobs').clear();
		raw.close();
		project.undo();
		expect(pathsOf(project)).toEqual([first]);
		await project.flush();
		expect(blobsOfProject(shared[0]!.doc)).toHaveLength(1);
		storage.close();
		const again = await device(undefined, name);
		expect(pathsOf(await again.storage.projects.open(project.id))).toEqual([first]);
	});

	test('that nothing speaks of any more leaves the disk after a month, not before', async () => {
		const { storage, name } = await device();
		const project = await storage.projects.create('Month');
		project.setCameraPaths(MEDIA, [path('gone')]);
		project.setCameraPaths(MEDIA, [path('stays', 40_000, 2)]);
		await project.flush();
		storage.close();
		const reopen = async (): Promise<void> => {
			const again = await device(undefined, name);
			expect(pathsOf(await again.storage.projects.open(project.id)).map(({ id }) => id)).toEqual(['stays']);
			again.storage.close();
		};
		await reopen();
		expect(await rowsOf(name)).toBe(2);
		const raw = await new Dexie(name).open();
		await raw
			.table('blobs')
			.toCollection()
			.modify({ keptAt: Date.now() - 31 * 24 * 3600_000 });
		raw.close();
		await reopen();
		expect(await rowsOf(name)).toBe(1);
	});
});

describe('a long camera path of another device', () => {
	/** What this device has goes to another one: first what lies beside the document, then the document. */
	async function share(from: Shared, to: Shared): Promise<void> {
		expect(await from.hooks.beforeSend?.()).toBeUndefined();
		Y.applyUpdate(to.doc, Y.encodeStateAsUpdate(from.doc), 'the network');
	}

	test('is fetched when the document speaks of it, kept, and is the same array', async () => {
		const place = new Place();
		const [a, b] = [await device(place), await device(place)];
		const here = await a.storage.projects.create('Both');
		here.setCameraPaths(MEDIA, [path('long')]);
		const there = await b.storage.projects.open(here.id);
		await share(a.shared[0]!, b.shared[0]!);
		await vi.waitFor(() => expect(pathsOf(there)).toHaveLength(1));
		expect(centresOf(pathsOf(there)[0]!)).toEqual(centresOf(pathsOf(here)[0]!));
		b.storage.close();
		place.there = false;
		const again = await device(place, b.name);
		expect(pathsOf(await again.storage.projects.open(here.id))).toEqual(pathsOf(here));
	});

	test('that has not come is said, holds up exports of its span alone, and comes when the server is back', async () => {
		const place = new Place();
		const [a, b] = [await device(place), await device(place)];
		const here = await a.storage.projects.create('Later');
		here.setCameraPaths(MEDIA, [path('long')]);
		const there = await b.storage.projects.open(here.id);
		await a.shared[0]!.hooks.beforeSend?.();
		place.there = false;
		Y.applyUpdate(b.shared[0]!.doc, Y.encodeStateAsUpdate(a.shared[0]!.doc), 'the network');
		expect(there.problem).toContain('has not come from the server yet');
		expect(pathsOf(there)).toEqual([]);
		const { inS, outS } = path('long');
		expect(there.project.crops[MEDIA]?.awaited).toEqual([{ inS, outS }]);
		const planned = (fromS: number) =>
			planExport({
				selection: [
					{
						segment: { media: MEDIA, inS: fromS, outS: fromS + 1, name: 'a' },
						crop: WHOLE_FRAME,
						track: there.project.crops[MEDIA]!,
					},
				],
				...{ factsOf: () => facts, indexOf: () => undefined, settings: DEFAULT_EXPORT_SETTINGS },
				...{ now: new Date(0), newId: () => 'id' },
			});
		expect(planned(10)).toMatchObject({ ok: false, error: [{ kind: 'path-awaited' }] });
		expect(planned(2000)).not.toMatchObject({ error: [{ kind: 'path-awaited' }] });
		// What is edited meanwhile harms nothing.
		there.setCameraPaths(MEDIA, [{ ...path('mine', 30), inS: 3000, outS: 3001 }]);
		place.back();
		await vi.waitFor(() => expect(pathsOf(there).map(({ id }) => id)).toEqual(['long', 'mine']));
		expect(there.problem).toBeUndefined();
	});

	test('gives way, unseen, to one that is set in its place', async () => {
		const place = new Place();
		const [a, b] = [await device(place), await device(place)];
		const here = await a.storage.projects.create('Replaced');
		here.setCameraPaths(MEDIA, [path('long')]);
		const there = await b.storage.projects.open(here.id);
		place.there = false;
		Y.applyUpdate(b.shared[0]!.doc, Y.encodeStateAsUpdate(a.shared[0]!.doc), 'the network');
		there.setCameraPaths(MEDIA, [{ ...path('mine', 30), inS: 1, outS: 2 }]);
		expect(there.project.crops[MEDIA]?.awaited).toBeUndefined();
		place.back();
		expect(pathsOf(there).map(({ id }) => id)).toEqual(['mine']);
	});

	test('whose bytes are not those of its name, or no path, is not taken', async () => {
		vi.spyOn(console, 'warn').mockImplementation(() => undefined);
		const place = new Place();
		const [a, b] = [await device(place), await device(place)];
		const here = await a.storage.projects.create('Wrong');
		here.setCameraPaths(MEDIA, [path('long')]);
		await a.shared[0]!.hooks.beforeSend?.();
		const [hash = ''] = [...place.kept.keys()];
		place.kept.set(hash, centresToBytes(path('other', 40_000, 3)));
		const there = await b.storage.projects.open(here.id);
		const doc = b.shared[0]!.doc;
		Y.applyUpdate(doc, Y.encodeStateAsUpdate(a.shared[0]!.doc), 'the network');
		const junk = crypto.getRandomValues(new Uint8Array(60_000));
		const junkHash = bytesToHex(sha256(junk));
		place.kept.set(junkHash, junk);
		const { id, inS, outS, style, labels, picks, fixes } = path('junk');
		const head = { id, inS, outS, style, labels, picks, fixes, centres: junkHash };
		doc.getMap('cameraPaths').set(id, { media: MEDIA, path: head });
		await vi.waitFor(() => expect(there.aside.map(({ where }) => where)).toEqual(['cameraPaths/junk']));
		expect(pathsOf(there)).toEqual([]);
		place.kept.set(hash, centresToBytes(path('long')));
		place.back();
		await vi.waitFor(() => expect(pathsOf(there).map(({ id }) => id)).toEqual(['long']));
	});

	test('in another tab is read from what the first one has kept', async () => {
		const name = `test-${crypto.randomUUID()}`;
		const [a, b] = [await device(undefined, name), await device(undefined, name)];
		const here = await a.storage.projects.create('Tabs');
		const there = await b.storage.projects.open(here.id);
		here.setCameraPaths(MEDIA, [path('long')]);
		await vi.waitFor(() => expect(pathsOf(there)).toEqual(pathsOf(here)), { timeout: 5000 });
	});

	test('waits for nobody where the disk is full: the next change takes it along', async () => {
		const { storage, name } = await device();
		const project = await storage.projects.create('Full');
		await project.flush();
		const spy = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
			throw new DOMException('full', 'QuotaExceededError');
		});
		vi.spyOn(console, 'warn').mockImplementation(() => undefined);
		project.setCameraPaths(MEDIA, [path('long')]);
		await vi.waitFor(() => expect(project.unkept?.trouble).toBe('full'));
		spy.mockRestore();
		await project.flush();
		expect(project.unkept).toBeUndefined();
		storage.close();
		const again = await device(undefined, name);
		expect(pathsOf(await again.storage.projects.open(project.id))).toHaveLength(1);
	});
});

const facts = {
	...{ fingerprint: MEDIA, name: 'film.mp4', bytes: 100, container: 'mp4', durationS: 4000, firstTimestampS: 0 },
	video: {
		...{ codec: 'avc1', width: 1920, height: 1080, codedWidth: 1920, codedHeight: 1080, rotation: 0 as const },
		...{
			pixelAspect: { num: 1, den: 1 },
			fps: { num: 30, den: 1 },
			variableRate: false,
			hdr: false,
			frameCount: 120_000,
		},
	},
	audio: [],
	subtitles: [],
	...{ playable: 'webcodecs' as const, reader: 'mediabunny' as const, truncated: false, notes: [] },
};
