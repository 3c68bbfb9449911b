import { linesOf } from './list-lines.ts';
import { listedTime } from './listed-time.ts';
import { csvField, splitCsv } from './csv.ts';
import type { ClosedSpan, Imported, ListedSpan, Remark } from './imported.ts';

const SEPARATORS = [',', '\t', ';'] as const;

/** The separator that makes two times of the beginning of a line; commas where no line tells. */
export function csvSeparator(text: string): string {
	const lines = linesOf(text.slice(0, 20_000)).slice(0, 50);
	const isTime = (field: string | undefined): boolean => field !== undefined && listedTime(field) !== null;
	const makesCuts = (separator: string): boolean =>
		lines.some((line) => {
			const [start, end] = line.split(separator);
			return (isTime(start) && (isTime(end) || end === '')) || (start === '' && isTime(end));
		});
	return SEPARATORS.find(makesCuts) ?? ',';
}

/**
 * Reads cuts from CSV: start, end, name, tags…, times in seconds or h:mm:ss.mmm; the start may be empty (the beginning) and the end too
 * (the end of the file). Lines that begin with `#` and a header line are passed over silently. Takes LosslessCut's CSV and TSV, and
 * `# IN,OUT (seconds)` lists.
 */
export function readSegmentCsv(text: string): Imported {
	const spans: ListedSpan[] = [];
	const skipped: Remark[] = [];
	let headerMayCome = true;
	for (const { line, fields, unclosed } of splitCsv(text, csvSeparator(text))) {
		const [start = '', end = '', name = '', ...tags] = fields;
		if (start.trimStart().startsWith('#') || fields.every((field) => field === '')) continue;
		const inS = start === '' ? 0 : listedTime(start);
		const outS = end === '' ? undefined : listedTime(end);
		const header = headerMayCome && inS === null && outS === null;
		headerMayCome = false;
		if (header) continue;
		if (unclosed) skipped.push({ line, reason: 'a quote that opens here is never closed' });
		else if (fields.length < 2) skipped.push({ line, reason: `“${start}” has no end beside it` });
		else if (inS === null) skipped.push({ line, reason: `“${start}” is not a time` });
		else if (outS === null) skipped.push({ line, reason: `“${end}” is not a time` });
		else if (outS !== undefined && outS <= inS)
			skipped.push({ line, reason: `the end (${end}) is not after the start (${start === '' ? '0' : start})` });
		else {
			const kept = tags.filter((tag) => tag !== '');
			const ends = outS === undefined ? {} : { outS };
			spans.push({ inS, ...ends, name, ...(kept.length > 0 ? { tags: kept } : {}), line });
		}
	}
	return { spans, skipped, notes: [] };
}

/** Cuts as `# IN,OUT (seconds)` lines; a name becomes a third field. Read back without loss. */
export function writeSegmentCsv(spans: readonly ClosedSpan[]): string {
	const lines = spans.map(({ inS, outS, name }) => [inS, outS, ...(name === '' ? [] : [csvField(name)])].join(','));
	return ['# IN,OUT (seconds)', ...lines, ''].join('\n');
}

/** Cuts as LosslessCut reads them: start, end, name, in seconds, without a header. */
export const writeLosslessCutCsv = (spans: readonly ClosedSpan[]): string =>
	spans.map(({ inS, outS, name }) => `${inS},${outS},${csvField(name)}\n`).join('');
