import { VideoSampleSink, type InputVideoTrack } from 'mediabunny';
import { describe, expect, test } from 'vitest';
import { frameCount } from '#core/time/frame-index';
import { openInput } from '../probe/open-input.ts';
import { testFile, type TestFile } from '../player/test-player.ts';
import { analysedFrames } from './analysed-frames.ts';
import { decodedFrames } from './decoded-frames.ts';
import { PlaneReader } from './frame-planes.ts';
import { PictureMaker, type PictureShape } from './picture-maker.ts';

interface OpenFilm extends TestFile {
	readonly track: InputVideoTrack;
}

async function open(name: string): Promise<OpenFilm> {
	const film = await testFile(name);
	const track = await openInput(film.file, () => undefined).getPrimaryVideoTrack();
	if (track === null) throw new Error('no picture');
	return { ...film, track };
}

const signal = new AbortController().signal;
const whole: PictureShape = { width: 96, height: 96, content: { x: 0, y: 0, width: 96, height: 96 }, fill: 0 };

/** How far two pictures are apart on average, 0..255. */
function distance(a: Uint8ClampedArray, b: Uint8ClampedArray): number {
	let sum = 0;
	for (let n = 0; n < a.length; n += 1) sum += Math.abs((a[n] ?? 0) - (b[n] ?? 0));
	return sum / a.length;
}

describe('small pictures', () => {
	test.each([
		['h264-aac.mov', 'plain'],
		['rotated-90.mp4', 'turned'],
		['non-square-pixels.mp4', 'with wide pixels'],
		['full-range.mp4', 'in full range'],
		['ten-bit.webm', 'with ten bits'],
		['ntsc.mp4', 'of standard definition'],
	])('%s (%s) looks as the browser draws it, letterboxed or not', async (name) => {
		const { track } = await open(name);
		const sample = await new VideoSampleSink(track).getSample(1);
		if (sample === null) throw new Error('no sample');
		const planes = await new PlaneReader().read(sample);
		expect(planes).toBeDefined();
		const boxed: PictureShape = { width: 96, height: 80, content: { x: 8, y: 20, width: 80, height: 45 }, fill: 114 };
		for (const shape of [whole, boxed]) {
			const ours = new PictureMaker(shape).make(sample, planes).rgba;
			const drawn = new PictureMaker(shape).make(sample, undefined).rgba;
			expect(distance(ours, drawn)).toBeLessThan(6);
		}
		expect([...new PictureMaker(boxed).make(sample, planes).rgba.subarray(0, 4)]).toEqual([114, 114, 114, 255]);
		sample.close();
	});
});

type DecodeMethod = (this: VideoDecoder, chunk: EncodedVideoChunk) => void;
type SizeMethod = (this: VideoFrame, options?: VideoFrameCopyToOptions) => number;

/** To be called for an object of one's own choice. */
const methodOf = <T>(prototype: object, name: string): T => (prototype as Record<string, unknown>)[name] as T;

describe('decoded frames', () => {
	test.each(['h264-aac.mov', 'vfr.mp4', 'open-gop.mp4', 'first-timestamp-5s.mp4', 'eight-b-frames.mp4'])(
		'%s: every frame once, in order, from any place',
		async (name) => {
			const { track, index } = await open(name);
			const [from, to] = [7, Math.min(frameCount(index), 40)];
			const frames: number[] = [];
			for await (const { frame } of decodedFrames(track, index, { from, to }, { signal })) frames.push(frame);
			expect(frames).toEqual(Array.from({ length: to - from }, (_, n) => from + n));
		},
	);

	test('a decoder that is taken away twice is made again; each frame comes once', async () => {
		const { track, index } = await open('h264-aac.mov');
		const frames: number[] = [];
		let losses = 0;
		const decode = methodOf<DecodeMethod>(VideoDecoder.prototype, 'decode');
		VideoDecoder.prototype.decode = function (chunk) {
			if (losses < 2 && frames.length >= 10 * (losses + 1)) {
				losses += 1;
				throw new DOMException('the codec was reclaimed', 'QuotaExceededError');
			}
			decode.call(this, chunk);
		};
		try {
			for await (const { frame } of decodedFrames(track, index, { from: 0, to: 60 }, { signal })) frames.push(frame);
		} finally {
			VideoDecoder.prototype.decode = decode;
		}
		expect(losses).toBe(2);
		expect(frames).toEqual(Array.from({ length: 60 }, (_, n) => n));
	});

	test('a decoder that is taken away for good is an error, not a film without frames', async () => {
		const { track, index } = await open('h264-aac.mov');
		const decode = methodOf<DecodeMethod>(VideoDecoder.prototype, 'decode');
		VideoDecoder.prototype.decode = () => {
			throw new DOMException('the codec was reclaimed', 'QuotaExceededError');
		};
		try {
			const frames = decodedFrames(track, index, { from: 0, to: 60 }, { signal });
			await expect(frames.next()).rejects.toMatchObject({ name: 'QuotaExceededError' });
		} finally {
			VideoDecoder.prototype.decode = decode;
		}
	});

	test('a film that ends too early misses its last frames', async () => {
		const { track, index } = await open('h264-aac.mov');
		const beyond = { ...index, ptsUs: Float64Array.from([...index.ptsUs, index.endUs, index.endUs + 4e4]) };
		const missing: unknown[] = [];
		const run = { from: frameCount(index) - 2, to: frameCount(index) + 2 };
		const frames: number[] = [];
		for await (const { frame } of decodedFrames(track, beyond, run, { signal, onMissing: (run) => missing.push(run) }))
			frames.push(frame);
		expect(frames).toEqual([run.from, run.from + 1]);
		expect(missing).toEqual([{ from: run.from + 2, to: run.to }]);
	});
});

test('every picture that was opened is closed, also when the work is left in the middle', async () => {
	const { track, index } = await open('h264-aac.mov');
	let opened = 0;
	const counted = new Set<VideoFrame>();
	const close = methodOf<(this: VideoFrame) => void>(VideoFrame.prototype, 'close');
	const sample = methodOf<SizeMethod>(VideoFrame.prototype, 'allocationSize');
	VideoFrame.prototype.allocationSize = function (options) {
		opened += 1;
		counted.add(this);
		return sample.call(this, options);
	};
	VideoFrame.prototype.close = function () {
		counted.delete(this);
		close.call(this);
	};
	try {
		const request = { track, index, perSecond: 6, shape: whole, signal, clock: { decodeMs: 0, resizeMs: 0 } };
		let seen = 0;
		for await (const { picture } of analysedFrames({ ...request, spans: [{ inS: 0, outS: 4 }] })) {
			seen += picture === undefined ? 0 : 1;
			if (seen === 5) break;
		}
	} finally {
		VideoFrame.prototype.allocationSize = sample;
		VideoFrame.prototype.close = close;
	}
	expect(opened).toBeGreaterThan(15);
	expect(counted.size).toBe(0);
});
