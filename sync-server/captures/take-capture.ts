import { statfs } from 'node:fs/promises';
import type { ApiError } from '#contract/api-error';
import type { CaptureRequest } from '#contract/captures';
import type { Session } from '#contract/sessions';
import { captureName } from '#core/capture/capture-name';
import { momentInFilm, spanInFilm, type CaptureSpan } from '#core/capture/capture-span';
import { cannotCopy } from '#core/capture/fast-clip';
import { chosenSubtitle } from '#core/capture/film-subtitles';
import { err, isAbort, ok, type Result } from '#core/result';
import type { CaptureOrigin } from './capture-origin.ts';
import { captureError } from './failure-text.ts';
import type { SessionFilm, SessionFilms } from './session-films.ts';

/** A media server that has not said by then what plays does not answer. */
const LONGEST_MS = 30_000;

export interface TakeParts {
	readonly films: SessionFilms;
	readonly captureDir: string;
	/** Stays free on the disk of captures. */
	readonly minFreeBytes: number;
}

export interface PlannedCapture {
	readonly name: string;
	readonly origin: CaptureOrigin;
}

const refused = (code: ApiError['code'], message: string): { ok: false; error: ApiError } => err({ code, message });

/** Decides all of a capture at the moment it is asked for: what the film is, which part of it, what is burned in. Nothing is made. */
export async function planCapture(
	request: CaptureRequest,
	{ films, captureDir, minFreeBytes }: TakeParts,
): Promise<Result<PlannedCapture, ApiError>> {
	const session = films.session(request.session);
	if (session === undefined) return refused('not_found', 'This is over. Look at what plays now, and take it there.');
	if (session.media.state === 'none') return refused('conflict', session.media.message);
	const span = spanOf(request, session, session.durationS);
	if (!span.ok) return refused('unprocessable', span.error);
	if ((await freeBytes(captureDir)) < minFreeBytes) {
		return refused(
			'out_of_space',
			'The disk of captures is full. Delete some captures, or free space on it, then retry.',
		);
	}
	try {
		const planned = await films.using(session, span.value.startS, AbortSignal.timeout(LONGEST_MS), (film) =>
			Promise.resolve(ok(plan(request, session, film))),
		);
		if (!planned.ok) return err(captureError(planned.error));
		return planned.value.ok ? ok(planned.value.value) : refused('unprocessable', planned.value.error);
	} catch (thrown) {
		if (!isAbort(thrown) && !(thrown instanceof Error && thrown.name === 'TimeoutError')) throw thrown;
		const message = `${session.sourceName} took too long to tell about “${session.title}”. Try again in a moment.`;
		return refused('unavailable', message);
	}
}

/** A folder that cannot be looked at is told by the job. */
async function freeBytes(folder: string): Promise<number> {
	return statfs(folder).then(
		({ bavail, bsize }) => bavail * bsize,
		(thrown: unknown) => {
			if (thrown instanceof Error) return Infinity;
			throw thrown;
		},
	);
}

function spanOf(request: CaptureRequest, session: Session, durationS: number | undefined): Result<CaptureSpan, string> {
	if (request.type === 'clip') return spanInFilm(request.span, session.positionS, durationS, request.format);
	const { atS, notes } = momentInFilm((request.atS ?? session.positionS) + request.offsetS, durationS);
	return ok({ startS: atS, endS: atS, notes });
}

function plan(request: CaptureRequest, session: Session, film: SessionFilm): Result<PlannedCapture, string> {
	const { facts } = film.look;
	// Where the media server does not tell how long the film is, the film itself does.
	const span = spanOf(request, session, film.durationS);
	if (!span.ok) return span;
	if (facts.video === undefined && request.format !== 'mp3') {
		return err(`“${session.title}” has no picture. Take a clip as MP3 instead.`);
	}
	const wish = request.format === 'mp3' && request.subtitles === 'playing' ? 'none' : request.subtitles;
	const subtitle = chosenSubtitle(wish, film.subtitles, session.title);
	if (!subtitle.ok) return subtitle;
	const unfit = unfitFor(request, film, subtitle.value?.label);
	if (unfit !== undefined) return err(unfit);
	const { startS, endS, notes } = span.value;
	const { details } = film;
	const origin: CaptureOrigin = {
		...{ session, startS, offsetS: details.offsetS, notes: [...notes] },
		...(request.type === 'clip' && { endS }),
		...(details.media.kind === 'file' && { mediaId: details.media.file.id }),
		...(subtitle.value !== undefined && { subtitle: subtitle.value.id }),
	};
	return ok({ name: captureName(session, startS), origin });
}

/** What goes together with no such capture, and what to do instead. */
function unfitFor(request: CaptureRequest, { look }: SessionFilm, subtitle: string | undefined): string | undefined {
	if (request.type !== 'clip') return undefined;
	const { format, mode } = request;
	if (format === 'mp3') {
		return subtitle === undefined
			? undefined
			: 'Sound has no picture to burn subtitles into. Choose another format, or none.';
	}
	if (mode === 'precise' || format === 'gif') return undefined;
	if (subtitle !== undefined) {
		return `A fast clip keeps the picture as it is, so “${subtitle}” cannot be burned in. Choose a precise clip, or no subtitles.`;
	}
	if (request.crop !== undefined || request.shortSide !== undefined) {
		return 'A fast clip keeps the picture as it is. Choose a precise clip to crop it or make it smaller.';
	}
	return cannotCopy(format, look.facts);
}
