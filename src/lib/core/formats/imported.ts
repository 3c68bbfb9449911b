import type { CropState } from '../crop/crop.ts';
import { formatTimecode } from '../time/timecode.ts';

/** A span that a list names, in seconds from the start of the file. `outS` absent: until the end of the file. */
export interface ListedSpan {
	readonly inS: number;
	readonly outS?: number;
	readonly name: string;
	readonly tags?: readonly string[];
	readonly selected?: boolean;
	/** Line it stands on, from 1; absent in formats that have no lines. */
	readonly line?: number;
	/** Line of its OUT, where that is another one. */
	readonly outLine?: number;
	/** Name of the file it is cut from, where the list tells. */
	readonly mediaName?: string;
	/** A crop that holds for the whole span, where the list tells. */
	readonly crop?: CropState;
}

/** A span whose end is known. */
export type ClosedSpan = ListedSpan & { readonly outS: number };

/** Something in a list that was not taken over, or not as it stands, and why. Lines count from 1; 0 stands for the whole list. */
export interface Remark {
	readonly line: number;
	readonly reason: string;
}

/** Why a span is left out; where its OUT stands on another line, that is told too. */
export const withOutLine = ({ outLine }: Pick<ListedSpan, 'outLine'>, reason: string): string =>
	outLine === undefined ? reason : `${reason} (its OUT on line ${outLine} is left out with it)`;

/** What reading a list gave: the spans in order, and a report of all that was left out (`skipped`) or changed (`notes`). */
export interface Imported {
	readonly spans: readonly ListedSpan[];
	readonly skipped: readonly Remark[];
	readonly notes: readonly Remark[];
}

/** Nothing was read, for one reason. */
export const unreadable = (reason: string): Imported => ({ spans: [], skipped: [{ line: 0, reason }], notes: [] });

/** Where the times of a list lie in a file: its first timestamp and its end, in seconds on its own timeline. */
export interface FileSpan {
	readonly startS: number;
	readonly endS: number;
}

/** A difference that comes from writing times with three digits, in seconds. */
const ROUNDING_S = 0.0011;

/**
 * Moves a span of a list onto the file's own timeline. An open end is closed there, an end after it is brought back to it with a note; a
 * span that lies outside or is empty then is refused with a reason.
 */
export function closeSpan(
	span: ListedSpan,
	{ startS, endS }: FileSpan,
): { readonly span: ClosedSpan; readonly note?: string } | { readonly refused: string } {
	const lengthS = endS - startS;
	const clock = (timeS: number): string => formatTimecode(timeS);
	if (span.inS < 0 || (span.outS ?? 0) < 0) return { refused: 'a time lies before the start of the file' };
	if (span.inS >= lengthS)
		return { refused: `it starts at ${clock(span.inS)}, after the end of the file (${clock(lengthS)})` };
	const outS = Math.min(span.outS ?? lengthS, lengthS);
	if (outS <= span.inS)
		return { refused: `it ends (${clock(span.outS ?? lengthS)}) before it starts (${clock(span.inS)})` };
	const closed = { ...span, inS: span.inS + startS, outS: outS === lengthS ? endS : outS + startS };
	if (span.outS === undefined || span.outS <= lengthS + ROUNDING_S) return { span: closed };
	return {
		span: closed,
		note: `OUT ${clock(span.outS)} is after the end of the file, so the cut ends at ${clock(lengthS)}`,
	};
}
