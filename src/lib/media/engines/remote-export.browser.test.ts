import { beforeAll, describe, expect, test } from 'vitest';
import { timeOfFrame } from '#core/time/frame-index';
import type { ExportSettings } from '#core/export/export-settings';
import type { MediaEngine } from '$lib/media/engine';
import { RemoteStage } from '../../../../tests/media/remote-stage.ts';
import {
	exportTask,
	heardClicks,
	loadMedia,
	PORTRAIT,
	seenFrames,
	taskOf,
	type Source,
	type Span,
} from '../../../../tests/media/trial.ts';
import { ensureCore } from '../ffmpeg-wasm/index.ts';
import { answerAddresses } from '../remote-bytes/new-address.ts';
import { FfmpegWasmEngine } from './ffmpeg-wasm/index.ts';
import { WebCodecsEngine } from './webcodecs/index.ts';

/* A clip made from a file on a server is the clip made from the file. */

const webcodecs = new WebCodecsEngine();
const ffmpeg = new FfmpegWasmEngine();
const [NAME, LONG_MS] = ['h264-aac-60s.mp4', { timeout: 180_000 }];

beforeAll(async () => {
	const core = await ensureCore();
	if (!core.ok) throw new Error(JSON.stringify(core.error));
});

async function made(engine: MediaEngine, media: Source, span: Span, settings: Partial<ExportSettings>) {
	const task = taskOf(media, span, settings);
	const result = await exportTask(engine, task, [media]);
	if (!result.ok) throw new Error(JSON.stringify(result.error));
	const { file } = result.value;
	const frame = { width: media.facts.video!.width, height: media.facts.video!.height };
	return {
		task,
		frames: await seenFrames(file, { ...task.pieces[0]!.crop, frame }),
		clicks: media.facts.audio.length > 0 ? await heardClicks(file) : [],
	};
}

/** The same clip from both, and what it asked of the server. */
async function both(engine: MediaEngine, name: string, span: Span, settings: Partial<ExportSettings>) {
	const local = await loadMedia(name);
	const server = new RemoteStage();
	const remote: Source = { ...local, file: await server.open(name) };
	const here = await made(engine, local, span, settings);
	const counted = await server.count(() => made(engine, remote, span, settings));
	console.info(
		`${engine.name}, ${name}: ${counted.requests} requests for ${counted.bytes} of ${local.file.size} bytes`,
	);
	expect(counted.value.frames).toEqual(here.frames);
	expect(counted.value.clicks).toEqual(here.clicks);
	return { ...counted, here, local };
}

describe('encoded in the browser', () => {
	test('10 s of an MP4, cropped: the same frames and sound, by few requests', LONG_MS, async () => {
		const { here, requests } = await both(webcodecs, NAME, { inS: 20, outS: 30, crop: PORTRAIT }, { shortSide: 144 });
		expect(here.frames.map(({ number }) => number)).toEqual(Array.from({ length: 300 }, (_, n) => 600 + n));
		expect(requests).toBeLessThanOrEqual(12);
	});

	test.each(['h264-opus.mkv', 'vp9-opus.webm', 'edit-list.mp4', 'fragmented.mp4'])('%s', LONG_MS, async (name) => {
		const { requests } = await both(webcodecs, name, { inS: 1, outS: 3 }, { shortSide: 144 });
		expect(requests).toBeLessThanOrEqual(12);
	});
});

describe('copied', () => {
	test.each([
		['copy', NAME],
		['smart', NAME],
		['copy', 'h264-opus.mkv'],
		['smart', 'edit-list.mp4'],
		['copy', 'h264-pcm.mov'],
	] as const)('%s: %s', LONG_MS, async (cutMode, name) => {
		const { requests, bytes, local } = await both(webcodecs, name, { inS: 1.5, outS: 4.1 }, { cutMode });
		expect(requests).toBeLessThanOrEqual(16);
		expect(bytes).toBeLessThanOrEqual(2 * local.file.size);
	});
});

describe('by ffmpeg', () => {
	test.each([NAME, 'mpeg4-mp3.avi'])('%s', LONG_MS, async (name) => {
		const { requests } = await both(ffmpeg, name, { inS: 2, outS: 3 }, { shortSide: 144 });
		expect(requests).toBeLessThanOrEqual(16);
	});

	test('an address that ended is replaced by another, and the clip is made', LONG_MS, async () => {
		const local = await loadMedia(NAME);
		const [server, id] = [new RemoteStage(), crypto.randomUUID()];
		const file = await server.open(NAME, { id });
		const fresh = `${server.urlOf(NAME)}?token=fresh`;
		const end = answerAddresses((asked) => Promise.resolve(asked === id ? fresh : undefined));
		await server.rule({ token: 'fresh' });
		const clip = await made(ffmpeg, { ...local, file }, { inS: 2, outS: 2.5 }, { shortSide: 144 });
		end();
		expect(clip.frames).toHaveLength(15);
	});
});

describe('a server that is gone', () => {
	const engines = { webcodecs, ffmpeg };

	test.each([
		['webcodecs', 'precise', { diesAfterBytes: 1_500_000 }, 'source-offline'],
		['webcodecs', 'precise', { status: 404 }, 'source-missing'],
		['webcodecs', 'precise', { etag: '"another"' }, 'source-changed'],
		['webcodecs', 'precise', { whole: true }, 'server-unfit'],
		['webcodecs', 'copy', { diesAfterBytes: 500_000 }, 'source-offline'],
		['webcodecs', 'smart', { status: 404 }, 'source-missing'],
		['ffmpeg', 'precise', { diesAfterBytes: 500_000 }, 'source-offline'],
		['ffmpeg', 'precise', { status: 404 }, 'source-missing'],
		['ffmpeg', 'precise', { whole: true }, 'server-unfit'],
	] as const)('%s, %s, a server with %o: %s', LONG_MS, async (engine, cutMode, rules, kind) => {
		const local = await loadMedia(NAME);
		const server = new RemoteStage();
		const remote: Source = { ...local, file: await server.open(NAME) };
		const index = local.index!;
		const task = taskOf(
			remote,
			{ inS: timeOfFrame(index, 60), outS: timeOfFrame(index, 1500) },
			{ shortSide: 144, cutMode },
		);
		await server.rule(rules);
		const result = await exportTask(engines[engine], task, [remote]);
		expect(result).toMatchObject({ ok: false, error: { kind, subject: NAME } });
	});
});
