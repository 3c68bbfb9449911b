import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Session, SubtitleTrack } from '#contract/sessions';
import { getSessionDetails, getSessionFrames, getSessionKeyFrames } from '#contract/sessions';
import type { FilmSubtitle } from '#core/capture/film-subtitles';
import type { Failure } from '#core/failure';
import { ok, type Result } from '#core/result';
import { keyFramesOf } from '#core/time/key-frames';
import { toNumber } from '#core/time/rational';
import { apiRoom } from '../api-room.ts';
import { refuse } from '../errors/api-errors.ts';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import type { MediaFiles } from '../library/media-files.ts';
import { toOpenApi } from '../open-api.ts';
import { captureError } from './failure-text.ts';
import type { FilmPictures } from './film-pictures.ts';
import type { SessionFilm, SessionFilms } from './session-films.ts';
import { framesOfSpan } from './span-frames.ts';

const FRESH = { 'Cache-Control': 'no-store' };
/** More is read for nothing that a screen could show, in seconds. */
const LONGEST_KEY_SPAN_S = 1800;

export interface SessionFilmParts {
	readonly films: SessionFilms;
	readonly pictures: FilmPictures;
	readonly ffmpeg: Ffmpeg;
	readonly media: MediaFiles;
}

/** What of the film behind a session the form of a capture shows. */
export function sessionFilmRoutes({ films, pictures, ffmpeg, media }: SessionFilmParts): OpenAPIHono {
	const room = apiRoom();

	/** Does something with the film at `atS`, or where it plays. */
	async function withFilm<T>(
		c: Context,
		id: string,
		atS: ((session: Session) => number) | number,
		use: (film: SessionFilm) => Promise<Result<T, Failure>>,
	): Promise<T | Response> {
		const session = films.session(id);
		if (session === undefined)
			return refuse(c, { code: 'not_found', message: 'This is over. Look at what plays now.' });
		if (session.media.state === 'none') return refuse(c, { code: 'conflict', message: session.media.message });
		const used = await films.using(session, typeof atS === 'number' ? atS : atS(session), c.req.raw.signal, use);
		return used.ok ? used.value : refuse(c, captureError(used.error));
	}

	room.openapi(toOpenApi(getSessionDetails), async (c) => {
		const told = await withFilm(
			c,
			c.req.valid('param').id,
			(session) => session.positionS,
			(film) => Promise.resolve(detailsOf(film)),
		);
		return told instanceof Response ? (told as never) : c.json(told, 200, FRESH);
	});

	room.openapi(toOpenApi(getSessionFrames), async (c) => {
		const { fromS, toS, count, height } = c.req.valid('query');
		if (toS < fromS) return refuse(c, { code: 'unprocessable', message: 'The span ends before it begins.' }) as never;
		const packed = await withFilm(c, c.req.valid('param').id, fromS, (film) =>
			pictures.pack(film, { fromS, toS, count, heightPx: Number(height) }, c.req.raw.signal),
		);
		if (packed instanceof Response) return packed as never;
		const headers = { 'Content-Type': 'application/octet-stream', 'Cache-Control': 'private, max-age=300' };
		return c.body(packed, 200, headers) as never;
	});

	room.openapi(toOpenApi(getSessionKeyFrames), async (c) => {
		const { fromS, toS } = c.req.valid('query');
		if (toS < fromS) return refuse(c, { code: 'unprocessable', message: 'The span ends before it begins.' }) as never;
		if (toS - fromS > LONGEST_KEY_SPAN_S) {
			return refuse(c, {
				code: 'unprocessable',
				message: 'The span is longer than half an hour. Ask for less.',
			}) as never;
		}
		const { signal } = c.req.raw;
		const found = await withFilm(c, c.req.valid('param').id, fromS, async (film) => {
			const { shiftS, look } = film;
			const span = { fromS: fromS + shiftS, toS: toS + shiftS };
			const read = await framesOfSpan({ ffmpeg, media }, film.film, look, span, signal);
			if (!read.ok) return read;
			const all = [...keyFramesOf(read.value.frames).timesS].map((timeS) => timeS - shiftS);
			return ok({ keyFramesS: all.filter((timeS) => timeS >= fromS - 1e-6 && timeS <= toS + 1e-6) });
		});
		return found instanceof Response ? (found as never) : c.json(found, 200, FRESH);
	});

	return room;
}

function detailsOf({ look, film, details, subtitles, durationS }: SessionFilm) {
	const { video, audio, durationS: ownS } = look.facts;
	if (video === undefined) {
		const failure: Failure = { kind: 'unsupported', subject: film.name, detail: 'it has no picture' };
		return { ok: false, error: failure } as const;
	}
	return ok({
		subtitles: subtitles.map(trackOf),
		...{ width: video.width, height: video.height, durationS: durationS ?? ownS },
		frameRate: toNumber(video.fps),
		...{ hdr: video.hdr, hasAudio: audio.length > 0, codec: video.codec },
		...(details.offsetS > 0 && { offsetS: details.offsetS }),
	});
}

/** What a client may know of it: nothing of how it is read. */
const trackOf = ({ id, label, language, kind, codec, forced, playing, unusable }: FilmSubtitle): SubtitleTrack => ({
	...{ id, label, kind, codec, forced, playing },
	...(language !== undefined && { language }),
	...(unusable !== undefined && { unusable }),
});
