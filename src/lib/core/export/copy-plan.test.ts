import { describe, expect, test } from 'vitest';
import { copyContainer, copyShift, copyTimes, encodedFrames, planCopy } from './copy-plan.ts';
import { frameIndexFrom, type FrameIndex } from '../time/frame-index.ts';
import type { MediaFacts } from '../media/media-facts.ts';

type Video = NonNullable<MediaFacts['video']>;

const video: Video = {
	codec: 'avc',
	codecString: 'avc1.64001f',
	width: 1280,
	height: 720,
	codedWidth: 1280,
	codedHeight: 720,
	rotation: 0,
	pixelAspect: { num: 1, den: 1 },
	fps: { num: 25, den: 1 },
	variableRate: false,
	hdr: false,
	bitDepth: 8,
	frameCount: 50,
};
const file = (more: Partial<MediaFacts> = {}, picture: Partial<Video> = {}): MediaFacts => ({
	fingerprint: `1-${'a'.repeat(64)}`,
	name: 'walk.mp4',
	bytes: 1,
	container: 'mp4',
	reader: 'mediabunny',
	durationS: 2,
	firstTimestampS: 0,
	video: { ...video, ...picture },
	audio: [{ codec: 'aac', sampleRateHz: 48_000, channels: 2 }],
	subtitles: [],
	playable: 'native',
	truncated: false,
	notes: [],
	...more,
});

/** Groups of ten frames at 25 a second, each stored I P B B P B B P B B; or open: its key frame before the last two frames of the group before. */
function groups(count: number, kind: 'closed' | 'open' | 'no-reordering' = 'closed', firstS = 0): FrameIndex {
	const stored: number[] = [];
	for (let at = 0; at < count * 10; at += 10) {
		if (kind === 'no-reordering') for (let n = 0; n < 10; n += 1) stored.push(at + n);
		else if (kind === 'closed') stored.push(...[0, 3, 1, 2, 6, 4, 5, 9, 7, 8].map((n) => at + n));
		else stored.push(at, ...(at > 0 ? [at - 2, at - 1] : []), at + 3, at + 1, at + 2, at + 5, at + 4, at + 7, at + 6);
	}
	if (kind === 'open') stored.push(count * 10 - 2, count * 10 - 1);
	return frameIndexFrom(
		Float64Array.from(stored, (n) => firstS * 1e6 + n * 40_000),
		Uint8Array.from(stored, (n) => (n % 10 === 0 ? 1 : 0)),
		40_000,
		'stored',
	);
}

const at = (n: number): number => n / 25;
const plan = (index: FrameIndex, from: number, to: number, mode: 'copy' | 'smart', facts = file()) =>
	planCopy(facts, index, { inS: at(from), outS: at(to) }, mode);

describe('copying', () => {
	const index = groups(5);

	test.each([
		['on a key frame', 10, 20, 10, 20],
		['inside a group: from its key frame', 17, 30, 10, 30],
		['OUT between frames that need a later one: behind that', 10, 22, 10, 24],
		['OUT right behind a frame that others need', 10, 24, 10, 24],
		['to the end', 41, 50, 40, 50],
	])('%s', (_, from, to, first, last) => {
		expect(plan(index, from, to, 'copy')).toEqual({ ok: true, value: { first, last, copyFrom: first, copyTo: last } });
	});

	test('tells how early and how late in frames and seconds', () => {
		const asked = { inS: at(17), outS: at(22) };
		const planned = plan(index, 17, 22, 'copy');
		if (!planned.ok) throw new Error(planned.error);
		const shift = copyShift(index, asked, planned.value);
		expect(shift).toMatchObject({ inS: 0.4, outS: 0.96, earlyFrames: 7, lateFrames: 2 });
		expect([shift.earlyS, shift.lateS].map((s) => s.toFixed(3))).toEqual(['0.280', '0.080']);
	});

	test('starts at the key frame of an open group, whose leading frames are left out', () => {
		expect(plan(groups(5, 'open'), 22, 30, 'copy')).toMatchObject({ value: { first: 20, last: 31 } });
	});

	test('without knowledge of the order ends at a key frame', () => {
		const { ptsUs, key, endUs } = groups(5);
		expect(plan({ ptsUs, key, endUs }, 17, 22, 'copy')).toMatchObject({ value: { first: 10, last: 30 } });
	});

	test('times are the file’s own', () => {
		const shifted = groups(5, 'closed', 7);
		const planned = planCopy(file(), shifted, { inS: 7 + at(17), outS: 7 + at(30) }, 'copy');
		if (!planned.ok) throw new Error(planned.error);
		expect(copyTimes(shifted, planned.value)).toEqual({ inS: 7.4, outS: 8.2 });
	});

	test('a file whose key frame is hidden starts at the next one', () => {
		const { ptsUs, key, endUs } = groups(3, 'no-reordering');
		const cut = { ptsUs: ptsUs.slice(5), key: key.slice(5), endUs };
		expect(plan(cut, 6, 20, 'copy')).toMatchObject({ value: { first: 5, last: 15 } });
		expect(plan(cut, 6, 9, 'copy')).toMatchObject({ ok: false });
	});
});

describe('cutting exactly', () => {
	const index = groups(5);

	test.each([
		['on key frames: nothing is encoded', 10, 30, 10, 30, 0],
		['inside groups: up to the next key frame', 17, 30, 20, 30, 3],
		['OUT where nothing later is needed', 10, 24, 10, 24, 0],
		['OUT where a kept frame needs a later one: from the last place that divides', 10, 26, 10, 24, 2],
		['both', 8, 22, 10, 21, 3],
	])('%s', (_, from, to, copyFrom, copyTo, encoded) => {
		const planned = plan(index, from, to, 'smart');
		expect(planned).toEqual({ ok: true, value: { first: from, last: to, copyFrom, copyTo } });
		if (planned.ok) expect(encodedFrames(planned.value)).toBe(encoded);
	});

	test('files without reordering only encode before the key frame', () => {
		expect(plan(groups(5, 'no-reordering'), 17, 26, 'smart')).toMatchObject({ value: { copyFrom: 20, copyTo: 26 } });
	});

	test('without knowledge of the order the last group is encoded', () => {
		const { ptsUs, key, endUs } = groups(5);
		expect(plan({ ptsUs, key, endUs }, 8, 26, 'smart')).toMatchObject({ value: { copyFrom: 10, copyTo: 20 } });
	});

	test.each([
		['no key frame inside', index, 11, 19, /no key frame/u],
		['open groups', groups(5, 'open'), 12, 28, /open groups/u],
		['one frame of a group', groups(5), 18, 20, /no key frame/u],
	])('is not possible: %s', (_, frames, from, to, reason) => {
		const planned = plan(frames, from, to, 'smart');
		expect(planned.ok ? '' : planned.error).toMatch(reason);
	});

	test.each<[string, Partial<Video>]>([
		['H.265', { codec: 'hevc', codecString: 'hvc1.1.6.L93.B0' }],
		['10 bits', { bitDepth: 10, codecString: 'avc1.6e001f' }],
		['HDR', { hdr: true }],
		['4:2:2', { codecString: 'avc1.7a001f', bitDepth: 8 }],
		['VP9 profile 1', { codec: 'vp9', codecString: 'vp09.01.10.08' }],
	])('is not possible, but copying is: %s', (_, picture) => {
		expect(plan(index, 17, 30, 'smart', file({}, picture)).ok).toBe(false);
		expect(plan(index, 17, 30, 'copy', file({}, picture)).ok).toBe(true);
	});
});

test('the container stays; what cannot be copied is told', () => {
	expect(copyContainer(file({ container: 'mkv' }))).toEqual({ ok: true, value: 'mkv' });
	expect(copyContainer(file({ container: 'ts' }))).toEqual({
		ok: false,
		error: 'TS files are not copied, only MP4, MOV, MKV and WebM',
	});
	expect(copyContainer(file({ reader: 'ffmpeg', container: 'avi' })).ok).toBe(false);
	expect(copyContainer(file({}, { codec: 'mpeg4' }))).toEqual({ ok: false, error: 'MPEG-4 is not copied' });
	expect(copyContainer(file({ audio: [{ codec: 'pcm-s16', sampleRateHz: 48_000, channels: 2 }] })).ok).toBe(true);
	expect(copyContainer(file({ audio: [{ codec: 'alac', sampleRateHz: 48_000, channels: 2 }] })).ok).toBe(false);
});
