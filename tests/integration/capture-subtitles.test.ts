import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SubtitleTrack } from '../../src/lib/contract/sessions.ts';
import { ok } from '../../src/lib/core/result.ts';
import { fixturePath } from '../fixtures/make.ts';
import { pgsStream } from '../fixtures/pgs.ts';
import { CaptureServer, playing } from './capture-server.ts';

const its = new CaptureServer([]);
const source = fixturePath('long-gop.mp4');
/** Every subtitle shows from 30 to 38 s: white, in the lower part of the picture. */
const [FROM, TO] = [30, 38];
const canvas = { width: 640, height: 360 };

const srt = `1\n00:00:${FROM},000 --> 00:00:${TO},000\n████████████████████\n████████████████████\n`;
const ass = `[Script Info]
ScriptType: v4.00+
PlayResX: 640
PlayResY: 360

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,DejaVu Sans,40,&H00FFFFFF,&H000000FF,&H00FFFFFF,&H00000000,1,0,0,0,100,100,0,0,1,12,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:${FROM}.00,0:00:${TO}.00,Default,,0,0,0,,████████████
`;

const run = (...args: string[]): void => void execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args]);

beforeAll(async () => {
	const work = its.folder;
	const box = { fromS: FROM, toS: TO, x: 120, y: 280, width: 400, height: 60 };
	writeFileSync(join(work, 'a.srt'), srt);
	writeFileSync(join(work, 'a.ass'), ass);
	writeFileSync(join(work, 'a.sup'), pgsStream(canvas, [box]));
	const font = execFileSync('fc-match', ['-f', '%{file}', 'DejaVu Sans'], { encoding: 'utf8' });
	run(
		...[
			'-i',
			source,
			'-i',
			join(work, 'a.srt'),
			'-i',
			join(work, 'a.ass'),
			'-itsoffset',
			`${FROM}`,
			'-i',
			join(work, 'a.sup'),
		],
		...['-map', '0:v', '-map', '0:a', '-map', '1', '-map', '2', '-map', '3', '-c', 'copy', '-c:s:0', 'srt'],
		...['-attach', font, '-metadata:s:t:0', 'filename=../../evil.ttf', '-metadata:s:t:0', 'mimetype=font/ttf'],
		...['-metadata:s:s:0', 'language=eng', '-metadata:s:s:1', 'language=ger', '-metadata:s:s:1', 'title=Signs'],
		join(its.films, "it's [a], film;1:2%d.mkv"),
	);
	run('-i', join(work, 'a.sup'), '-c:s', 'dvd_subtitle', join(work, 'disc.mkv'));
	run(
		...['-i', source, '-itsoffset', `${FROM}`, '-i', join(work, 'disc.mkv')],
		...['-map', '0:v', '-map', '0:a', '-map', '1', '-c', 'copy', join(its.films, 'disc.mkv')],
	);
	run(
		'-i',
		source,
		'-i',
		join(work, 'a.srt'),
		'-map',
		'0:v',
		'-map',
		'1',
		'-c',
		'copy',
		'-c:s',
		'mov_text',
		join(its.films, 'text.mp4'),
	);
	await its.start();
});
afterAll(async () => {
	await its.stop();
	its.remove();
	expect(its.errors).toEqual([]);
});

const FILM = "it's [a], film;1:2%d.mkv";
const at = (name: string, positionS: number, details = {}) => its.play(playing(name, positionS, 60), details).id;

/** How much of the lower middle of the picture is white, 0..1. */
async function whiteness(path: string, page?: number): Promise<number> {
	const picture = sharp(path, page === undefined ? {} : { page });
	const { width, height } = await sharp(path).metadata();
	const zone = {
		left: Math.round(width * 0.3),
		top: Math.round(height * 0.82),
		width: Math.round(width * 0.4),
		height: Math.round(height * 0.1),
	};
	const { data } = await picture.extract(zone).removeAlpha().greyscale().raw().toBuffer({ resolveWithObject: true });
	return data.filter((value) => value > 200).length / data.length;
}

test('the form is told of every subtitle, in words', async () => {
	const id = at(FILM, 31, { subtitle: { kind: 'stream', index: 3 } });
	const { subtitles } = await its.json<{ subtitles: SubtitleTrack[] }>(`/api/sessions/${id}/details`);
	expect(subtitles).toMatchObject([
		{ id: 's2', label: 'English', language: 'eng', kind: 'text', codec: 'subrip', playing: false },
		{ id: 's3', label: 'German (Signs)', kind: 'text', codec: 'ass', playing: true },
		{ id: 's4', kind: 'picture', codec: 'hdmv_pgs_subtitle', playing: false },
	]);
});

describe.each([
	['srt in the film', FILM, 's2'],
	['ass in the film', FILM, 's3'],
	['pictures of a Blu-ray', FILM, 's4'],
	['pictures of a DVD', 'disc.mkv', 's2'],
	['text of an MP4', 'text.mp4', 's1'],
])('%s', (_, name, subtitles) => {
	test('is burned into a screenshot where it shows', async () => {
		const take = async (atS: number) =>
			whiteness((await its.make({ type: 'screenshot', session: at(name, 0), atS, subtitles, format: 'png' })).path);
		expect(await take(FROM + 0.1)).toBeGreaterThan(0.5);
		// On the screen for seconds before the key frame from which the film is read.
		expect(await take(TO - 0.2)).toBeGreaterThan(0.5);
		expect(await take(FROM - 0.2)).toBeLessThan(0.1);
	});

	test('is burned into a clip for as long as it shows, frame for frame', async () => {
		const span = { kind: 'exact', startS: FROM - 0.5, endS: FROM + 0.5 } as const;
		const request = { type: 'clip', session: at(name, 0), span, subtitles, shortSide: 240 } as const;
		const { path, capture } = await its.make(request);
		expect(capture.durationS).toBeCloseTo(1, 1);
		const shown = await Promise.all(
			[2, 12, 17, 27].map(async (frame) => {
				const picture = join(its.folder, `frame-${frame}.png`);
				run('-i', path, '-vf', `select=eq(n\\,${frame})`, '-frames:v', '1', picture);
				return (await whiteness(picture)) > 0.4;
			}),
		);
		expect(shown).toEqual([false, false, true, true]);
	});
});

test('one beside the film is fetched and burned in', async () => {
	const external = [
		{ id: 'e0', label: 'English', language: 'eng', codec: 'srt', forced: false, fetch: () => Promise.resolve(ok(srt)) },
	];
	const id = at('text.mp4', 31, { external, subtitle: { kind: 'external', id: 'e0' } });
	const { path } = await its.make({ type: 'screenshot', session: id, subtitles: 'playing', format: 'png' });
	expect(await whiteness(path)).toBeGreaterThan(0.5);
});

test.each([
	['a playlist', (name: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:60\n#EXTINF:60,\n${name}\n#EXT-X-ENDLIST\n`],
	['a list of files', (name: string) => `ffconcat version 1.0\nfile ${name}\n`],
])('%s in the place of subtitles reads no other file of this machine', async (_, list) => {
	const secret = join(its.folder, 'secret.vtt');
	writeFileSync(secret, 'WEBVTT\n\n00:00:00.000 --> 00:00:59.000\n████████████████████\n');
	const text = list(secret);
	const external = [
		{
			id: 'e0',
			label: 'English',
			language: 'eng',
			codec: 'srt',
			forced: false,
			fetch: () => Promise.resolve(ok(text)),
		},
	];
	const id = at('text.mp4', 31, { external });
	const capture = await its.take({ type: 'screenshot', session: id, subtitles: 'e0', format: 'png' });
	expect(capture).toMatchObject({ status: 'failed', message: expect.stringMatching(/“English”/) as string });
	expect(capture.message).not.toContain(its.folder);
});

test('what plays without subtitles is taken without', async () => {
	const { path } = await its.make({ type: 'screenshot', session: at(FILM, 31), subtitles: 'playing', format: 'png' });
	expect(await whiteness(path)).toBeLessThan(0.1);
});

test('in a crop they stay readable', async () => {
	const crop = { ratio: { width: 9, height: 16 }, centre: { x: 0.5, y: 0.5 } };
	for (const subtitles of ['s3', 's4']) {
		const request = { type: 'screenshot', session: at(FILM, 31), subtitles, crop, format: 'png' } as const;
		const { path, capture } = await its.make(request);
		expect(capture).toMatchObject({ width: 202, height: 360 });
		const { data } = await sharp(path)
			.extract({ left: 20, top: 290, width: 160, height: 65 })
			.removeAlpha()
			.greyscale()
			.raw()
			.toBuffer({ resolveWithObject: true });
		expect(data.filter((value) => value > 200).length).toBeGreaterThan(1000);
	}
});

test('a fast clip with subtitles, and a subtitle that is not there, are refused with a sentence', async () => {
	const span = { kind: 'last', seconds: 2 } as const;
	const session = at(FILM, 31);
	const fast = await its.refused({ type: 'clip', session, span, mode: 'fast', subtitles: 's2' });
	expect(fast).toMatchObject({
		status: 422,
		message: expect.stringMatching(/“English” cannot be burned in\. Choose a precise/) as string,
	});
	const absent = await its.refused({ type: 'screenshot', session, subtitles: 's9' });
	expect(absent).toMatchObject({
		status: 422,
		message: expect.stringMatching(/has no such subtitle any more/) as string,
	});
	const sound = await its.refused({ type: 'clip', session, span, format: 'mp3', subtitles: 's2' });
	expect(sound).toMatchObject({ status: 422, message: expect.stringMatching(/Sound has no picture/) as string });
});
