import { err, ok, type Result } from '../result.ts';
import { formatTimecode } from '../time/timecode.ts';
import type { ClipFormat } from './capture-format.ts';

/** Seconds of the film. */
export interface CaptureSpan {
	readonly startS: number;
	readonly endS: number;
	/** What was asked for and could not be, in sentences. */
	readonly notes: readonly string[];
}

export type AskedSpan =
	| { readonly kind: 'last'; readonly seconds: number; readonly endS?: number | undefined }
	| { readonly kind: 'exact'; readonly startS: number; readonly endS: number };

/** A clip is this long at most, in seconds: an hour; a GIF, whose every picture is held whole, a minute. */
const longestClipS = (format: ClipFormat): number => (format === 'gif' ? 60 : 3600);
/** Lengths in headers are rounded. */
const ROUNDING_S = 0.05;

/** The sentence for a clip that is longer than may be, in seconds; undefined when it is not. */
export function tooLong(lengthS: number, format: ClipFormat): string | undefined {
	if (lengthS <= longestClipS(format) + ROUNDING_S) return undefined;
	return format === 'gif'
		? 'A GIF may be a minute long at most: it grows very large. Make it shorter, or choose MP4.'
		: 'A clip may be an hour long at most. Bring its ends closer together.';
}

const clock = (seconds: number): string => formatTimecode(seconds, { decimals: 1 });

/** The moment of a screenshot, moved into a film of `durationS` (undefined: not known). */
export function momentInFilm(
	atS: number,
	durationS: number | undefined,
): { readonly atS: number; readonly notes: readonly string[] } {
	if (durationS !== undefined && atS > durationS + ROUNDING_S) {
		return { atS: durationS, notes: [`The film ends at ${clock(durationS)}, so this is its last picture.`] };
	}
	return { atS: Math.max(0, Math.min(atS, durationS ?? atS)), notes: [] };
}

/** The span of a clip, moved into the film. An error is the sentence for a span outside of it. `nowS`: where it plays. */
export function spanInFilm(
	asked: AskedSpan,
	nowS: number,
	durationS: number | undefined,
	format: ClipFormat = 'mp4',
): Result<CaptureSpan, string> {
	const span = wholeSpan(asked, nowS, durationS);
	if (!span.ok) return span;
	const problem = tooLong(span.value.endS - span.value.startS, format);
	return problem === undefined ? span : err(problem);
}

function wholeSpan(asked: AskedSpan, nowS: number, durationS: number | undefined): Result<CaptureSpan, string> {
	const last = durationS ?? Infinity;
	if (asked.kind === 'exact') {
		const { startS, endS } = asked;
		if (!(endS > startS)) return err('The clip ends before it begins. Set its end after its start.');
		if (startS >= last - ROUNDING_S) {
			return err(`The film ends at ${clock(last)}, before the clip would begin. Set an earlier start.`);
		}
		if (endS <= last + ROUNDING_S) return ok({ startS, endS: Math.min(endS, last), notes: [] });
		return ok({ startS, endS: last, notes: [`The clip ends where the film does, at ${clock(last)}.`] });
	}
	const endS = Math.min(asked.endS ?? nowS, last);
	const startS = Math.max(0, endS - asked.seconds);
	if (endS - startS < ROUNDING_S)
		return err('The film has only just begun: there is nothing to clip yet. Wait a moment.');
	const isShort = asked.seconds - (endS - startS) > ROUNDING_S;
	const notes = isShort ? [`The film has run for ${clock(endS)} only, so the clip is shorter.`] : [];
	return ok({ startS, endS, notes });
}
