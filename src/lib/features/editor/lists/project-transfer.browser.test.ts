import { afterEach, describe, expect, test } from 'vitest';
import { WHOLE_FRAME } from '#core/crop/crop';
import type { FrameIndex } from '#core/time/frame-index';
import { fingerprintOf } from '$lib/media/probe/index';
import { openProjectFile } from '$lib/storage/project-file';
import { openStorage } from '$lib/storage/open-storage';
import type { ProjectDocument } from '$lib/storage/project-document';
import type { Storage } from '$lib/storage/storage';
import { RemoteStage } from '../../../../../tests/media/remote-stage.ts';
import { framesAt } from '#core/media/minute-fixture';
import { FACTS } from '../editor-fakes.ts';
import { packProject } from './pack-project.ts';
import { readListFile } from './read-list-file.ts';
import { unpackProject } from './unpack-project.ts';

const opened: Storage[] = [];
afterEach(() => opened.splice(0).forEach((storage) => storage.close()));

async function device(): Promise<{ storage: Storage; document: ProjectDocument }> {
	const storage = await openStorage(`test-${crypto.randomUUID()}`);
	opened.push(storage);
	return { storage, document: await storage.projects.current() };
}

const FILM = new File([new Uint8Array(3_000_000).map((_, i) => i % 251)], 'holiday.mp4');
const INDEX: FrameIndex = framesAt(30, 1800);

/** A device with a film, cuts, a crop that moves and a mark. */
async function filled() {
	const one = await device();
	const media = await fingerprintOf(FILM);
	const facts = { ...FACTS, fingerprint: media, bytes: FILM.size };
	const record = { fingerprint: media, name: FILM.name, bytes: FILM.size, lastModifiedMs: 0, facts };
	await one.storage.media.put({
		...record,
		addedAt: '2026-01-01T00:00:00.000Z',
		source: { kind: 'missing' },
		state: 'ready',
		message: '',
	});
	await one.storage.media.putFrameIndex(media, INDEX);
	one.storage.media.keepForVisit(media, FILM);
	one.document.rename('Holiday');
	one.document.addMedia(media, FILM.name);
	const [a = '', b = ''] = one.document.addSegments([
		{ media, inS: 1, outS: 2, name: 'first', label: 'a "walk"\nin two lines', category: 'Human', tags: ['x'] },
		{ media, inS: 3, outS: 4 },
	]);
	one.document.setCrop(media, { ...WHOLE_FRAME, zoom: 2 });
	one.document.setKeyframe(media, { atS: 1.5, crop: { ...WHOLE_FRAME, zoom: 3 } });
	one.document.setInterpolation(media, 'smooth');
	one.document.addFilmItems([{ segment: b }, { segment: a, crossfadeS: 0.5 }]);
	one.document.setBatch({ count: 7 });
	const profile = await one.storage.profiles.open('training');
	profile.putMarker({
		...{ id: 'mark', media, mediaName: FILM.name, atS: 1, counter: 1, seed: 1, label: '', category: '' },
		clips: [{ path: 'a/a_0.mp4', inS: 1, outS: 9 }],
		batch: one.document.project.batch,
		crop: one.document.project.crops[media]!,
		destination: 'browser',
		createdAt: '2026-01-01T00:00:00.000Z',
	});
	return { ...one, media };
}

const unpack = (file: Blob, { document, storage }: { document: ProjectDocument; storage: Storage }) =>
	unpackProject(file, document, storage, { signal: new AbortController().signal, onStep: () => undefined });

const authored = ({ project: { name, segments, crops, film, batch } }: ProjectDocument) => ({
	name,
	crops,
	batch,
	segments: segments.map(({ id: _id, order: _order, ...segment }) => segment),
	film: film.map(({ segment, crossfadeS }) => [segments.findIndex(({ id }) => id === segment), crossfadeS]),
});

describe('a project on another device', () => {
	test('with its videos goes on as it was', async () => {
		const from = await filled();
		const { file, notes } = await packProject(from.document.project, from.storage, { withMedia: true });
		expect(notes).toEqual([]);
		const to = await device();
		expect(await unpack(file, to)).toEqual({ ok: true, value: { segments: 2, film: 2, marks: 1, notes: [] } });
		expect(authored(to.document)).toEqual(authored(from.document));
		const found = await to.storage.media.open(from.media);
		expect(found.ok && (await fingerprintOf(found.value))).toBe(from.media);
		expect(await to.storage.media.frameIndex(from.media)).toEqual(INDEX);
		expect((await to.storage.profiles.open('training')).profile.markers).toMatchObject([
			{ id: 'mark', destination: 'elsewhere' },
		]);
	});
	test('takes along videos that lie on a server', async () => {
		const from = await filled();
		const stage = new RemoteStage();
		const remote = await stage.open('no-audio.mp4');
		const media = await fingerprintOf(remote);
		from.document.addMedia(media, remote.name);
		const openAs = (there: typeof remote): Storage['media']['open'] => {
			return (asked) => Promise.resolve({ ok: true, value: asked === media ? there : FILM });
		};
		from.storage.media.open = openAs(remote);
		const { file, notes } = await packProject(from.document.project, from.storage, { withMedia: true });
		expect(notes).toEqual([]);
		const opened = await openProjectFile(file);
		const packed = opened.ok ? await opened.value.file(media) : undefined;
		expect(packed && (await fingerprintOf(packed))).toBe(media);
		await stage.rule({ diesAfterBytes: 1000 });
		from.storage.media.open = openAs({ ...remote });
		const broken = packProject(from.document.project, from.storage, { withMedia: true });
		await expect(broken).rejects.toMatchObject({ name: 'SourceOfflineError' });
	});
	test('without its videos waits for them to be linked', async () => {
		const from = await filled();
		const { file } = await packProject(from.document.project, from.storage, { withMedia: false });
		expect(file.size).toBeLessThan(20_000);
		const to = await device();
		const unpacked = await unpack(file, to);
		expect(unpacked.ok && unpacked.value.notes).toEqual([
			'“holiday.mp4” is not on this device: link it in the library.',
		]);
		expect(await to.storage.media.get(from.media)).toMatchObject({ state: 'ready', source: { kind: 'missing' } });
		to.storage.media.keepForVisit(from.media, FILM);
		expect((await to.storage.media.open(from.media)).ok).toBe(true);
	});
	test('says when a camera path is still to come, which cannot be in it', async () => {
		const { document, media, storage } = await filled();
		const { crops } = document.project;
		const waiting = { ...crops, [media]: { ...crops[media]!, awaited: [{ inS: 1, outS: 2 }] } };
		const { notes } = await packProject({ ...document.project, crops: waiting }, storage, { withMedia: false });
		expect(notes).toEqual([expect.stringMatching(/^A camera path of “holiday.mp4” has not come from the server yet/u)]);
	});
	test('is one undo step, and a second time adds nothing', async () => {
		const from = await filled();
		const { file } = await packProject(from.document.project, from.storage, { withMedia: false });
		const to = await device();
		await unpack(file, to);
		const again = await unpack(file, to);
		expect(again).toMatchObject({ ok: true, value: { segments: 0, film: 0, marks: 0 } });
		expect(to.document.project.segments).toHaveLength(2);
		to.document.undo();
		expect(to.document.project).toMatchObject({ segments: [], film: [], crops: {} });
		expect(to.document.canUndo).toBe(false);
	});
	test('a video that is not the one it names is left out', async () => {
		const from = await filled();
		const wrong = new File([new Uint8Array(FILM.size)], FILM.name);
		const { media } = from.storage;
		media.open = () => Promise.resolve({ ok: true, value: wrong });
		const { file } = await packProject(from.document.project, from.storage, { withMedia: true });
		const to = await device();
		const unpacked = await unpack(file, to);
		expect(unpacked.ok && unpacked.value.notes[0]).toContain('is not the “holiday.mp4” that it names');
		expect((await to.storage.media.open(from.media)).ok).toBe(false);
	});
	test('what is no project changes nothing', async () => {
		const to = await device();
		const refused = await unpack(new Blob(['PK\x03\x04 and then nothing']), to);
		expect(refused.ok ? '' : refused.error).toContain('is no Octocut project, or it is cut off');
		expect(to.document.canUndo).toBe(false);
	});
});

describe('lists are read in a worker', () => {
	const media = { id: 'm', name: 'holiday.mp4', startS: 0, endS: 36_000 };
	const fps = { num: 30, den: 1 };
	test('ten thousand cuts leave the page free', async () => {
		const text = Array.from({ length: 10_000 }, (_, i) => `${i},${i + 0.5},cut ${i}`).join('\n');
		let longestMs = 0;
		let last = performance.now();
		const timer = setInterval(() => {
			longestMs = Math.max(longestMs, performance.now() - last);
			last = performance.now();
		}, 5);
		const read = await readListFile(new Blob([text]), { fileName: 'a.csv', media, fps });
		clearInterval(timer);
		expect(read.ok && read.value.spans.length).toBe(10_000);
		expect(longestMs).toBeLessThan(500);
	});
	test('UTF-16 as Windows programs save it', async () => {
		const text = '\ufeff1,2,Größe\n';
		const bytes = Uint16Array.from(text, (character) => character.charCodeAt(0));
		const read = await readListFile(new Blob([bytes]), { fileName: 'a.csv', media, fps });
		expect(read.ok && read.value.spans).toMatchObject([{ inS: 1, outS: 2, name: 'Größe' }]);
	});
	test('a hundred megabytes are refused before they are read', async () => {
		const huge = new Blob(Array.from({ length: 100 }, () => new Uint8Array(1_000_000)));
		// Reading any of it would throw.
		huge.text =
			huge.arrayBuffer =
			huge.stream =
				() => {
					throw new Error('it was read');
				};
		const read = await readListFile(huge, { fileName: 'huge.log', media, fps });
		expect(read.ok ? '' : read.error).toBe(
			'“huge.log” has 100 MB; a list of cuts has at most 20. Choose another file, or split it.',
		);
	});
});
