import { parseTimecode } from '../timecode.ts';
import { csvField, splitCsv } from './csv.ts';
import type { Imported, ListedSpan, Skipped } from './imported.ts';

/**
 * Reads cuts from CSV: start, end, name, tags…, times in seconds or h:mm:ss.mmm; the end may be empty. Lines that begin with `#` and a
 * header line are passed over silently. Takes LosslessCut's CSV, and `# IN,OUT (seconds)` lists.
 */
export function readSegmentCsv(text: string): Imported {
	const spans: ListedSpan[] = [];
	const skipped: Skipped[] = [];
	splitCsv(text.replace(/^\ufeff/u, '')).forEach(({ line, fields }, i) => {
		const [start = '', end = '', name = '', ...tags] = fields.map((field) => field.trim());
		if (start.startsWith('#') || (start === '' && end === '' && name === '')) return;
		const inS = start === '' ? 0 : parseTimecode(start);
		const outS = end === '' ? undefined : parseTimecode(end);
		if (inS === null && i === 0 && outS === null) return;
		if (inS === null) skipped.push({ line, reason: `“${start}” is not a time` });
		else if (outS === null) skipped.push({ line, reason: `“${end}” is not a time` });
		else if (fields.length < 2) skipped.push({ line, reason: 'there is no end beside the start' });
		else if (outS !== undefined && outS <= inS)
			skipped.push({ line, reason: `the end (${end}) is not after the start (${start})` });
		else {
			const kept = tags.filter((tag) => tag !== '');
			spans.push({ inS, ...(outS === undefined ? {} : { outS }), name, ...(kept.length > 0 ? { tags: kept } : {}) });
		}
	});
	return { spans, skipped };
}

/** Cuts as `# IN,OUT (seconds)` lines; a name becomes a third field. Read back without loss. */
export function writeSegmentCsv(spans: readonly (ListedSpan & { readonly outS: number })[]): string {
	const lines = spans.map(({ inS, outS, name }) => [inS, outS, ...(name === '' ? [] : [csvField(name)])].join(','));
	return ['# IN,OUT (seconds)', ...lines, ''].join('\n');
}

/** Cuts as LosslessCut reads them: start, end, name, in seconds, without a header. */
export const writeLosslessCutCsv = (spans: readonly (ListedSpan & { readonly outS: number })[]): string =>
	spans.map(({ inS, outS, name }) => `${inS},${outS},${csvField(name)}\n`).join('');
