import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExportTask } from '../export/export-task.ts';
import { ffmpegArgs, type FfmpegOptions } from './ffmpeg-args.ts';
import { keptSpan, videoSeek } from './ffmpeg-span.ts';
import { framesBefore, framesIn, timeOfFrame, type FrameIndex } from '../time/frame-index.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { framesAt, MINUTE } from '../media/minute-fixture.ts';

const media = `1000-${'a'.repeat(64)}`;
const other = `2000-${'b'.repeat(64)}`;

const video = { ...MINUTE.video, width: 1280, height: 720, codedWidth: 1280, codedHeight: 720 };
const facts: MediaFacts = {
	...{ ...MINUTE, fingerprint: media, name: 'a.mp4', video },
	audio: [{ codec: 'aac', sampleRateHz: 44100, channels: 2 }],
};

const clip: ExportTask = {
	id: 'task',
	container: 'mp4',
	pieces: [{ media, inS: 10.3, outS: 12.3, crop: { x: 438, y: 0, width: 404, height: 720 } }],
	video: {
		...{ kind: 'mp4', codec: 'avc', size: { width: 288, height: 512 }, rate: 'source', frames: 60 },
		...{ quality: { crf: 20 }, scaling: 'fast' },
	},
	audio: { kind: 'encode', codec: 'aac', bitrate: 128_000 },
	output: { name: 'clip', extension: 'mp4' },
	durationS: 2,
};

function argsOf(task: ExportTask, of: Partial<MediaFacts> = {}, options: FfmpegOptions = {}): string[] {
	const index = framesAt(30, 1800);
	const inputs = { [media]: '/in/a; rm -rf ~.mp4', [other]: '-y' };
	const factsOf = (fingerprint: string): MediaFacts => ({ ...facts, ...of, fingerprint });
	return ffmpegArgs(task, { inputs, output: '-out.mp4', factsOf, indexOf: () => index }, options);
}
const after = (args: string[], name: string): string | undefined => args[args.indexOf(name) + 1];
const graphOf = (args: string[]): string => after(args, '-filter_complex') ?? '';

describe('a clip', () => {
	test('reads from the key frame before IN and keeps whole microseconds', () => {
		const args = argsOf(clip);
		expect(after(args, '-ss')).toBe('10.2');
		expect(graphOf(args)).toBe(
			[
				"[0:V:0]settb=AVTB,trim=start_pts=10283334:end_pts=12283334,setpts='PTS-10300000'," +
					'crop=404:720:438:0:exact=1,scale=288:512:flags=bilinear,setsar=1,format=yuv420p,trim=end_frame=60[picture]',
				"[1:a:0]asetpts='round(PTS-10.3/TB)',atrim=start=0,aresample=44100:async=1:min_hard_comp=0.03:first_pts=0," +
					'aformat=sample_fmts=fltp:channel_layouts=stereo,apad=whole_len=88200,atrim=end_sample=88200[sound]',
			].join(';'),
		);
	});

	test('names reach ffmpeg as files of its own protocol, never as options', () => {
		const args = argsOf(clip);
		expect(args.filter((_, i) => args[i - 1] === '-i')).toEqual(Array(2).fill('file:/in/a; rm -rf ~.mp4'));
		expect(args.at(-1)).toBe('file:-out.mp4');
		expect(args.filter((arg) => arg === '-protocol_whitelist')).toHaveLength(2);
		expect(after(args, '-protocol_whitelist')).toBe('file,pipe');
		expect(after(args, '-format_whitelist')).not.toMatch(/hls|concat|dash/);
	});

	test('at a constant rate goes through fps, and a picture after the end holds the last frame', () => {
		const args = argsOf({
			...clip,
			video: { ...clip.video, rate: { num: 25, den: 1 }, frames: 50 } as ExportTask['video'],
		});
		expect(graphOf(args)).toContain("setpts='max(PTS-10301100,0)'");
		expect(graphOf(args)).toContain(
			'interleave=nb_inputs=2,fps=fps=25/1:round=up:start_time=0,trim=end_frame=50[picture]',
		);
		expect(after(args, '-enc_time_base:v')).toBe('1/15000');
	});

	test('of WebM is VP9 and Opus at 48 kHz', () => {
		const args = argsOf({
			...clip,
			container: 'webm',
			video: { ...clip.video, kind: 'webm', codec: 'vp9' } as ExportTask['video'],
			audio: { kind: 'encode', codec: 'opus', bitrate: 96_000 },
		});
		expect([after(args, '-c:v'), after(args, '-c:a'), after(args, '-ar'), after(args, '-crf')]).toEqual([
			'libvpx-vp9',
			'libopus',
			'48000',
			'25',
		]);
		expect(args).not.toContain('-movflags');
	});

	test('takes a bitrate instead of a quality, threads and a preset', () => {
		const task = { ...clip, video: { ...clip.video, quality: { bitrate: 2_000_000 } } as ExportTask['video'] };
		const args = argsOf(task, {}, { preset: 'slow', threads: 4, progress: 'pipe:1' });
		expect([after(args, '-b:v'), after(args, '-preset'), after(args, '-threads:v'), after(args, '-progress')]).toEqual([
			'2000000',
			'slow',
			'4',
			'pipe:1',
		]);
		expect(args).not.toContain('-crf');
	});

	test('without a picture has only sound, and the other way round', () => {
		const sound = argsOf({ ...clip, video: { kind: 'none' } });
		expect(graphOf(sound)).toMatch(/^\[0:a:0\]/);
		expect(sound).not.toContain('-c:v');
		expect(argsOf({ ...clip, audio: { kind: 'none' } })).not.toContain('-c:a');
		expect(argsOf(clip, { audio: [] })).not.toContain('-c:a');
	});

	test('stretches pixels before it crops, and turns the coded size with the picture', () => {
		const stretched = argsOf(clip, { video: { ...video, codedWidth: 960 } });
		expect(graphOf(stretched)).toContain('scale=1280:720:flags=bilinear,crop=404:720');
		const turned = argsOf(clip, { video: { ...video, rotation: 90, codedWidth: 720, codedHeight: 1280 } });
		expect(graphOf(turned)).toContain("10300000',crop=404:720");
	});

	test('in the colours of standard definition is turned into those of HD, which it is tagged as', () => {
		const graph = graphOf(argsOf(clip, { video: { ...video, matrix: 'smpte170m' } }));
		expect(graph).toContain('flags=bilinear:in_color_matrix=smpte170m:out_color_matrix=bt709');
	});

	test('of HDR is toned down', () => {
		expect(graphOf(argsOf(clip, { video: { ...video, hdr: true } }))).toContain('tonemap=tonemap=mobius');
	});
});

test('a film puts its pieces one after the other, silence where there is no sound', () => {
	const piece = clip.pieces[0]!;
	const task = {
		...clip,
		pieces: [piece, { ...piece, media: other, inS: 0, outS: 1 }],
		durationS: 3,
		video: { ...clip.video, frames: 90 } as ExportTask['video'],
	};
	const index = framesAt(30, 1800);
	const factsOf = (fingerprint: string): MediaFacts => (fingerprint === other ? { ...facts, audio: [] } : facts);
	const graph = graphOf(
		ffmpegArgs(task, { inputs: { [media]: 'a', [other]: 'b' }, output: 'c', factsOf, indexOf: () => index }),
	);
	expect(graph).toContain("setpts='PTS+2000000'");
	expect(graph).toContain('[picture0][picture1]interleave=nb_inputs=2,trim=end_frame=90[picture]');
	expect(graph).toContain(
		'anullsrc=r=44100:cl=stereo,aformat=sample_fmts=fltp:channel_layouts=stereo,atrim=end_sample=44100[sound1]',
	);
	expect(graph).toContain('[sound0][sound1]concat=n=2:v=0:a=1[sound]');
});

/** Any file: frames 1 to 90 ms apart, the first anywhere between 0 and 10 s, some of them key frames. */
const anyIndex = fc
	.record({
		firstUs: fc.integer({ min: 0, max: 10_000_000 }),
		stepsUs: fc.array(fc.integer({ min: 1000, max: 90_000 }), { minLength: 2, maxLength: 60 }),
		gop: fc.integer({ min: 1, max: 20 }),
	})
	.map(({ firstUs, stepsUs, gop }): FrameIndex => {
		const times = [firstUs];
		for (const step of stepsUs) times.push(times.at(-1)! + step);
		const endUs = times.pop()!;
		return { ptsUs: Float64Array.from(times), key: Uint8Array.from(times, (_, n) => (n % gop === 0 ? 1 : 0)), endUs };
	});

describe('for any file', () => {
	test('the kept span holds exactly the frames of [IN, OUT), even when the container rounds by a third of a frame', () => {
		fc.assert(
			fc.property(
				anyIndex,
				fc.nat(60),
				fc.nat(60),
				fc.double({ min: -0.33, max: 0.33, noNaN: true }),
				(index, a, b, jitter) => {
					const count = index.ptsUs.length;
					const from = Math.min(a, b) % count;
					const to = Math.min(count, from + 1 + (Math.max(a, b) % count));
					const span = { inS: timeOfFrame(index, from), outS: timeOfFrame(index, to) };
					const { fromUs, toUs = Infinity } = keptSpan(span, index, false);
					const shortest = Math.min(...index.ptsUs.map((us, n) => (index.ptsUs[n + 1] ?? index.endUs) - us));
					const kept = [...index.ptsUs].map((us) => us + jitter * shortest).filter((us) => us >= fromUs && us < toUs);
					expect(kept).toHaveLength(framesIn(index, span.inS, span.outS));
					expect(framesIn(index, span.inS, span.outS)).toBe(to - from);
				},
			),
		);
	});

	test('reading starts no later than a key frame at or before IN', () => {
		fc.assert(
			fc.property(anyIndex, fc.nat(60), fc.constantFrom('mp4', 'ts', 'mkv', 'avi'), (index, a, container) => {
				const n = a % index.ptsUs.length;
				const inS = timeOfFrame(index, n);
				const seek = videoSeek(inS, { ...facts, container, firstTimestampS: timeOfFrame(index, 0) }, index);
				if (seek === undefined) return;
				expect(seek).toBeLessThanOrEqual(inS + 0.2);
				const read = framesBefore(index, seek + 1e-6);
				const keys = [...index.key.subarray(0, read)].lastIndexOf(1);
				expect(keys).toBeGreaterThanOrEqual(0);
				expect(keys).toBeLessThanOrEqual(n);
			}),
		);
	});
});
