import { formatTimecode } from '../time/timecode.ts';
import { linesOf } from './list-lines.ts';
import { listedTime } from './listed-time.ts';
import { withOutLine, type ClosedSpan, type Imported, type ListedSpan, type Remark } from './imported.ts';

/** A line of a log without the blanks, commas and semicolons around its moment. */
export function momentOf(line: string): string {
	let [start, end] = [0, line.length];
	while (start < end && isEdge(line.charAt(start))) start += 1;
	while (end > start && isEdge(line.charAt(end - 1))) end -= 1;
	return line.slice(start, end);
}

const isEdge = (character: string): boolean => character === ',' || character === ';' || character.trim() === '';

/**
 * Reads a log of moments, one a line (h:mm:ss.mmm; commas around it are tolerated), as IN and OUT in turn. An odd last one runs to the end
 * of the file. A pair with an unreadable or inverted half is reported with both its lines and left out; the pairing of the others stays as
 * it is. Lines that begin with `#` are remarks.
 */
export function readTimestampLog(text: string): Imported {
	const moments = linesOf(text)
		.map((raw, i) => ({ line: i + 1, raw: momentOf(raw) }))
		.filter(({ raw }) => raw !== '' && !raw.startsWith('#'));
	const spans: ListedSpan[] = [];
	const skipped: Remark[] = [];
	for (let i = 0; i < moments.length; i += 2) {
		const [start, end] = [moments[i], moments[i + 1]];
		if (start === undefined) break;
		const inS = listedTime(start.raw);
		const outS = end === undefined ? undefined : listedTime(end.raw);
		if (inS === null) skipped.push({ line: start.line, reason: `IN “${start.raw}” is not a time` });
		if (outS === null && end !== undefined) skipped.push({ line: end.line, reason: `OUT “${end.raw}” is not a time` });
		if (inS === null && end !== undefined && outS !== null) skipped.push(alone(end, 'OUT', 'IN', start));
		if (outS === null && end !== undefined && inS !== null) skipped.push(alone(start, 'IN', 'OUT', end));
		if (inS === null || outS === null) continue;
		const lines = { line: start.line, ...(end === undefined ? {} : { outLine: end.line }) };
		if (outS !== undefined && outS <= inS)
			skipped.push({
				line: start.line,
				reason: withOutLine(lines, `OUT ${end?.raw ?? ''} is not after IN ${start.raw}`),
			});
		else spans.push({ inS, ...(outS === undefined ? {} : { outS }), name: '', ...lines });
	}
	return { spans, skipped, notes: [] };
}

interface Moment {
	readonly line: number;
	readonly raw: string;
}

/** A good half of a pair that goes with the bad one. */
const alone = (half: Moment, what: 'IN' | 'OUT', partner: 'IN' | 'OUT', bad: Moment): Remark => ({
	line: half.line,
	reason: `${what} ${half.raw} is left out with its ${partner} on line ${bad.line}`,
});

/** The edges of the cuts, one a line as HH:MM:SS.mmm, IN and OUT in turn. Names are not kept. */
export const writeTimestampLog = (spans: readonly ClosedSpan[]): string =>
	spans
		.flatMap(({ inS, outS }) => [inS, outS])
		.map((timeS) => `${formatTimecode(timeS).padStart(12, '0')}\n`)
		.join('');
