import type { Size } from '../crop/crop.ts';
import type { Overview, Stream } from '../ffmpeg/probe-overview.ts';
import { PICTURE_SUBTITLES } from '../ffmpeg/probe-overview.ts';
import { err, ok, type Result } from '../result.ts';

/** A subtitle that can be shown with a film. */
export interface FilmSubtitle {
	/** `s` and the number of the stream, or `e` and a number for one beside the film. */
	readonly id: string;
	readonly label: string;
	readonly language?: string;
	/** `text` is drawn by a renderer, `picture` is laid over. */
	readonly kind: 'text' | 'picture';
	readonly codec: string;
	readonly forced: boolean;
	/** Shown on the screen that plays. */
	readonly playing: boolean;
	/** Why it cannot be burned in. */
	readonly unusable?: string;
	/** Of a stream: counted over all. */
	readonly stream?: number;
	/** Of pictures: the screen that they are made for, as the file tells. */
	readonly canvas?: Size;
}

export interface ExternalTrack {
	readonly id: string;
	readonly label: string;
	readonly language: string | undefined;
	readonly codec: string;
	readonly forced: boolean;
}

export type PlayingTrack =
	{ readonly kind: 'stream'; readonly index: number } | { readonly kind: 'external'; readonly id: string };

/** Text in files beside a film that the renderer reads, with the ending that tells which kind it is. */
const EXTERNAL_TEXT: Readonly<Record<string, string>> = {
	srt: 'srt',
	subrip: 'srt',
	ass: 'ass',
	ssa: 'ass',
	vtt: 'vtt',
	webvtt: 'vtt',
};
const NO_TEXT = new Set(['dvb_teletext', 'eia_608', 'none', 'unknown']);

/** The ending of a text file beside the film; undefined where it is no such text. */
export const endingOfExternal = (codec: string): string | undefined => EXTERNAL_TEXT[codec.toLowerCase()];

/** Every subtitle of a film. `filters`: those of the ffmpeg at hand. */
export function subtitlesOf(
	{ streams }: Overview,
	external: readonly ExternalTrack[],
	playing: PlayingTrack | undefined,
	filters: ReadonlySet<string>,
): readonly FilmSubtitle[] {
	const noText = filters.has('subtitles') ? undefined : 'The ffmpeg of the server was built without libass';
	const inside = streams.flatMap((stream, n): FilmSubtitle[] => {
		if (stream.codec_type !== 'subtitle') return [];
		const index = stream.index ?? n;
		const codec = stream.codec_name ?? 'unknown';
		const kind = PICTURE_SUBTITLES.has(codec) ? 'picture' : 'text';
		const unusable = NO_TEXT.has(codec)
			? 'This kind of subtitle cannot be drawn'
			: kind === 'text'
				? noText
				: undefined;
		const { width = 0, height = 0 } = stream;
		const language = languageOf(stream);
		return [
			{
				...{ id: `s${index}`, label: labelOf(stream), kind, codec, stream: index },
				...(language !== undefined && { language }),
				...{ forced: stream.disposition?.forced === 1, playing: playing?.kind === 'stream' && playing.index === index },
				...(unusable !== undefined && { unusable }),
				...(kind === 'picture' && width > 0 && height > 0 && { canvas: { width, height } }),
			},
		];
	});
	const beside = external.map(({ id, label, language, codec, forced }): FilmSubtitle => {
		const isText = endingOfExternal(codec) !== undefined;
		const unusable = isText ? noText : 'Only text can be drawn from a file beside the film';
		return {
			...{ id, label, kind: isText ? 'text' : 'picture', codec, forced },
			...(language !== undefined && { language }),
			playing: playing?.kind === 'external' && playing.id === id,
			...(unusable !== undefined && { unusable }),
		};
	});
	return [...inside, ...beside];
}

/** What is burned in; undefined: nothing. An error is the sentence for a subtitle that is not there or cannot be drawn. */
export function chosenSubtitle(
	wish: string,
	subtitles: readonly FilmSubtitle[],
	film: string,
): Result<FilmSubtitle | undefined, string> {
	if (wish === 'none') return ok(undefined);
	const chosen = subtitles.find(({ id, playing }) => (wish === 'playing' ? playing : id === wish));
	if (chosen === undefined) {
		if (wish === 'playing') return ok(undefined);
		return err(`“${film}” has no such subtitle any more. Choose another one, or none.`);
	}
	if (chosen.unusable === undefined) return ok(chosen);
	return err(
		`The subtitle “${chosen.label}” cannot be burned in: ${lowerFirst(chosen.unusable)}. Choose another one, or none.`,
	);
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const languageOf = ({ tags }: Stream): string | undefined =>
	tags?.language === undefined || tags.language === 'und' ? undefined : tags.language;

/** "English (SDH)", "English", "Signs", "Subtitle 3". */
function labelOf(stream: Stream): string {
	const language = languageOf(stream);
	const title = stream.tags?.title?.trim().slice(0, 80) ?? '';
	const name = language === undefined ? undefined : nameOfLanguage(language);
	const forced = stream.disposition?.forced === 1 && !/forced/i.test(title) ? ', forced' : '';
	if (name === undefined) return title === '' ? `Subtitle ${stream.index ?? ''}${forced}`.trim() : title + forced;
	if (title === '' || title.toLowerCase() === name.toLowerCase()) return name + forced;
	return `${name} (${title})${forced}`;
}

function nameOfLanguage(code: string): string {
	try {
		return new Intl.DisplayNames('en', { type: 'language', fallback: 'code' }).of(code) ?? code;
	} catch (thrown) {
		// Files hold all kinds of words in the place of a language.
		if (thrown instanceof RangeError) return code;
		throw thrown;
	}
}

/** DVD pictures are stored narrow and shown on a screen of 4:3 or 16:9; all others have square pixels. */
export function shapeOfCanvas(codec: string, canvas: Size, film: Size): Size {
	if (codec !== 'dvd_subtitle' && codec !== 'xsub') return canvas;
	if (Math.abs(canvas.width / canvas.height - film.width / film.height) < 0.01) return canvas;
	return film.width / film.height > 1.5 ? { width: 16, height: 9 } : { width: 4, height: 3 };
}
