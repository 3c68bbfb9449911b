import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { playerZero } from '#core/capture/film-clock';
import { endingOfExternal, type FilmSubtitle, shapeOfCanvas } from '#core/capture/film-subtitles';
import type { Failure } from '#core/failure';
import type { BurnIn } from '#core/ffmpeg/burn-in';
import { GLOBAL_ARGS, inputArgs } from '#core/ffmpeg/ffmpeg-args';
import { decimal } from '#core/ffmpeg/ffmpeg-filters';
import type { Overview } from '#core/ffmpeg/probe-overview';
import { err, ok, type Result } from '#core/result';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import { outcomeOf } from '../streaming/run-failure.ts';
import type { SessionFilm } from './session-films.ts';

/** Text that shows at a time may have begun so many seconds before; reading all of a film for it would take minutes. */
const BEGUN_BEFORE_S = 120;
const LIMIT_MS = 120_000;
const LARGEST_TEXT = 20_000_000;
/** A film has a few fonts; one that brings hundreds means no good. */
const MOST_FONTS = 60;
/** Of all of them; a font of Chinese has 20 MB. */
const MOST_FONT_BYTES = 150_000_000;
const FONTS = 'fonts';
/** Demuxers of a single text. */
const TEXTS = 'srt,ass,webvtt';

/**
 * What is needed to draw `subtitle` on the pictures of a span (seconds on the file's own timeline), put into `folder` under names of ours: none of the
 * film's own is ever part of a filter or a path.
 */
export async function prepareBurnIn(
	ffmpeg: Ffmpeg,
	film: SessionFilm,
	subtitle: FilmSubtitle,
	span: { readonly inS: number; readonly outS: number },
	folder: string,
	signal: AbortSignal,
): Promise<Result<BurnIn, Failure>> {
	const { facts, overview } = film.look;
	if (subtitle.kind === 'picture') return pictures(film, subtitle);
	if (subtitle.stream === undefined) return beside(ffmpeg, film, subtitle, folder, signal);
	const fonts = fontsOf(overview);
	if (fonts.length > 0) await mkdir(join(folder, FONTS), { recursive: true });
	const fromS = span.inS - BEGUN_BEFORE_S;
	const file = 'subtitles.ass';
	const end = await ffmpeg.run(
		[
			...[...GLOBAL_ARGS, '-copyts'],
			...(fromS > facts.firstTimestampS ? ['-seek_timestamp', '1', '-ss', decimal(fromS)] : []),
			...fonts.flatMap(({ index, ending }) => [`-dump_attachment:${index}`, `${FONTS}/${index}.${ending}`]),
			...inputArgs(film.film.input),
			...['-to', decimal(span.outS + 1), '-map', `0:${subtitle.stream}`, '-c:s', 'ass', '-f', 'ass', `file:${file}`],
		],
		{ signal, cwd: folder, nice: false, limitMs: LIMIT_MS },
	);
	const outcome = outcomeOf(end, film.film.path, film.film.name);
	if (!outcome.ok) return outcome;
	return ok({ kind: 'text', file, fonts: fonts.length > 0 ? FONTS : undefined, behindS: 0 });
}

function pictures(
	{ look, film }: SessionFilm,
	{ stream, codec, canvas, label }: FilmSubtitle,
): Result<BurnIn, Failure> {
	const { video } = look.facts;
	if (video === undefined || stream === undefined) {
		return err({ kind: 'unsupported', subject: film.name, detail: `the subtitle “${label}” cannot be laid over` });
	}
	const made = canvas ?? { width: video.codedWidth, height: video.codedHeight };
	return ok({
		...{ kind: 'picture', stream, input: ['-canvas_size', `${made.width}x${made.height}`] },
		shape: shapeOfCanvas(codec, made, video),
	});
}

async function beside(
	ffmpeg: Ffmpeg,
	{ details, film, look }: SessionFilm,
	{ id, label, codec }: FilmSubtitle,
	folder: string,
	signal: AbortSignal,
): Promise<Result<BurnIn, Failure>> {
	const ending = endingOfExternal(codec);
	const track = details.external.find((one) => one.id === id);
	if (track === undefined || ending === undefined) {
		return err({ kind: 'unsupported', subject: film.name, detail: `the subtitle “${label}” is not there any more` });
	}
	const text = await track.fetch(signal);
	if (!text.ok) return text;
	if (text.value.length > LARGEST_TEXT) {
		return err({ kind: 'unsupported', subject: film.name, detail: `the subtitle “${label}” is larger than any text` });
	}
	const given = `given.${ending}`;
	await writeFile(join(folder, given), text.value);
	const file = 'subtitles.ass';
	// The renderer goes by what a text looks like, whatever it is called: a playlist would have it read other files of this machine.
	const end = await ffmpeg.run(
		[
			...[...GLOBAL_ARGS, '-copyts', '-protocol_whitelist', 'file', '-format_whitelist', TEXTS],
			...['-i', `file:${given}`, '-map', '0:s:0', '-c:s', 'ass', '-f', 'ass', `file:${file}`],
		],
		{ signal, cwd: folder, nice: false, limitMs: LIMIT_MS },
	);
	if (end.kind === 'failed') {
		return err({
			kind: 'unsupported',
			subject: film.name,
			detail: `the subtitle “${label}” is not a text of its kind`,
		});
	}
	const outcome = outcomeOf(end, given, film.name);
	if (!outcome.ok) return outcome;
	return ok({ kind: 'text', file, fonts: undefined, behindS: playerZero(look.facts) });
}

/** Fonts that the film brings with it, by the number of their stream. Each is opened whole: those that would fill the memory are left out. */
export function fontsOf({ streams }: Overview): { index: number; ending: string }[] {
	let bytes = 0;
	return streams
		.flatMap(({ codec_type: type, codec_name: codec, index, extradata_size: size = 0 }) => {
			if (type !== 'attachment' || index === undefined || (codec !== 'ttf' && codec !== 'otf')) return [];
			if (bytes + size > MOST_FONT_BYTES) return [];
			bytes += size;
			return [{ index, ending: codec }];
		})
		.slice(0, MOST_FONTS);
}
