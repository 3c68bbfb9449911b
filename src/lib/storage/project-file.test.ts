/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call -- a test breaks what it writes */
import { describe, expect, test, vi } from 'vitest';
import { DEFAULT_BATCH } from '#core/batch/batch';
import { WHOLE_FRAME } from '#core/crop/crop';
import { DEFAULT_FILM } from '#core/film/film';
import { encodeFrameIndex } from '#core/time/frame-index-codec';
import type { FrameIndex } from '#core/time/frame-index';
import { MAX_OCTOCUT_ENTRIES, type OctocutFile } from '#core/project/octocut-file';
import { planProjectMerge } from '#core/project/octocut-file-merge';
import type { Project, Segment } from '#core/project/project';
import { openProjectFile, writeProjectFile, type Attachment } from './project-file.ts';
import { rawZip, type RawEntry } from './test-zip.ts';

const MEDIA = `5-${'a'.repeat(64)}`;
const OTHER = `7-${'b'.repeat(64)}`;
const segment = (id: string, more: Partial<Segment> = {}): Segment => ({
	id,
	media: MEDIA,
	inS: 1,
	outS: 2,
	name: id,
	label: 'a "label"\nof two lines',
	category: 'Human',
	tags: ['x'],
	selected: true,
	order: `a${id}`,
	...more,
});
const PROJECT: Project = {
	id: 'p',
	schemaVersion: 1,
	name: 'Holiday',
	media: { [MEDIA]: { name: 'film.mp4' }, [OTHER]: { name: 'other.mp4' } },
	segments: [segment('1'), segment('2', { media: OTHER, inS: 3, outS: 4 })],
	crops: {
		[MEDIA]: {
			base: WHOLE_FRAME,
			keyframes: [{ atS: 1.5, crop: { ...WHOLE_FRAME, zoom: 2 } }],
			interpolation: 'smooth',
		},
	},
	film: [{ id: 'f', segment: '2', crossfadeS: 0.5, order: 'a0' }],
	filmSettings: { ...DEFAULT_FILM, format: 'webm' },
	batch: { ...DEFAULT_BATCH, count: 5 },
};
const FILE: OctocutFile = {
	format: 'octocut',
	version: 1,
	project: PROJECT,
	media: [
		{ fingerprint: MEDIA, name: 'film.mp4', bytes: 5, index: 'index/1.bin', file: 'media/1 film.mp4' },
		{ fingerprint: OTHER, name: 'other.mp4', bytes: 7 },
	],
	profiles: [{ name: 'default', markers: [] }],
};
const INDEX: FrameIndex = { ptsUs: Float64Array.of(0, 33_333), key: Uint8Array.of(1, 0), endUs: 66_667 };

async function written(file: OctocutFile, attachments: readonly Attachment[] = []): Promise<Blob> {
	const pieces: Uint8Array<ArrayBuffer>[] = [];
	await writeProjectFile(new WritableStream({ write: (piece) => void pieces.push(piece.slice()) }), file, attachments);
	return new Blob(pieces);
}
async function opened(zip: Blob) {
	const answer = await openProjectFile(zip);
	if (!answer.ok) throw new Error(answer.error);
	return answer.value;
}
async function refusal(zip: Blob): Promise<string> {
	const answer = await openProjectFile(zip);
	return answer.ok ? '' : answer.error;
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const json = (change: (file: any) => void = () => undefined): string => {
	const copy = JSON.parse(JSON.stringify(FILE)) as object;
	change(copy);
	return JSON.stringify(copy);
};
const main = (data: string, more: Partial<RawEntry> = {}): RawEntry => ({ name: 'project.json', data, ...more });

describe('a project file that was written', () => {
	test('is read with its segments, crops, film, settings, frames and media', async () => {
		const zip = await written(FILE, [
			{ path: 'index/1.bin', bytes: new Blob([encodeFrameIndex(INDEX)]) },
			{ path: 'media/1 film.mp4', bytes: new Blob(['hello']) },
		]);
		const file = await opened(zip);
		expect(file.content).toEqual({
			name: 'Holiday',
			media: FILE.media,
			segments: PROJECT.segments,
			crops: PROJECT.crops,
			film: PROJECT.film,
			filmSettings: PROJECT.filmSettings,
			batch: PROJECT.batch,
			profiles: FILE.profiles,
			aside: [],
		});
		expect(await file.frameIndex(MEDIA)).toEqual(INDEX);
		expect(await (await file.file(MEDIA))?.text()).toBe('hello');
		expect(await file.file(OTHER)).toBeUndefined();
		expect(await file.frameIndex(OTHER)).toBeUndefined();
	});
	test('goes out piece by piece and tells how far it is', async () => {
		let largest = 0;
		const shares: number[] = [];
		const sink = new WritableStream<Uint8Array>({ write: (piece) => void (largest = Math.max(largest, piece.length)) });
		const bytes = new Blob([new Uint8Array(20_000_000)]);
		await writeProjectFile(sink, FILE, [{ path: 'media/x', bytes }], { onProgress: (share) => shares.push(share) });
		expect(largest).toBeLessThan(4_000_000);
		expect(shares.at(-1)).toBe(1);
		expect(shares.length).toBeGreaterThan(5);
	});
	test('stops when asked to, and drops what was written', async () => {
		const stop = new AbortController();
		const close = vi.fn();
		const abort = vi.fn();
		const sink = new WritableStream<Uint8Array>({ write: () => stop.abort(), close, abort });
		const bytes = new Blob([new Uint8Array(5_000_000)]);
		const writing = writeProjectFile(sink, FILE, [{ path: 'media/x', bytes }], { signal: stop.signal });
		await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
		expect([close.mock.calls.length, abort.mock.calls.length]).toEqual([0, 1]);
	});
	test('drops what was written when an attachment cannot be read', async () => {
		const close = vi.fn();
		const abort = vi.fn();
		const bytes = new Blob([new Uint8Array(5)]);
		const gone = Object.assign(bytes, { slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) });
		Object.assign(gone, { stream: () => new ReadableStream({ pull: (to) => to.error(new Error('gone')) }) });
		const writing = writeProjectFile(new WritableStream({ close, abort }), FILE, [{ path: 'media/x', bytes: gone }]);
		await expect(writing).rejects.toThrow('gone');
		expect([close.mock.calls.length, abort.mock.calls.length]).toEqual([0, 1]);
	});
});

describe('what may not be opened says why', () => {
	test.each(['../evil.json', 'media/../../evil', '/etc/passwd', 'C:/evil', 'C:evil', 'media\\..\\evil', 'a//b', './a'])(
		'a path that leads outside: %s',
		async (name) => {
			expect(await refusal(rawZip([main(json()), { name, data: 'x' }]))).toMatch(/^holds a name that leads outside/);
		},
	);
	test.each([
		['project.json', 'project.json'],
		['media/A.mp4', 'MEDIA/a.mp4'],
		['media/\u00fc', 'media/u\u0308'],
	])('names that come twice: %s and %s', async (a, b) => {
		const entries = [
			{ name: a, data: json() },
			...(a === 'project.json' ? [] : [main(json())]),
			{ name: b, data: 'x' },
		];
		expect(await refusal(rawZip(entries))).toMatch(/^holds “.*” twice/);
	});
	test('a bomb that tells its size', async () => {
		const bomb = main('', { data: new Uint8Array(70_000_000), deflate: true });
		expect(await refusal(rawZip([bomb]))).toBe('holds a project of more than 64 MB, so it was not opened');
	});
	test('a bomb that lies about its size', async () => {
		const bomb = main('', { data: new Uint8Array(70_000_000), deflate: true, declaredBytes: 100 });
		expect(await refusal(rawZip([bomb]))).toMatch(/is damaged|more than 64 MB/);
	});
	test('entries that share their bytes', async () => {
		const shared = rawZip([{ name: 'a', data: json() }, main(json(), { sameDataAs: 0 })]);
		expect(await refusal(shared)).toBe('holds entries that lie in each other, so it was not opened');
	});
	test('more entries than a project has', async () => {
		const many = Array.from({ length: MAX_OCTOCUT_ENTRIES }, (_, i) => ({ name: `x${i}`, data: '' }));
		expect(await refusal(rawZip([main(json()), ...many]))).toBe('holds more than 10000 files, so it was not opened');
	});
	test('no ZIP, a cut-off one, and one of something else', async () => {
		expect(await refusal(new Blob(['hello']))).toContain('is no Octocut project, or it is cut off');
		const zip = await written(FILE);
		expect(await refusal(zip.slice(0, zip.size - 30))).not.toBe('');
		expect(await refusal(rawZip([{ name: 'a.txt', data: 'x' }]))).toContain('there is no project in it');
	});
	test('a broken project, and one of a newer app', async () => {
		expect(await refusal(rawZip([main('{"format":')]))).toContain('it is broken');
		expect(await refusal(rawZip([main('{"format":"octocut","version":1}')]))).toContain('a part of it is missing');
		const newer = await refusal(rawZip([main(json((file) => (file.version = 2)))]));
		expect(newer).toContain(
			'was not opened: it was saved by a newer Octocut (version 2 of the format, 1 is known here)',
		);
	});
});

describe('parts that cannot be read are set aside, the rest is opened', () => {
	test('a bad segment, an id that comes twice, a lost segment, facts of another file', async () => {
		const file = await opened(
			rawZip([
				main(
					json((copy) => {
						copy.project.segments[1].outS = 0;
						copy.project.segments.push({ ...copy.project.segments[0], name: 'again' });
						copy.project.batch.count = -1;
						copy.media[1].bytes = 8;
					}),
				),
			]),
		);
		expect(file.content.segments.map(({ id }) => id)).toEqual(['1']);
		expect(file.content.film).toEqual([]);
		expect(file.content.batch).toBeUndefined();
		expect(file.content.aside).toHaveLength(5);
		expect(file.content.aside[1]).toContain('segment 2 cannot be read');
	});
	test('an index or a media that is not what it should be counts as absent', async () => {
		const file = await opened(
			rawZip([
				main(json()),
				{ name: 'index/1.bin', data: 'no index' },
				{ name: 'media/1 film.mp4', data: 'longer than five' },
			]),
		);
		expect(await file.frameIndex(MEDIA)).toBeUndefined();
		expect(await file.file(MEDIA)).toBeUndefined();
		const packed = await opened(rawZip([main(json()), { name: 'media/1 film.mp4', data: 'hello', deflate: true }]));
		expect(await packed.file(MEDIA)).toBeUndefined();
	});
});

describe('what a project file adds', () => {
	const empty: Project = { ...PROJECT, name: 'My project', media: {}, segments: [], crops: {}, film: [] };
	test('to a new project: all of it, with its settings', async () => {
		const { content } = await opened(await written(FILE));
		const merge = planProjectMerge(empty, content);
		expect(merge).toMatchObject({
			segments: PROJECT.segments,
			film: [{ added: '2', crossfadeS: 0.5 }],
			settings: { name: 'Holiday', batch: { count: 5 } },
			notes: [],
		});
		expect(merge.crops).toHaveLength(1);
	});
	test('to the project it came from: nothing', async () => {
		const { content } = await opened(await written(FILE));
		expect(planProjectMerge(PROJECT, content)).toMatchObject({
			media: [],
			segments: [],
			crops: [],
			film: [],
			settings: undefined,
		});
	});
	test('to another project: what is new; crops that are there stay', async () => {
		const { content } = await opened(await written(FILE));
		const here = {
			...empty,
			media: { [MEDIA]: { name: 'film.mp4' } },
			segments: [segment('9', { name: '1' })],
			crops: { [MEDIA]: { base: WHOLE_FRAME, keyframes: [], interpolation: 'step' as const } },
		};
		const merge = planProjectMerge(here, content);
		expect(merge.segments.map(({ id }) => id)).toEqual(['2']);
		expect(merge.crops).toEqual([]);
		expect(merge.settings).toBeUndefined();
		expect(merge.notes).toEqual(['1 of its segments are here already.', '“film.mp4” keeps the crop that it has here.']);
	});
});
