import { formatTimecode, parseTimecode } from '../timecode.ts';
import type { ClosedSpan, Imported, ListedSpan, Remark } from './imported.ts';

/** Blanks, commas and semicolons around a moment, and a byte order mark. */
const EDGES = /^[\s,;\ufeff]+|[\s,;]+$/gu;

/** A line of a log without what stands around its moment. */
export const momentOf = (line: string): string => line.replace(EDGES, '');

/**
 * Reads a log of moments, one a line (h:mm:ss.mmm; commas around it are tolerated), as IN and OUT in turn. An odd last one runs to the end
 * of the file. A pair with an unreadable or inverted half is reported with its line and left out; the pairing of the others stays as it
 * is. Lines that begin with `#` are remarks.
 */
export function readTimestampLog(text: string): Imported {
	const moments = text
		.split(/\r\n|\r|\n/u)
		.map((raw, i) => ({ line: i + 1, raw: momentOf(raw) }))
		.filter(({ raw }) => raw !== '' && !raw.startsWith('#'));
	const spans: ListedSpan[] = [];
	const skipped: Remark[] = [];
	for (let i = 0; i < moments.length; i += 2) {
		const [start, end] = [moments[i], moments[i + 1]];
		if (start === undefined) break;
		const inS = parseTimecode(start.raw);
		const outS = end === undefined ? undefined : parseTimecode(end.raw);
		if (inS === null) skipped.push({ line: start.line, reason: `IN “${start.raw}” is not a time` });
		if (outS === null) skipped.push({ line: end?.line ?? 0, reason: `OUT “${end?.raw ?? ''}” is not a time` });
		if (inS === null || outS === null) continue;
		if (outS !== undefined && outS <= inS)
			skipped.push({ line: start.line, reason: `OUT ${end?.raw ?? ''} is not after IN ${start.raw}` });
		else spans.push({ inS, ...(outS === undefined ? {} : { outS }), name: '', line: start.line });
	}
	return { spans, skipped, notes: [] };
}

/** The edges of the cuts, one a line as HH:MM:SS.mmm, IN and OUT in turn. Names are not kept. */
export const writeTimestampLog = (spans: readonly ClosedSpan[]): string =>
	spans
		.flatMap(({ inS, outS }) => [inS, outS])
		.map((timeS) => `${formatTimecode(timeS).padStart(12, '0')}\n`)
		.join('');
