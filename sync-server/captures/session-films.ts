import type { Session } from '#contract/sessions';
import { playerZero } from '#core/capture/film-clock';
import { type FilmSubtitle, subtitlesOf } from '#core/capture/film-subtitles';
import type { Failure } from '#core/failure';
import { pictureOf } from '#core/ffmpeg/probe-overview';
import { err, ok, type Result } from '#core/result';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import type { MediaFiles } from '../library/media-files.ts';
import type { NowPlaying, PlayingDetails, PlayingMedia } from '../nowplaying/now-playing.ts';
import { overviewOf } from './film-overview.ts';
import { type FilmLook, openFilm, type OpenFilm } from './open-film.ts';

/** A session's film at a time of it. */
export interface SessionFilm {
	readonly session: Session;
	readonly details: PlayingDetails;
	readonly film: OpenFilm;
	readonly look: FilmLook;
	readonly subtitles: readonly FilmSubtitle[];
	/** Add it to seconds of the film to get seconds of the file. */
	readonly shiftS: number;
	/** Of the whole film. */
	readonly durationS: number | undefined;
}

const MOST_LOOKS = 500;
const NO_SESSION: Failure = { kind: 'source-missing', subject: 'What played' };

/** The films behind sessions: found, opened, looked at once. */
export class SessionFilms {
	readonly #playing: NowPlaying;
	readonly #media: MediaFiles;
	readonly #ffmpeg: Ffmpeg;
	readonly #looks = new Map<string, Promise<Result<FilmLook, Failure>>>();

	constructor(playing: NowPlaying, media: MediaFiles, ffmpeg: Ffmpeg) {
		this.#playing = playing;
		this.#media = media;
		this.#ffmpeg = ffmpeg;
	}

	session(id: string): Session | undefined {
		return this.#playing.session(id);
	}

	/** Opens the film of a session, has `use` do something with it, and closes it. */
	async using<T>(
		session: Session,
		atS: number,
		signal: AbortSignal,
		use: (film: SessionFilm) => Promise<Result<T, Failure>>,
	): Promise<Result<T, Failure>> {
		const details = await this.#playing.details(session.id, atS, signal);
		if (!details.ok) return details;
		return this.#with(session, details.value, use);
	}

	/** The same of a film whose session may be over: by the file that it was, then. */
	async usingAgain<T>(
		session: Session,
		atS: number,
		mediaId: string | undefined,
		offsetS: number,
		signal: AbortSignal,
		use: (film: SessionFilm) => Promise<Result<T, Failure>>,
	): Promise<Result<T, Failure>> {
		if (this.#playing.session(session.id) !== undefined) return this.using(session, atS, signal, use);
		if (mediaId === undefined) return err({ ...NO_SESSION, subject: session.title });
		const file = await this.#media.find(mediaId);
		if (!file.ok) return file;
		const media: PlayingMedia = { kind: 'file', file: file.value };
		return this.#with(session, { media, offsetS, external: [], subtitle: undefined }, use);
	}

	async #with<T>(
		session: Session,
		details: PlayingDetails,
		use: (film: SessionFilm) => Promise<Result<T, Failure>>,
	): Promise<Result<T, Failure>> {
		const film = await openFilm(details.media, session.title);
		try {
			const found = await this.#ffmpeg.need(film.name);
			if (!found.ok) return found;
			const look = await this.#lookAt(film);
			if (!look.ok) return err(film.failure() ?? look.error);
			const { facts, overview } = look.value;
			const used = await use({
				...{ session, details, film, look: look.value },
				subtitles: subtitlesOf(overview, details.external, details.subtitle, found.value.filters),
				shiftS: playerZero(facts) - details.offsetS,
				durationS: session.durationS ?? details.offsetS + facts.firstTimestampS + facts.durationS - playerZero(facts),
			});
			return used.ok ? used : err(film.failure() ?? used.error);
		} finally {
			await film.close();
		}
	}

	#lookAt(film: OpenFilm): Promise<Result<FilmLook, Failure>> {
		let look = this.#looks.get(film.version);
		if (look === undefined) {
			const [oldest] = this.#looks.keys();
			if (this.#looks.size >= MOST_LOOKS && oldest !== undefined) this.#looks.delete(oldest);
			look = lookAt(this.#ffmpeg, film);
			this.#looks.set(film.version, look);
			// What failed is looked at again.
			const forget = (): boolean => this.#looks.delete(film.version);
			look.then(({ ok: fine }) => fine || forget(), forget);
		}
		return look;
	}
}

async function lookAt(ffmpeg: Ffmpeg, film: OpenFilm): Promise<Result<FilmLook, Failure>> {
	const looked = await overviewOf(ffmpeg, film);
	if (!looked.ok) return looked;
	const { overview, facts } = looked.value;
	const picture = pictureOf(overview);
	return ok({
		...{ overview, facts },
		deinterlace: ['tt', 'bb', 'tb', 'bt'].includes(picture?.field_order ?? ''),
		reorders: (picture?.has_b_frames ?? 0) > 0,
	});
}
