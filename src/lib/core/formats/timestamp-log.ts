import { parseTimecode } from '../timecode.ts';
import type { Imported, ListedSpan, Skipped } from './imported.ts';

/**
 * Reads a log of moments, one a line (h:mm:ss.mmm; commas around it are tolerated), as IN and OUT in turn. An odd last one runs to the end
 * of the file. A pair with an unreadable or inverted half is reported with the line of its IN and left out; the pairing of the others
 * stays as it is.
 */
export function readTimestampLog(text: string): Imported {
	const moments = text
		.split(/\r\n|\r|\n/u)
		.map((raw, i) => ({ line: i + 1, raw: raw.replace(/^[\s,\ufeff]+|[\s,]+$/gu, '') }))
		.filter(({ raw }) => raw !== '');
	const spans: ListedSpan[] = [];
	const skipped: Skipped[] = [];
	for (let i = 0; i < moments.length; i += 2) {
		const [start, end] = [moments[i], moments[i + 1]];
		if (start === undefined) break;
		const inS = parseTimecode(start.raw);
		const outS = end === undefined ? undefined : parseTimecode(end.raw);
		if (inS === null) skipped.push({ line: start.line, reason: `“${start.raw}” is not a time` });
		else if (outS === null)
			skipped.push({ line: end?.line ?? start.line, reason: `“${end?.raw ?? ''}” is not a time` });
		else if (outS !== undefined && outS <= inS) {
			skipped.push({ line: start.line, reason: `OUT ${end?.raw ?? ''} is not after IN ${start.raw}` });
		} else spans.push({ inS, ...(outS === undefined ? {} : { outS }), name: '' });
	}
	return { spans, skipped };
}
