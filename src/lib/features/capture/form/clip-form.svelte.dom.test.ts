import { expect, test } from 'vitest';
import { fakeServer, fakeSession } from '../capture-fakes.ts';
import { ClipForm } from './clip-form.svelte.ts';
import { FIRST_CHOICES, type KeptChoices } from './kept-choices.ts';

const TRACKS = [
	{ id: 's2', label: 'English', language: 'eng', kind: 'text', codec: 'subrip', forced: false, playing: false },
	{ id: 's3', label: 'German', language: 'ger', kind: 'text', codec: 'ass', forced: false, playing: true },
	{ id: 's4', label: 'French', kind: 'picture', codec: 'dvd_subtitle', forced: false, playing: false, unusable: 'no' },
] as const;
const DETAILS = { width: 1920, height: 1080, durationS: 600, frameRate: 25, hdr: false, hasAudio: true, codec: 'avc' };

const server = fakeServer(({ path }) => {
	if (path.endsWith('/details')) return { body: { ...DETAILS, subtitles: TRACKS } };
	if (path.endsWith('/key-frames')) return { body: { keyFramesS: [60, 62, 64] } };
	return { status: 404, body: { code: 'not_found', message: 'none' } };
});

async function openForm(nowS: number, kept: Partial<KeptChoices> = {}): Promise<ClipForm> {
	const form = new ClipForm({
		client: server.client,
		session: fakeSession(),
		nowS,
		kept: { ...FIRST_CHOICES, ...kept },
	});
	await form.load(new AbortController().signal);
	return form;
}

test('the language that shows there is burned in unless another was chosen', async () => {
	const form = await openForm(100);
	expect(form.subtitles).toBe('s3');
	expect(form.request).toMatchObject({ subtitles: 's3', span: { kind: 'last', seconds: 30, endS: 100 } });
	form.chooseSubtitles('none');
	expect(form.request).toMatchObject({ subtitles: 'none' });
	expect(form.kept.subtitles).toBe('none');
	expect((await openForm(100, form.kept)).subtitles).toBe('none');
});

test('exact edges begin where the last seconds were, and move by frames', async () => {
	const form = await openForm(100);
	form.chooseSpan('exact');
	expect(form.span).toEqual({ startS: 70, endS: 100 });
	form.move('start', form.startS + form.frameS);
	form.move('end', 9999);
	expect(form.span.startS).toBeCloseTo(70.04, 9);
	expect(form.span.endS).toBe(600);
	expect(form.window.toS).toBe(600);
});

test('edges push against each other when moved, and are told when typed the wrong way round', async () => {
	const form = await openForm(100);
	form.chooseSpan('exact');
	form.move('start', 200);
	expect(form.startS).toBeCloseTo(99.96, 9);
	expect(form.problem).toBe('');
	form.type('end', 10);
	expect(form.problem).toContain('ends before it begins');
	form.type('start', 700);
	expect(form.problem).toContain('The film ends at 0:10:00.000');
});

test('a fast clip shows the key frame where it really starts, and asks for nothing that it cannot keep', async () => {
	const form = await openForm(95, { mode: 'fast', shape: '9:16', shortSide: 480, seconds: 31.1 });
	expect(form.keyFrameS).toBeUndefined();
	await form.loadKeyFrames(new AbortController().signal);
	expect(form.span.startS).toBeCloseTo(63.9, 9);
	expect(form.keyFrameS).toBe(62);
	expect(form.expected.lengthS).toBeCloseTo(33, 9);
	expect(form.expected.size).toEqual({ width: 1920, height: 1080 });
	const { request } = form;
	expect(request).toMatchObject({ mode: 'fast', subtitles: 'none' });
	expect(request).not.toHaveProperty('crop');
	expect(request).not.toHaveProperty('shortSide');
});

test('the size that comes out follows shape and short side, and is never larger than the film', async () => {
	const form = await openForm(100, { shape: '9:16', shortSide: 360 });
	expect(form.expected.size).toEqual({ width: 360, height: 640 });
	form.choose({ shortSide: 2160 });
	expect(form.expected.size).toEqual({ width: 608, height: 1080 });
	form.setCentre(2, -1);
	expect(form.request).toMatchObject({ crop: { ratio: { width: 9, height: 16 }, centre: { x: 1, y: 0 } } });
});

test('sound alone asks for no picture', async () => {
	const form = await openForm(100, { clipFormat: 'mp3', mode: 'fast', shape: '1:1' });
	expect(form.request).toMatchObject({ format: 'mp3', mode: 'precise', subtitles: 'none' });
	expect(form.request).not.toHaveProperty('crop');
	expect(form.expected).toMatchObject({ lengthS: 30, size: undefined, bytes: 720_000 });
});

test('near the start of a film less is taken, and counting from now starts all of it anew', async () => {
	const form = await openForm(12);
	expect(form.span).toEqual({ startS: 0, endS: 12 });
	form.chooseSpan('exact');
	form.anchor(200);
	expect(form.span).toEqual({ startS: 170, endS: 200 });
});

test('a GIF is a minute long at most, and that is said before it is asked for', async () => {
	const form = await openForm(400, { clipFormat: 'gif', seconds: 61 });
	expect(form.problem).toBe('A GIF may be a minute long at most: it grows very large. Make it shorter, or choose MP4.');
	form.choose({ seconds: 60 });
	expect(form.problem).toBe('');
	form.choose({ seconds: 61, clipFormat: 'mp4' });
	expect(form.problem).toBe('');
});

test('a screenshot is of the moment that was chosen', async () => {
	const form = await openForm(100, { type: 'screenshot', pictureFormat: 'webp' });
	form.move('at', 98.5);
	expect(form.request).toMatchObject({ type: 'screenshot', atS: 98.5, format: 'webp', quality: 92, subtitles: 's3' });
	expect(form.problem).toBe('');
});
