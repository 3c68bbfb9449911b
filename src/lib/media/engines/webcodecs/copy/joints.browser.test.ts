import { describe, expect, test, vi } from 'vitest';
import { WHOLE_FRAME } from '#core/crop/crop';
import { planExport } from '#core/export/export-plan';
import { DEFAULT_EXPORT_SETTINGS } from '#core/export/export-settings';
import type { ExportTask } from '#core/export/export-task';
import { framesBefore, timeOfFrame } from '#core/time/frame-index';
import { exportTask, loadMedia, seenFrames, type Media } from '../../../../../../tests/media/trial.ts';
import { readBar } from '../../../../../../tests/fixtures/read-bar.ts';
import { cut, engine, expectFrames, make, range } from './test-cut.ts';

/** One file of several spans of `media`, given by frames. */
function joinOf(media: Media, spans: readonly (readonly [number, number])[], cutMode: 'copy' | 'smart'): ExportTask {
	const index = media.index!;
	const planned = planExport({
		selection: spans.map(([from, to]) => ({
			segment: {
				media: media.facts.fingerprint,
				inS: timeOfFrame(index, from),
				outS: timeOfFrame(index, to),
				name: '',
			},
			crop: WHOLE_FRAME,
		})),
		factsOf: () => media.facts,
		indexOf: () => index,
		settings: { ...DEFAULT_EXPORT_SETTINGS, cutMode, join: true },
		now: new Date(0),
		newId: () => crypto.randomUUID(),
	});
	if (!planned.ok) throw new Error(planned.error.map(({ text }) => text).join(' '));
	expect(planned.value.tasks).toHaveLength(1);
	return planned.value.tasks[0]!;
}

/** Clicks of the joined file: each second of the source that lies in a piece, where the piece puts it. */
function clicksOf({ pieces }: ExportTask, firstS: number): readonly number[] {
	let startS = 0;
	return pieces.flatMap(({ inS, outS }) => {
		const here = startS;
		startS += outS - inS;
		return range(0, 60)
			.map((second) => second + firstS)
			.filter((atS) => atS > inS + 0.05 && atS < outS - 0.05)
			.map((atS) => atS - inS + here);
	});
}

const SPANS = [
	[75, 110],
	[10, 50],
	[100, 141],
	[20, 40],
] as const;

describe('spans of one file joined without loss', () => {
	test.each([
		['h264-aac.mov', 'smart', 0.013],
		['h264-aac.mov', 'copy', 0.013],
		['eight-b-frames.mp4', 'smart', 0.013],
		['h264-pcm.mov', 'smart', 0.001],
		['h264-pcm.mkv', 'copy', 0.003],
		['vp9-opus.webm', 'smart', 0.012],
		['h264-opus.mkv', 'smart', 0.012],
		['no-audio.mp4', 'copy', 0],
	] as const)('%s, %s', async (name, mode, clicksS) => {
		const media = await loadMedia(name);
		const index = media.index!;
		const task = joinOf(media, SPANS, mode);
		const { looked } = await make(media, task);
		const frames = task.pieces.flatMap(({ inS, outS }) => range(framesBefore(index, inS), framesBefore(index, outS)));
		expect(looked.numbers).toEqual(frames);
		expect(looked.complaints).toBe('');
		if (mode === 'smart') expect(frames).toEqual(SPANS.flatMap(([from, to]) => range(from, to)));
		if (clicksS === 0) return;
		const expected = clicksOf(task, media.facts.firstTimestampS);
		// A click on a joint is cut in two: only those well inside a piece are compared.
		const heard = expected.map((atS) => Math.min(...looked.clicks.map((click) => Math.abs(click - atS))));
		expect(Math.max(...heard)).toBeLessThan(clicksS);
	});

	test('no frame is hidden: readers that know no edit lists see the same', async () => {
		const { looked, task } = await cut('eight-b-frames.mp4', 40, 133, 'smart');
		const video = looked.probed.streams.find(({ codec_type: type }) => type === 'video');
		expect(Number(video?.nb_frames)).toBe(task.video.kind === 'copy' ? task.video.frames : 0);
		expect(Number(video?.start_time)).toBe(0);
	});
});

/** A video element that shows frame after frame of `file`, as a 2D canvas of its size. */
async function playerOf(file: Blob) {
	const video = document.createElement('video');
	video.muted = true;
	video.src = URL.createObjectURL(file);
	await new Promise((resolve, reject) => {
		video.onloadeddata = resolve;
		video.onerror = () => reject(new Error(video.error?.message ?? 'not playable'));
	});
	const [width, height] = [video.videoWidth, video.videoHeight];
	const canvas = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
	const picture = () => {
		canvas.drawImage(video, 0, 0);
		return { data: canvas.getImageData(0, 0, width, height).data, width, height, channels: 4 as const };
	};
	/** The picture on the element once it shows the frame with `number` on it. */
	return async (frame: number, number: number) => {
		const sought = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
		video.currentTime = (frame + 0.5) / 30;
		await sought;
		await vi.waitFor(() => expect(readBar(picture())).toBe(number));
		return picture();
	};
}

describe('an exact cut is one stream', () => {
	test.each(['h264-aac-60s.mp4', 'vp9-opus.webm', 'av1.mp4', 'rotated-90.mp4'] as const)(
		'that the browser shows wherever it is sought: %s',
		async (name) => {
			const { file, first } = await cut(name, 40, 110, 'smart');
			const pictureOf = await playerOf(file);
			for (const frame of [69, 1, 19, 20, 21, 45, 5, 68, 30]) {
				await pictureOf(frame, first + frame);
			}
		},
	);

	test('in full range, light stays as it is across the joint', async () => {
		const made = await cut('full-range.mp4', 40, 133, 'smart');
		expectFrames(made);
		const pictureOf = await playerOf(made.file);
		const lightOf = async (frame: number): Promise<number> => {
			const { data } = await pictureOf(frame, made.first + frame);
			return data.reduce((sum, value) => sum + value, 0) / data.length;
		};
		expect(Math.abs((await lightOf(19)) - (await lightOf(20)))).toBeLessThan(2);
	});
});

describe('what does not end well', () => {
	test('a run is cancelled within a second and leaves the file free', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const task = joinOf(
			media,
			[
				[130, 1000],
				[31, 1700],
			],
			'smart',
		);
		const abort = new AbortController();
		const name = `${crypto.randomUUID()}.tmp`;
		let abortedMs = Infinity;
		const run = exportTask(engine, task, [media], {
			name,
			signal: abort.signal,
			onProgress: ({ step }) => {
				if (!step.startsWith('Encoding') || abort.signal.aborted) return;
				abortedMs = performance.now();
				abort.abort();
			},
		});
		await expect(run).rejects.toMatchObject({ name: 'AbortError' });
		expect(performance.now() - abortedMs).toBeLessThan(1000);
		await expect((await navigator.storage.getDirectory()).removeEntry(name)).resolves.toBeUndefined();
	});

	test('an index without the order of storage still gives every frame of an exact cut', async () => {
		const media = await loadMedia('h264-aac.mov');
		const { ptsUs, key, endUs } = media.index!;
		const old: Media = { ...media, index: { ptsUs, key, endUs } };
		const task = joinOf(
			old,
			[
				[40, 133],
				[10, 70],
			],
			'smart',
		);
		const result = await exportTask(engine, task, [old]);
		if (!result.ok) throw new Error(JSON.stringify(result.error));
		const numbers = (await seenFrames(result.value.file)).map(({ number }) => number);
		expect(numbers).toEqual([...range(40, 133), ...range(10, 70)]);
	});

	test('a plan of another file is refused with a reason', async () => {
		const media = await loadMedia('h264-aac.mov');
		const task = joinOf(
			media,
			[
				[60, 70],
				[60, 80],
			],
			'copy',
		);
		if (task.video.kind !== 'copy') throw new Error('it is not copied');
		const result = await exportTask(engine, { ...task, video: { ...task.video, frames: 7 } }, [media]);
		expect(result).toMatchObject({ ok: false, error: { kind: 'unsupported' } });
	});

	test('cannot be asked of a codec that the browser does not decode at the ends', async () => {
		const media = await loadMedia('h264-aac.mov');
		const task = joinOf(
			media,
			[
				[40, 70],
				[10, 80],
			],
			'smart',
		);
		const video = { ...media.facts.video!, codec: 'hevc', codecString: 'hvc1.1.6.L93.B0' };
		expect(await engine.assess([task], () => ({ ...media.facts, video }))).toMatchObject({ able: false });
		expect(await engine.assess([task], () => ({ ...media.facts, container: 'mp4' }))).toMatchObject({
			able: false,
			reason: 'container-not-readable',
		});
		expect(await engine.assess([task], () => media.facts)).toMatchObject({ able: true });
	});
});
