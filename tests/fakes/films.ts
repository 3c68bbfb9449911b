import { link, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ffmpeg } from '../fixtures/ffmpeg.ts';
import { fixturePath, make } from '../fixtures/make.ts';

/** What is written on the screen from second `n * 10` on, for eight seconds. */
export const lineAt = (n: number, language: string): string => `${language} line ${n + 1}`;

const clock = (s: number, comma: string): string =>
	`${String(Math.floor(s / 3600)).padStart(2, '0')}:${String(Math.floor(s / 60) % 60).padStart(2, '0')}:${String(s % 60).padStart(2, '0')}${comma}000`;

export const srtOf = (seconds: number, language: string): string =>
	Array.from({ length: Math.floor(seconds / 10) }, (_, n) =>
		[n + 1, `${clock(n * 10, ',')} --> ${clock(n * 10 + 8, ',')}`, lineAt(n, language), ''].join('\n'),
	).join('\n');

export const assOf = (seconds: number, language: string): string =>
	[
		'[Script Info]\nScriptType: v4.00+\nPlayResX: 1280\nPlayResY: 720\n\n[V4+ Styles]',
		'Format: Name, Fontname, Fontsize, PrimaryColour, Alignment, MarginV\nStyle: Default,DejaVu Sans,60,&H0000FFFF,2,40\n\n[Events]',
		'Format: Layer, Start, End, Style, Text',
		...Array.from(
			{ length: Math.floor(seconds / 10) },
			(_, n) =>
				`Dialogue: 0,${clock(n * 10, '.').slice(1, -1)},${clock(n * 10 + 8, '.').slice(1, -1)},Default,${lineAt(n, language)}`,
		),
		'',
	].join('\n');

/** A film with subtitles: an English SRT as stream 2, a German ASS as stream 3. */
async function subtitled(source: string, seconds: number, path: string): Promise<void> {
	await mkdir(dirname(path), { recursive: true });
	const [srt, ass] = [`${path}.en.srt`, `${path}.de.ass`];
	await writeFile(srt, srtOf(seconds, 'English'));
	await writeFile(ass, assOf(seconds, 'German'));
	const inputs = [source, srt, ass].flatMap((file) => ['-i', `file:${file}`]);
	await ffmpeg([
		...inputs,
		...['-map', '0:v', '-map', '0:a', '-map', '1:0', '-map', '2:0'],
		...['-c:v', 'copy', '-c:a', 'copy', '-c:s:0', 'srt', '-c:s:1', 'ass'],
		...['-metadata:s:s:0', 'language=eng', '-metadata:s:s:1', 'language=ger', '-f', 'matroska', `file:${path}`],
	]);
}

export interface Films {
	/** Where they lie: to be MEDIA_DIRS. */
	readonly folder: string;
	/** Ten minutes, with an English SRT (stream 2) and a German ASS (stream 3) in it. */
	readonly walk: string;
	/** A minute, with the same. */
	readonly pilot: string;
	/** Two files that are one film: each a minute. */
	readonly halves: readonly [string, string];
}

/** Real films below `folder`, for media servers that pretend to play them. */
export async function makeFilms(folder: string): Promise<Films> {
	await make(['h264-aac-10min.mp4', 'h264-aac-60s.mp4']);
	const films: Films = {
		folder,
		walk: join(folder, 'Films/Big Walk (2021)/Big Walk.mkv'),
		pilot: join(folder, "TV/Show & Tell/Season 01/Show & Tell - S01E04 - It's a pilot.mkv"),
		halves: [join(folder, 'Films/Two Halves/Two Halves cd1.mp4'), join(folder, 'Films/Two Halves/Two Halves cd2.mp4')],
	};
	await subtitled(fixturePath('h264-aac-10min.mp4'), 600, films.walk);
	await subtitled(fixturePath('h264-aac-60s.mp4'), 60, films.pilot);
	await mkdir(dirname(films.halves[0]), { recursive: true });
	for (const half of films.halves) await link(fixturePath('h264-aac-60s.mp4'), half).catch(() => copy(half));
	return films;
}

/** Another disk has no links to this one. */
const copy = (path: string): Promise<void> =>
	ffmpeg(['-i', `file:${fixturePath('h264-aac-60s.mp4')}`, '-c', 'copy', `file:${path}`]);
