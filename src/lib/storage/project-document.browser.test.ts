import { Dexie } from 'dexie';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { WHOLE_FRAME } from '#core/crop/crop';
import { Segment } from '#core/project/project';
import { InvariantError } from '#core/result';
import { openStorage } from './open-storage.ts';
import type { ProjectDocument } from './project-document.ts';
import type { Database } from './database.ts';
import type { Storage } from './storage.ts';
import { DocumentBlobs } from './document-blobs.ts';
import { UpdateLog } from './update-log.ts';

const MEDIA = `100-${'a'.repeat(64)}`;
const opened: Storage[] = [];

async function open(name: string): Promise<Storage> {
	const storage = await openStorage(name);
	opened.push(storage);
	return storage;
}

const newName = (): string => `test-${crypto.randomUUID()}`;
const newProject = async (name = newName()): Promise<ProjectDocument> => (await open(name)).projects.current();
const names = (document: ProjectDocument): string[] => document.project.segments.map(({ name }) => name);
const add = (document: ProjectDocument, name: string): string =>
	document.addSegment({ media: MEDIA, inS: 1, outS: 2, name });

afterEach(() => opened.splice(0).forEach((storage) => storage.close()));

describe('undo', () => {
	test('each verb is one step, back and forth', async () => {
		const document = await newProject();
		const first = add(document, 'one');
		add(document, 'two');
		document.moveSegment(first, null);
		document.removeSegments([first]);
		document.setCrop(MEDIA, { ...WHOLE_FRAME, zoom: 2 });
		document.rename('Holiday');

		const states = [document.project.name, document.project.crops[MEDIA]?.base.zoom, names(document)];
		expect(states).toEqual(['Holiday', 2, ['two']]);
		document.undo();
		expect(document.project.name).toBe('My project');
		document.undo();
		expect(document.project.crops).toEqual({});
		document.undo();
		expect(names(document)).toEqual(['two', 'one']);
		document.undo();
		expect(names(document)).toEqual(['one', 'two']);
		document.undo();
		expect(names(document)).toEqual(['one']);
		document.undo();
		expect(names(document)).toEqual([]);
		expect(document.canUndo).toBe(false);
		while (document.canRedo) document.redo();
		expect([document.project.name, document.project.crops[MEDIA]?.base.zoom, names(document)]).toEqual(states);
	});

	test('edits that are asked for as one step are one, with what else is asked for inside of it', async () => {
		const document = await newProject();
		const id = add(document, 'one');
		const added = document.asOneStep(() => {
			document.updateSegment(id, { outS: 3 });
			document.rename('Holiday');
			document.stopCapturing();
			return document.asOneStep(() => add(document, 'two'));
		});
		document.updateSegment(id, { outS: 5 });
		document.updateSegment(added, { outS: 6 });
		document.undo();
		document.undo();
		expect(document.project).toMatchObject({ name: 'Holiday', segments: [{ outS: 3 }, { name: 'two' }] });
		document.undo();
		expect(document.project).toMatchObject({ name: 'My project', segments: [{ outS: 2 }] });
	});

	test('a step that breaks off is undone as far as it came, and the next edit is no part of it', async () => {
		const document = await newProject();
		const broken = (): void =>
			document.asOneStep(() => {
				add(document, 'one');
				document.addSegment({ media: MEDIA, inS: 2, outS: 2 });
			});
		expect(broken).toThrow(InvariantError);
		add(document, 'two');
		document.undo();
		expect(names(document)).toEqual(['one']);
		document.undo();
		expect(names(document)).toEqual([]);
	});

	test('undo and redo of a thousand segments are told once each, and read each segment once', async () => {
		const document = await newProject();
		let told = -1;
		document.watch().subscribe(() => (told += 1));
		await vi.waitFor(() => expect(told).toBe(0));
		const counts: number[][] = [];
		const read = vi.spyOn(Segment, 'safeParse');
		const counting = (act: () => void): void => {
			told = 0;
			read.mockClear();
			act();
			counts.push([told, read.mock.calls.length, document.project.segments.length]);
		};
		document.addSegments(Array.from({ length: 1000 }, (_, i) => ({ media: MEDIA, inS: i, outS: i + 1 })));
		counting(() => document.undo());
		counting(() => document.redo());
		counting(() => document.undo());
		expect(counts).toEqual([
			[1, 0, 0],
			[1, 1000, 1000],
			[1, 0, 0],
		]);
		read.mockRestore();
	});

	test('edits of two things in one moment are two steps', async () => {
		const document = await newProject();
		const id = add(document, 'one');
		document.updateSegment(id, { name: 'renamed' });
		document.updateSegment(id, { name: 'renamed again' });
		document.updateSegment(id, { label: 'cat' });
		document.undo();
		expect(document.project.segments[0]).toMatchObject({ name: 'renamed again', label: '' });
		document.undo();
		expect(document.project.segments[0]?.name).toBe('one');
	});

	test('never takes back what another tab did', async () => {
		const name = newName();
		const [here, there] = [await newProject(name), await newProject(name)];
		add(here, 'here');
		await vi.waitFor(() => expect(names(there)).toEqual(['here']));
		add(there, 'there');
		await vi.waitFor(() => expect(names(here)).toEqual(['here', 'there']));
		here.undo();
		expect(names(here)).toEqual(['there']);
		expect(here.canUndo).toBe(false);
	});

	test('watchers hear that undo became possible', async () => {
		const document = await newProject();
		const heard: boolean[] = [];
		document.watch().subscribe(() => heard.push(document.canUndo));
		await vi.waitFor(() => expect(heard).toEqual([false]));
		add(document, 'one');
		document.undo();
		expect(heard[1]).toBe(true);
		expect(heard.at(-1)).toBe(false);
	});
});

describe('segments', () => {
	test('a copy stands right after its original', async () => {
		const document = await newProject();
		const first = add(document, 'one');
		add(document, 'two');
		document.updateSegment(first, { tags: ['a'], crop: { ...WHOLE_FRAME, zoom: 3 } });
		const copy = document.duplicateSegment(first);
		expect(document.project.segments.map(({ id }) => id).indexOf(copy)).toBe(1);
		expect(document.project.segments[1]).toMatchObject({ name: 'one', tags: ['a'], crop: { zoom: 3 } });
	});

	test('a patch that would empty a segment changes nothing', async () => {
		const document = await newProject();
		const id = add(document, 'one');
		expect(document.updateSegment(id, { inS: 2 })).toBe(false);
		expect(document.updateSegment(id, { crop: { ...WHOLE_FRAME, zoom: 2 } })).toBe(true);
		expect(document.project.segments[0]?.inS).toBe(1);
	});

	test('segments that did not change keep their identity', async () => {
		const document = await newProject();
		const first = add(document, 'one');
		add(document, 'two');
		const before = document.project.segments;
		document.updateSegment(first, { name: 'changed' });
		expect(document.project.segments[1]).toBe(before[1]);
		expect(document.project.segments[0]).not.toBe(before[0]);
	});
});

describe('kept on this device', () => {
	test('every change is on disk without closing', async () => {
		const name = newName();
		const document = await newProject(name);
		for (let n = 0; n < 50; n += 1) add(document, `s${n}`);
		// No flush and no close: a second connection reads what the first has only handed over.
		const later = await newProject(name);
		expect(names(later)).toHaveLength(50);
		expect(later.id).toBe(document.id);
	});

	test('the last change before a frame is torn down survives', async () => {
		const name = newName();
		await newProject(name);
		const frame = window.document.createElement('iframe');
		const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
		frame.srcdoc = '<p>another page</p>';
		window.document.body.append(frame);
		await loaded;
		const inside = frame.contentWindow as unknown as { indexedDB: IDBFactory };
		const db = await new Promise<IDBDatabase>((resolve, reject) => {
			const request = inside.indexedDB.open(name);
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(new Error(String(request.error)));
		});
		const storage = await open(name);
		const id = (await storage.projects.current()).id;
		// Nothing that was begun before may hold up the write: a transaction that has not started ends with its page.
		await new Promise((resolve) => {
			const barrier = db.transaction('docUpdates', 'readwrite');
			barrier.addEventListener('complete', resolve);
			barrier.objectStore('docUpdates').count();
		});
		const doc = new Y.Doc();
		doc.getMap('project').set('name', 'Written while dying');
		const database = { backendDB: () => db } as Database;
		const log = new UpdateLog(database, `project:${id}`, new DocumentBlobs(database, `project:${id}`));
		log.append(Y.encodeStateAsUpdate(doc), () => undefined);
		frame.remove();
		await vi.waitFor(async () => expect((await newProject(name)).project.name).toBe('Written while dying'));
	});

	test('many updates are joined when the document is opened, and nothing is lost', async () => {
		const name = newName();
		const document = await newProject(name);
		const id = add(document, 'one');
		for (let n = 0; n < 250; n += 1) document.updateSegment(id, { name: `name ${n}` });
		await document.flush();
		expect(names(await newProject(name))).toEqual(['name 249']);
		const raw = await new Dexie(name).open();
		expect(await raw.table('docUpdates').count()).toBe(1);
		raw.close();
		add(document, 'two');
		expect(names(await newProject(name))).toEqual(['name 249', 'two']);
	});

	test('a row that is no update is reported and left alone', async () => {
		const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
		const name = newName();
		const document = await newProject(name);
		add(document, 'one');
		await document.flush();
		const raw = await new Dexie(name).open();
		await raw.table('docUpdates').add({ doc: `project:${document.id}`, update: new Uint8Array([255, 255, 255, 1]) });
		expect(names(await newProject(name))).toEqual(['one']);
		expect(await raw.table('docUpdates').count()).toBe(2);
		expect(warn).toHaveBeenCalled();
		raw.close();
		warn.mockRestore();
	});

	test('an entry that does not parse is set aside, kept, and the rest is there', async () => {
		const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
		const name = newName();
		const document = await newProject(name);
		add(document, 'good');
		await document.flush();
		const foreign = new Y.Doc();
		foreign.getMap('segments').set('odd', new Y.Map([['inS', 'later']]));
		foreign.getMap('crops').set('not a fingerprint', 1);
		const raw = await new Dexie(name).open();
		const update = Y.encodeStateAsUpdate(foreign);
		await raw.table('docUpdates').add({ doc: `project:${document.id}`, update });
		raw.close();
		const later = await newProject(name);
		expect(names(later)).toEqual(['good']);
		expect(later.aside.map(({ where }) => where).sort()).toEqual(['crops/not a fingerprint', 'segments/odd']);
		warn.mockRestore();
	});

	test('a document of a newer app is shown and not changed', async () => {
		const name = newName();
		const document = await newProject(name);
		add(document, 'one');
		const newer = new Y.Doc();
		newer.getMap('meta').set('schemaVersion', 2);
		const raw = await new Dexie(name).open();
		await document.flush();
		// Written later by a client whose id wins.
		newer.clientID = 2 ** 32 - 1;
		const fresh = new Y.Doc();
		for (const row of await raw.table<{ update: Uint8Array }>('docUpdates').toArray()) Y.applyUpdate(fresh, row.update);
		fresh.getMap('meta').set('schemaVersion', 2);
		await raw.table('docUpdates').add({ doc: `project:${document.id}`, update: Y.encodeStateAsUpdate(fresh) });
		raw.close();
		const later = await newProject(name);
		expect(later.readOnly).toBe(true);
		expect(later.problem).toContain('newer Octocut');
		later.rename('No');
		expect([later.project.name, names(later)]).toEqual(['My project', ['one']]);
	});

	test('a change that cannot be kept is said', async () => {
		const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
		const storage = await openStorage(newName());
		const document = await storage.projects.open('x');
		const closing = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
			throw new DOMException('no space', 'QuotaExceededError');
		});
		add(document, 'one');
		closing.mockRestore();
		expect(names(document)).toEqual(['one']);
		expect(document.problem).toContain('could not be kept. There is no space left');
		warn.mockRestore();
		storage.close();
	});
});

describe('two tabs', () => {
	test('the same project is current in both, also when they open at once', async () => {
		const name = newName();
		const [one, two] = await Promise.all([newProject(name), newProject(name)]);
		expect(one.id).toBe(two.id);
	});

	test('changes of both converge, whatever they are', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), fc.nat(5), fc.nat(20)), { maxLength: 25 }), async (edits) => {
				const name = newName();
				const tabs = [await newProject(name), await newProject(name)] as const;
				for (const [first, verb, place] of edits) {
					const document = tabs[first ? 0 : 1];
					const ids = document.project.segments.map(({ id }) => id);
					const id = ids[place % Math.max(1, ids.length)];
					if (id === undefined || verb < 2) add(document, `n${place}`);
					else if (verb === 2) document.moveSegment(id, ids[0] ?? null);
					else if (verb === 3) document.updateSegment(id, { label: `l${place}` });
					else if (verb === 4) document.removeSegments([id]);
					else document.undo();
					if (place % 3 === 0) await new Promise((resolve) => setTimeout(resolve));
				}
				await vi.waitFor(() => expect(tabs[0].project.segments).toEqual(tabs[1].project.segments));
				const later = await newProject(name);
				expect(later.project.segments).toEqual(tabs[0].project.segments);
				opened.splice(0).forEach((storage) => storage.close());
			}),
			{ numRuns: 15 },
		);
	});

	test('what a tab missed while the other was alone arrives at the next greeting', async () => {
		const name = newName();
		const one = await newProject(name);
		add(one, 'one');
		await one.flush();
		const two = await newProject(name);
		add(two, 'two');
		await vi.waitFor(() => expect(names(one)).toEqual(['one', 'two']));
	});
});
