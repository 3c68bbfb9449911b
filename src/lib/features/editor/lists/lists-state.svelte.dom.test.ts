import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WHOLE_FRAME } from '#core/crop/crop';
import { readList } from '#core/formats/read-list';
import type { ProjectDocument } from '$lib/storage/project-document';
import type { Storage } from '$lib/storage/storage';
import { Toasts } from '$lib/ui/toast/toasts.svelte';
import { FakePlayer, FakeStore, MEDIA, openDocument } from '../editor-fakes.ts';
import { EditorState } from '../editor-state.svelte.ts';
import { ListExport } from './list-export.svelte.ts';
import { ListsState } from './lists-state.svelte.ts';

let document: ProjectDocument;
let editor: EditorState;
let lists: ListsState;
let storage: Storage;
let stop: () => void;

beforeEach(async () => {
	const store = new FakeStore();
	document = await openDocument();
	const media = store.asStore();
	storage = { media } as Storage;
	editor = new EditorState({ media: MEDIA, store: media, document, makePlayer: () => new FakePlayer().asPlayer() });
	lists = new ListsState(editor, {
		storage,
		project: document,
		toasts: new Toasts(),
		read: async (file, options) => readList(await file.text(), options),
	});
	stop = $effect.root(() => {
		$effect(() => void [editor.segments, lists.report, lists.preview]);
	});
	editor.source.start();
	await vi.waitFor(() => expect(editor.source.phase.kind).toBe('ready'));
	flushSync();
});
afterEach(() => {
	stop();
	editor.source.close();
	document.close();
});

const file = (name: string, text: string): File => new File([text], name);
const spans = (): number[][] => editor.segments.map(({ inS, outS }) => [inS, outS]);

describe('a list that is brought in', () => {
	test('becomes segments on frames, as one undo step', async () => {
		await lists.take(file('edits.csv', '# IN,OUT (seconds)\n0.901,6.573,walk\n8.242,11.912\n'));
		flushSync();
		expect(spans()).toEqual([
			[0.9, 6.566667],
			[8.233333, 11.9],
		]);
		expect(editor.segments[0]).toMatchObject({ name: 'walk', selected: true });
		expect(lists.report).toMatchObject({
			kind: 'done',
			added: 2,
			sentence: '2 cuts added from “edits.csv”. Format: CSV.',
			skipped: [],
		});
		document.undo();
		flushSync();
		expect(spans()).toEqual([]);
	});
	test('tells by line what was left out, and takes the rest', async () => {
		await lists.take(file('a.log', '00:00:01\n00:00:02\nrubbish\n00:00:04\n00:00:05.001\n00:00:05.002\n00:00:59\n'));
		flushSync();
		expect(spans()).toEqual([
			[1, 2],
			[59, 60],
		]);
		expect(lists.report?.skipped).toEqual([
			{ line: 3, reason: 'IN “rubbish” is not a time' },
			{ line: 4, reason: 'OUT 00:00:04 is left out with its IN on line 3' },
			{ line: 5, reason: 'it is shorter than one frame (its OUT on line 6 is left out with it)' },
		]);
	});
	test('that is none is refused with a sentence', async () => {
		await lists.take(file('letter.txt', 'Dear all,'));
		expect(lists.report).toMatchObject({ kind: 'refused', added: 0 });
		expect(lists.report?.sentence).toContain('“letter.txt” is no list that is known here');
	});
	test('an odd reader is told, not thrown', async () => {
		const broken = new ListsState(editor, {
			storage,
			project: document,
			toasts: new Toasts(),
			read: () => Promise.reject(new Error('the worker stopped')),
		});
		await broken.take(file('a.csv', '1,2'));
		expect(broken.report?.sentence).toContain('the worker stopped');
	});
});

describe('pasted text', () => {
	test('is shown first, and taken over when asked to', async () => {
		await lists.setPasted('0:00 Intro\n0:10 Walk\n');
		flushSync();
		expect(lists.preview).toMatchObject({ ok: true, value: { format: 'YouTube chapters' } });
		expect(spans()).toEqual([]);
		lists.accept();
		flushSync();
		expect(editor.segments.map(({ name }) => name)).toEqual(['Intro', 'Walk']);
		expect(lists).toMatchObject({ pasted: '', preview: null });
	});
	test('that is no list says so', async () => {
		await lists.setPasted('hello');
		expect(lists.preview).toMatchObject({ ok: false });
	});
});

describe('cuts that are taken out', () => {
	const saved: { text: Promise<string>; name: string }[] = [];
	const makeExport = (): ListExport =>
		new ListExport(editor, {
			storage,
			project: document,
			save: (made, name) => void saved.push({ text: made.text(), name }),
		});
	beforeEach(() => saved.splice(0));

	test('are read back as they were', async () => {
		document.addSegments([{ media: MEDIA, inS: 1, outS: 2.5, name: 'a, "b"' }]);
		const out = makeExport();
		for (const target of ['csv', 'llc', 'otio', 'edl', 'losslesscut-csv', 'osp'] as const) {
			await out.saveList(target);
			const { text, name } = saved.at(-1)!;
			const options = { fileName: name, media: { id: MEDIA, name: 'holiday.mp4', startS: 0, endS: 60 } };
			const read = readList(await text, { ...options, fps: { num: 30, den: 1 } });
			expect(read.ok && read.value.spans).toMatchObject([{ inS: 1, outS: 2.5, name: 'a, "b"' }]);
		}
		expect(saved.map(({ name }) => name)).toEqual([
			'holiday.csv',
			'holiday-proj.llc',
			'holiday.otio',
			'holiday.edl',
			'holiday-losslesscut.csv',
			'holiday.osp',
		]);
		expect(out.saved?.notes[0]).toContain('Keep the project in the same folder');
	});
	test('go into no project that crops while their camera path is still to come; other lists hold no crops', async () => {
		document.addSegments([
			{ media: MEDIA, inS: 1, outS: 2, name: 'early' },
			{ media: MEDIA, inS: 5, outS: 6, name: 'late' },
		]);
		const track = { base: WHOLE_FRAME, keyframes: [], interpolation: 'step' } as const;
		const waiting = (inS: number, outS: number): ListExport => {
			const project = { ...document.project, crops: { [MEDIA]: { ...track, awaited: [{ inS, outS }] } } };
			const parts = { watch: () => document.watch(), project } as unknown as ProjectDocument;
			return new ListExport(editor, {
				storage,
				project: parts,
				save: (_, name) => void saved.push({ text: Promise.resolve(''), name }),
			});
		};
		const late = waiting(5.5, 9);
		await late.saveList('osp');
		expect(late.saved?.kind).toBe('failed');
		expect(late.saved?.sentence).toMatch(
			/^It could not be saved\. The camera path of “late” has not come from the server yet\./u,
		);
		await late.saveList('otio');
		const after = waiting(6, 9);
		await after.saveList('osp');
		expect([late.saved?.kind, after.saved?.kind]).toEqual(['done', 'done']);
		expect(saved.map(({ name }) => name)).toEqual(['holiday.otio', 'holiday.osp']);
	});
	test('follow the film where the list can hold it', async () => {
		const [a = '', b = ''] = document.addSegments([
			{ media: MEDIA, inS: 1, outS: 2, name: 'a' },
			{ media: MEDIA, inS: 3, outS: 4, name: 'b' },
		]);
		document.addFilmItems([{ segment: b }, { segment: a }, { segment: b }]);
		const out = makeExport();
		out.scope = 'film';
		expect(out).toMatchObject({ count: 3, scope: 'film' });
		await out.saveList('otio');
		expect([...(await saved.at(-1)!.text).matchAll(/"name": "([ab])"/gu)].map(([, name]) => name)).toEqual([
			'b',
			'a',
			'b',
		]);
		await out.saveList('csv');
		expect(await saved.at(-1)!.text).toBe('# IN,OUT (seconds)\n1,2,a\n3,4,b\n');
		expect(out.saved?.notes[0]).toContain('one video only');
	});
});
