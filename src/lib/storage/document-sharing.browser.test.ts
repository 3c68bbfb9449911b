import { afterEach, describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import type { ShareDocument, SharingHooks } from './document-sharing.ts';
import { openStorage } from './open-storage.ts';
import type { Storage } from './storage.ts';

const MEDIA = `100-${'a'.repeat(64)}`;
const opened: Storage[] = [];
afterEach(() => opened.splice(0).forEach((storage) => storage.close()));

/** What a document was shared as. */
interface Shared {
	readonly name: string;
	readonly doc: Y.Doc;
	readonly hooks: SharingHooks;
	left: boolean;
}

async function open(
	name = `test-${crypto.randomUUID()}`,
): Promise<{ storage: Storage; shared: Shared[]; name: string }> {
	const shared: Shared[] = [];
	const share: ShareDocument = (documentName, doc, hooks) => {
		const one = { name: documentName, doc, hooks, left: false };
		shared.push(one);
		return () => void (one.left = true);
	};
	const storage = await openStorage(name, { share });
	opened.push(storage);
	return { storage, shared, name };
}

/** What another device does to the document, as it comes over the network. */
function fromAfar(doc: Y.Doc, change: (doc: Y.Doc) => void): void {
	const other = new Y.Doc();
	Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
	other.transact(() => change(other));
	Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), 'the network');
}

describe('a shared project', () => {
	test('keeps what comes from another device, which undo here never takes back', async () => {
		const { storage, shared, name } = await open();
		const project = await storage.projects.create('Holiday');
		expect(shared.map((one) => one.name)).toEqual([`project:${project.id}`]);
		project.addSegment({ media: MEDIA, inS: 0, outS: 1 });
		fromAfar(shared[0]!.doc, (doc) => doc.getMap('project').set('name', 'Summer'));
		expect(project.project.name).toBe('Summer');
		project.undo();
		project.undo();
		expect([project.project.name, project.project.segments]).toEqual(['Summer', []]);
		await project.flush();
		storage.close();
		await vi.waitFor(() => expect(shared[0]!.left).toBe(true));
		const again = await open(name);
		expect((await again.storage.projects.open(project.id)).project.name).toBe('Summer');
	});

	test('that a newer app has changed is only looked at, and says so', async () => {
		const { storage, shared } = await open();
		const project = await storage.projects.create('Holiday');
		fromAfar(shared[0]!.doc, (doc) => doc.getMap('meta').set('schemaVersion', 99));
		project.rename('Mine');
		expect([project.readOnly, project.project.name]).toEqual([true, 'Holiday']);
		expect(project.problem).toBe(
			'This project was changed by a newer Octocut and can only be looked at here. Reload to update Octocut.',
		);
	});

	test('shows all else when another device has put something into it that cannot be read', async () => {
		vi.spyOn(console, 'warn').mockImplementation(() => undefined);
		const { storage, shared } = await open();
		const project = await storage.projects.create('Holiday');
		project.addSegment({ media: MEDIA, inS: 0, outS: 1, name: 'mine' });
		const doc = shared[0]!.doc;
		fromAfar(doc, (there) => {
			let map = there.getMap<unknown>('segments');
			for (let n = 0; n < 20_000; n += 1) {
				const inner = new Y.Map<unknown>();
				map.set('deep', inner);
				map = inner;
			}
			there.getMap('segments').set('text', new Y.Text('no segment'));
			there.getMap('crops').set(MEDIA, 7);
			there.getMap('cameraPaths').set('x', { media: MEDIA, path: { centres: '../../etc/passwd' } });
			there.getMap('project').set('name', { not: 'a name' });
		});
		expect(project.project.segments.map(({ name }) => name)).toEqual(['mine']);
		expect(project.aside.map(({ where }) => where).sort()).toEqual([
			'cameraPaths/x',
			`crops/${MEDIA}`,
			'segments/deep',
			'segments/text',
		]);
		project.rename('Still mine');
		expect(project.project.name).toBe('Still mine');
		vi.restoreAllMocks();
	});

	test('that was removed on another device is gone here, and says so', async () => {
		const { storage, shared, name } = await open();
		const project = await storage.projects.create('Holiday');
		await project.flush();
		shared[0]!.hooks.onRemoved();
		expect([project.readOnly, project.problem]).toEqual([
			true,
			'This project was removed on another device. Choose another project.',
		]);
		await vi.waitFor(async () => expect(await storage.projects.ids()).toEqual([]));
		const again = await open(name);
		expect(await again.storage.projects.ids()).toEqual([]);
	});
});

test('a profile that was removed on another device begins anew when somebody asks for it', async () => {
	const { storage, shared } = await open();
	const first = await storage.profiles.open('work');
	first.addLabel('old');
	await first.flush();
	shared[0]!.hooks.onRemoved();
	await vi.waitFor(async () => expect(await storage.profiles.names()).toEqual(['default']));
	const [again, same] = await Promise.all([storage.profiles.open('work'), storage.profiles.open('work')]);
	expect([again === same, again === first, again.readOnly, again.profile.labels]).toEqual([true, false, false, []]);
	expect(shared.map(({ left }) => left)).toEqual([true, false]);
});

test('a project that goes here while the server tells that it went is not opened again for that', async () => {
	const { storage, shared } = await open();
	const project = await storage.projects.create('Gone');
	shared[0]!.hooks.onRemoved();
	await storage.projects.remove(project.id);
	expect(shared).toHaveLength(1);
	expect(await storage.projects.ids()).toEqual([]);
});

test('projects are listed with their names and files, chosen, and removed', async () => {
	const { storage, shared } = await open();
	const first = await storage.projects.current();
	first.rename('First');
	first.addMedia(MEDIA, 'film.mp4');
	const second = await storage.projects.create('Second');
	const seen: unknown[] = [];
	storage.projects.watch().subscribe((list) => seen.push(list.map(({ name, current }) => [name, current]).sort()));
	const last = (): unknown => seen.at(-1);
	await vi.waitFor(() =>
		expect(last()).toEqual([
			['First', true],
			['Second', false],
		]),
	);
	await storage.projects.choose(second.id);
	expect(await storage.projects.current()).toBe(second);
	await storage.projects.remove(first.id);
	expect(shared[0]!.left).toBe(true);
	await vi.waitFor(() => expect(last()).toEqual([['Second', true]]));
});

test('a profile is shared under its name, with its first entry already in it', async () => {
	const { storage, shared } = await open();
	await storage.profiles.open('work');
	expect(shared[0]!.name).toBe('profile:work');
	expect(shared[0]!.doc.getMap('meta').get('schemaVersion')).toBe(1);
});
