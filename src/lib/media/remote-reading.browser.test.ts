import { afterEach, describe, expect, test } from 'vitest';
import { frameAt, frameCount, timeOfFrame } from '#core/time/frame-index';
import { keyFramesOf } from '#core/time/key-frames';
import type { Failure } from '#core/failure';
import { RemoteStage } from '../../../tests/media/remote-stage.ts';
import { NativeBackend, WebCodecsBackend } from './player/index.ts';
import { Stage, testFile } from './player/test-player.ts';
import { makeThumbnail, probe } from './probe/index.ts';
import { answerAddresses } from './remote-bytes/new-address.ts';
import { findScenes } from './scenes/index.ts';
import { ThumbnailStrip } from './strip/index.ts';
import { Waveform } from './waveform/index.ts';

/* What is done with files on a server is what is done with those on the device. */

const ends: (() => void)[] = [];
afterEach(() => {
	for (const end of ends.splice(0)) end();
});

const stageOf = async (name: string, id?: string) => {
	const stage = new RemoteStage();
	return { stage, file: await stage.open(name, id === undefined ? {} : { id }) };
};

describe('probe', () => {
	test.each([
		// Without a fragment, an MP4's list of frames stands at its end here.
		['h264-aac-60s.mp4', 8],
		['edit-list.mp4', 6],
		['fragmented.mp4', 8],
		['h264-aac.mov', 6],
		['h264-opus.mkv', 8],
		['vp9-opus.webm', 8],
		['h264-aac.ts', 12],
		['truncated.mp4', 8],
	])('%s: the same facts and frames as on the device, by at most %d requests', async (name, most) => {
		const local = await testFile(name);
		const { stage, file } = await stageOf(name);
		const { value, requests, bytes } = await stage.count(() => probe(file));
		if (!value.ok) throw new Error(JSON.stringify(value.error));
		expect(value.value.facts).toEqual(local.facts);
		expect(value.value.index).toEqual(local.index);
		console.info(`${name} (${file.size} bytes): probed by ${requests} requests for ${bytes} bytes`);
		expect(requests).toBeLessThanOrEqual(most);
	});

	test('an AVI, by ffmpeg', { timeout: 180_000 }, async () => {
		const local = await testFile('mpeg4-mp3.avi');
		const { stage, file } = await stageOf('mpeg4-mp3.avi');
		const { value, requests } = await stage.count(() => probe(file));
		if (!value.ok) throw new Error(JSON.stringify(value.error));
		expect(value.value).toEqual({ facts: local.facts, index: local.index });
		expect(requests).toBeLessThanOrEqual(12);
		const picture = await makeThumbnail(file, local.facts, {});
		expect(picture).toMatchObject({ ok: true });
	});

	test.each([
		['text.mp4', 'not-media'],
		['truncated-no-moov.mp4', 'source-incomplete'],
		['zero-bytes.mp4', 'empty-file'],
	] as const)('%s is %s there as well', async (name, kind) => {
		const { file } = await stageOf(name);
		expect(await probe(file)).toMatchObject({ ok: false, error: { kind, subject: name } });
	});

	test.each([
		['h264-aac-60s.mp4', { status: 404 }, 'source-missing'],
		['h264-opus.mkv', { status: 404 }, 'source-missing'],
		['h264-opus.mkv', { diesAfterBytes: 0 }, 'source-offline'],
		['vp9-opus.webm', { etag: '"another"' }, 'source-changed'],
		['h264-aac-60s.mp4', { whole: true }, 'server-unfit'],
	] as const)('%s from a server with %o: %s', async (name, rules, kind) => {
		const { stage, file } = await stageOf(name);
		await stage.rule(rules);
		expect(await probe(file)).toMatchObject({ ok: false, error: { kind, subject: name } });
	});

	test('a server that dies while a file is walked is no damage of the file', async () => {
		const { stage, file } = await stageOf('h264-opus.mkv');
		await stage.rule({ diesAfterBytes: Math.floor(file.size / 2) });
		expect(await probe(file)).toMatchObject({ ok: false, error: { kind: 'source-offline' } });
	});
});

describe('player', () => {
	test.each([
		['native', 'h264-aac-60s.mp4', 0],
		['native', 'edit-list.mp4', 75],
		['webcodecs', 'h264-aac-60s.mp4', 0],
		['webcodecs', 'h264-opus.mkv', 0],
		['webcodecs', 'vp9-opus.webm', 0],
	] as const)('%s: frame n of %s is shown as frame n', async (kind, name, first) => {
		const local = await testFile(name);
		const { stage: server, file } = await stageOf(name);
		const stage = new Stage(kind === 'native' ? NativeBackend : WebCodecsBackend, { ...local, file });
		ends.push(() => stage.dispose());
		const display = { width: local.facts.video!.width, height: local.facts.video!.height };
		const place = (frame: number) => ({ frame, timeS: timeOfFrame(local.index, frame) });
		const opening = await server.count(async () => {
			expect(await stage.backend.open()).toMatchObject({ ok: true });
			expect(await stage.backend.show(place(0), 0)).toBe(true);
		});
		expect(stage.number(display)).toBe(first);
		console.info(`${kind}, ${name}: first frame by ${opening.requests} requests`);
		expect(opening.requests).toBeLessThanOrEqual(10);
		const count = frameCount(local.index);
		for (const frame of [count - 1, Math.floor(count / 2), 1, Math.floor(count / 3)]) {
			expect(await stage.backend.show(place(frame), 0)).toBe(true);
			expect(stage.number(display)).toBe(first + frame);
		}
		expect(await stage.backend.play(place(10), { rate: 1 })).toBe(true);
		await expect.poll(() => stage.last?.frame ?? 0).toBeGreaterThan(15);
		await stage.backend.pause();
		expect(stage.number(display)).toBe(first + stage.last!.frame);
		expect(stage.failures).toEqual([]);
	});

	test('goes on at another address when its own has ended', async () => {
		const local = await testFile('h264-aac-60s.mp4');
		const id = crypto.randomUUID();
		const { stage: server, file } = await stageOf('h264-aac-60s.mp4', id);
		const fresh = `${server.urlOf('h264-aac-60s.mp4')}?token=fresh`;
		ends.push(answerAddresses((asked) => Promise.resolve(asked === id ? fresh : undefined)));
		await server.rule({ token: 'fresh' });
		const stage = new Stage(NativeBackend, { ...local, file });
		ends.push(() => stage.dispose());
		expect(await stage.backend.open()).toMatchObject({ ok: true });
		expect(await stage.backend.show({ frame: 900, timeS: timeOfFrame(local.index, 900) }, 0)).toBe(true);
		expect(stage.number({ width: local.facts.video!.width, height: local.facts.video!.height })).toBe(900);
	});

	test.each([
		['native', { status: 404 }, 'source-missing'],
		['webcodecs', { status: 404 }, 'source-missing'],
		['native', { diesAfterBytes: 0 }, 'source-offline'],
	] as const)('%s: a server with %o is told as %s', async (kind, rules, failure) => {
		const local = await testFile('h264-aac-60s.mp4');
		const { stage: server, file } = await stageOf('h264-aac-60s.mp4');
		await server.rule(rules);
		const stage = new Stage(kind === 'native' ? NativeBackend : WebCodecsBackend, { ...local, file });
		ends.push(() => stage.dispose());
		expect(await stage.backend.open()).toMatchObject({
			ok: false,
			error: { kind: failure } satisfies Partial<Failure>,
		});
	});
});

describe('pictures and sound of the timeline', () => {
	test('the strip has pictures of key frames', async () => {
		const local = await testFile('h264-aac-60s.mp4');
		const { stage: server, file } = await stageOf('h264-aac-60s.mp4');
		let wake: () => void = () => undefined;
		const strip = new ThumbnailStrip({ file, name: file.name, heightPx: 64, onChange: () => wake() });
		ends.push(() => strip.dispose());
		const keys = [...keyFramesOf(local.index).timesS].slice(0, 6);
		const { requests } = await server.count(async () => {
			strip.want(keys);
			while (strip.busy) await new Promise<void>((resolve) => (wake = resolve));
		});
		expect(keys.map((atS) => strip.picture(atS)?.height)).toEqual(keys.map(() => 64));
		expect(requests).toBeLessThanOrEqual(4 + 2 * keys.length);
	});

	test('a strip whose server is gone says so', async () => {
		const { stage: server, file } = await stageOf('h264-aac-60s.mp4');
		await server.rule({ status: 404 });
		let wake: () => void = () => undefined;
		const strip = new ThumbnailStrip({ file, name: file.name, heightPx: 64, onChange: () => wake() });
		ends.push(() => strip.dispose());
		strip.want([0]);
		while (strip.busy) await new Promise<void>((resolve) => (wake = resolve));
		expect(strip.failure).toMatchObject({ kind: 'source-missing', subject: file.name });
	});

	test('the waveform is the same as that of the file on the device', async () => {
		const local = await testFile('h264-aac-60s.mp4');
		const { stage: server, file } = await stageOf('h264-aac-60s.mp4');
		const pyramidOf = async (from: typeof file | File): Promise<Int8Array | Uint8Array> => {
			const { firstTimestampS: originS, durationS } = local.facts;
			const waveform = new Waveform({ file: from, name: 'film', originS, durationS, onChange: () => undefined });
			ends.push(() => waveform.dispose());
			const whole = await waveform.whole();
			if (!whole.ok) throw new Error(JSON.stringify(whole.error));
			return whole.value.finest.max;
		};
		const { value, requests } = await server.count(() => pyramidOf(file));
		expect(value).toEqual(await pyramidOf(local.file));
		expect(requests).toBeLessThanOrEqual(Math.ceil(file.size / 1e6) + 6);
	});

	test('a waveform whose server dies says so', async () => {
		const { stage: server, file } = await stageOf('h264-aac-60s.mp4');
		await server.rule({ diesAfterBytes: Math.floor(file.size / 2) });
		const waveform = new Waveform({ file, name: 'film', originS: 0, durationS: 60, onChange: () => undefined });
		ends.push(() => waveform.dispose());
		expect(await waveform.whole()).toMatchObject({ ok: false, error: { kind: 'source-offline', subject: 'film' } });
	});

	test('scenes are found to the frame', async () => {
		const { facts, index } = await testFile('shots.mp4');
		const { file } = await stageOf('shots.mp4');
		const found = await findScenes(file, facts, index);
		if (!found.ok) throw new Error(JSON.stringify(found.error));
		expect(found.value.map(({ atS }) => frameAt(index, atS))).toEqual([48, 109, 149, 299, 359]);
	});
});
