import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';
import { PRESET_SETTINGS } from '#core/film/film-presets';
import type { MediaEngine } from '$lib/media/engine';
import type { ExportRequest } from '$lib/jobs/export-request';
import { ProjectDocument } from '$lib/storage/project-document';
import type { Storage } from '$lib/storage/storage';
import { unkeptLog } from '$lib/storage/unkept-log-fixture';
import { framesAt } from '#core/media/minute-fixture';
import { FACTS, MEDIA, RECORD } from '../editor-fakes.ts';
import { FilmState } from './film-state.svelte.ts';

const OTHER = `2000-${'b'.repeat(64)}`;
const records = [RECORD, { ...RECORD, fingerprint: OTHER, facts: { ...FACTS, fingerprint: OTHER, name: 'beach.mp4' } }];

async function trial(work: (parts: Awaited<ReturnType<typeof open>>) => Promise<void> | void): Promise<void> {
	const parts = await open();
	const stop = $effect.root(() => {
		$effect(() => parts.film.loadIndexes());
	});
	await vi.waitFor(() => {
		flushSync();
		expect(parts.film.task).toBeDefined();
	});
	await work(parts);
	stop();
}

/** Makes H.264 and H.265. */
const maker = {
	name: 'server',
	assess: (tasks) => {
		const isKnown = tasks.every(({ video }) => video.kind === 'mp4' && video.codec !== 'av1');
		return Promise.resolve(
			isKnown
				? { able: true, how: 'encode', costS: 1, encoder: '', notes: [] }
				: { able: false, reason: 'codec-not-encodable', detail: 'it does not encode AV1' },
		);
	},
	run: () => Promise.reject(new Error('nothing is made here')),
} as const satisfies MediaEngine;

async function open() {
	const log = unkeptLog();
	const document = await ProjectDocument.open('p', log, `test-${crypto.randomUUID()}`);
	const queued: ExportRequest[] = [];
	const storage = {
		media: {
			watch: () => ({
				subscribe: (next: (value: typeof records) => void) => {
					next(records);
					return { unsubscribe: () => {} };
				},
			}),
			frameIndex: () => Promise.resolve(framesAt(30, 1800)),
		},
		jobs: { folder: () => Promise.resolve(undefined) },
	} as unknown as Pick<Storage, 'jobs' | 'media'>;
	const [a, b, c] = document.addSegments([
		{ media: MEDIA, inS: 1, outS: 3, name: 'one' },
		{ media: OTHER, inS: 10, outS: 12, name: 'two' },
		{ media: MEDIA, inS: 20, outS: 21, name: 'three' },
	]) as [string, string, string];
	const film = new FilmState({
		document,
		storage,
		queue: {
			enqueue: (requests) => Promise.resolve(requests.map((request) => (queued.push(request), request.task.id))),
		},
		engines: [maker],
		destination: () => ({ kind: 'browser' }),
	});
	const names = (): string[] => film.clips.map(({ segment }) => segment.name);
	return { document, film, queued, names, ids: { a, b, c } };
}

test('without items, all ticked segments of all files are the film', () =>
	trial(({ document, film, names, ids }) => {
		expect(film.implied).toBe(true);
		expect(names()).toEqual(['one', 'two', 'three']);
		expect(film.task).toMatchObject({ video: { frames: 150 }, durationS: 5 });
		document.updateSegment(ids.b, { selected: false });
		flushSync();
		expect(names()).toEqual(['one', 'three']);
	}));

test('moving a clip of the implied film puts the film together as it is, then moves', () =>
	trial(({ document, film, names }) => {
		film.moveTo(film.clips[2]!, 0);
		flushSync();
		expect(names()).toEqual(['three', 'one', 'two']);
		expect(film.implied).toBe(false);
		film.moveTo(film.clips[0]!, 2);
		flushSync();
		expect(names()).toEqual(['one', 'two', 'three']);
		document.undo();
		flushSync();
		expect(names()).toEqual(['three', 'one', 'two']);
		document.undo();
		flushSync();
		expect(names()).toEqual(['one', 'two', 'three']);
		expect(film.implied).toBe(true);
	}));

test('segments may stand in it several times, and go when their segment goes', () =>
	trial(({ document, film, names, ids }) => {
		film.add([ids.b, ids.b, ids.a]);
		flushSync();
		expect(names()).toEqual(['two', 'two', 'one']);
		film.remove(film.clips[0]!);
		flushSync();
		expect(names()).toEqual(['two', 'one']);
		document.removeSegments([ids.b]);
		flushSync();
		expect(names()).toEqual(['one']);
	}));

test('a cross-fade of all joins is one step back', () =>
	trial(({ document, film }) => {
		film.setAllCrossfades(0.5);
		flushSync();
		expect(film.clips.map(({ crossfadeS }) => crossfadeS)).toEqual([0, 0.5, 0.5]);
		expect(film.crossfadeS).toBe(0.5);
		expect(film.task!.durationS).toBeCloseTo(4, 9);
		film.setAllCrossfades(0);
		flushSync();
		document.undo();
		flushSync();
		expect(film.crossfadeS).toBe(0.5);
	}));

test('a preset decides at once, and is known again', () =>
	trial(({ film }) => {
		film.usePreset('vertical');
		flushSync();
		expect(film.settings).toMatchObject(PRESET_SETTINGS.vertical);
		expect(film.preset).toBe('vertical');
		expect(film.task!.video).toMatchObject({ size: { width: 1080, height: 1920 } });
		film.change({ audioBitrate: 64_000 });
		flushSync();
		expect(film.preset).toBeUndefined();
	}));

test('what an engine here encodes an MP4 with is offered, whatever the film is to become; the film is made so', () =>
	trial(async ({ film, queued }) => {
		film.change({ format: 'gif' });
		await film.askCodecs(new AbortController().signal);
		expect(film.mp4Codecs).toEqual(['avc', 'hevc']);
		film.change({ format: 'mp4', mp4Codec: 'hevc' });
		flushSync();
		expect((await film.export()).ok).toBe(true);
		expect(queued[0]!.task.video).toMatchObject({ kind: 'mp4', codec: 'hevc' });
	}));

test('engines are asked anew about codecs when files, size or rate change, not at every edit', () =>
	trial(({ document, film, ids }) => {
		let [asked, looked] = [0, 0];
		const stop = $effect.root(() => {
			$effect(() => void (film.codecsFor !== undefined && (asked += 1)));
			$effect(() => void (film.media.length > 0 && (looked += 1)));
		});
		flushSync();
		expect([asked, looked]).toEqual([1, 1]);
		document.updateSegment(ids.a, { outS: 4 });
		flushSync();
		film.change({ name: 'evening' });
		film.setAllCrossfades(0.5);
		flushSync();
		expect([asked, looked]).toEqual([1, 1]);
		film.change({ size: { width: 1080, height: 1920 } });
		flushSync();
		expect(asked).toBe(2);
		film.change({ rate: { num: 50, den: 1 } });
		flushSync();
		expect([asked, looked]).toEqual([3, 1]);
		document.updateSegment(ids.b, { selected: false });
		film.clear();
		flushSync();
		expect([asked, looked]).toEqual([4, 2]);
		expect(film.media).toEqual([MEDIA]);
		stop();
	}));

test('the film goes to the queue with the facts of all its files', () =>
	trial(async ({ film, queued }) => {
		expect(await film.export()).toEqual({ ok: true, value: 1 });
		expect(queued[0]!.facts.map(({ name }) => name)).toEqual(['holiday.mp4', 'beach.mp4']);
		expect(queued[0]!.notes.length).toBeGreaterThan(2);
	}));
