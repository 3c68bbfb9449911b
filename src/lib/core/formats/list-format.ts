import { linesOf } from './list-lines.ts';
import { listedTime } from './listed-time.ts';
import { splitCsv } from './csv.ts';
import { EDL_EVENT } from './edl.ts';
import type { ListFormat } from './list-names.ts';
import { csvSeparator } from './segment-csv.ts';
import { momentOf } from './timestamp-log.ts';
import { CHAPTER } from './youtube.ts';

const BY_EXTENSION: Readonly<Record<string, ListFormat>> = {
	log: 'log',
	csv: 'csv',
	tsv: 'csv',
	llc: 'llc',
	srt: 'srt',
	edl: 'edl',
	otio: 'otio',
	osp: 'osp',
};

/** Lines that are looked at to tell the format. */
const SAMPLE_LINES = 200;

/**
 * What kind of list a text is: by its content, and by the ending of its name where the content leaves it open. Null when it is none that is
 * known.
 */
export function detectListFormat(text: string, fileName: string): ListFormat | null {
	const sample = text.slice(0, 100_000).replace(/^\ufeff/u, '');
	const ending = BY_EXTENSION[/\.([a-z0-9]+)$/iu.exec(fileName)?.[1]?.toLowerCase() ?? ''] ?? null;
	if (/^\s*(?:[{[]|\/[/*])/u.test(sample)) return jsonFormat(text) ?? (isJsonFormat(ending) ? ending : null);
	const lines = linesOf(sample)
		.filter((line) => line.trim() !== '')
		.slice(0, SAMPLE_LINES);
	if (lines.some((line) => /^\s*\d+:\d{2}:\d{2}[,.]\d+\s*-->/u.test(line))) return 'srt';
	if (lines.some((line) => EDL_EVENT.test(line)) || /^\s*(?:TITLE|FCM):/mu.test(sample)) return 'edl';
	return tableFormat(sample, lines, ending) ?? (isJsonFormat(ending) ? null : ending);
}

const isJsonFormat = (format: ListFormat | null): boolean => format === 'llc' || format === 'otio' || format === 'osp';

/** Told by a key that stands in no other; whether the whole can be read is for its reader to say. */
function jsonFormat(text: string): ListFormat | null {
	if (text.includes('"OTIO_SCHEMA"')) return 'otio';
	if (/\bcutSegments\b/u.test(text)) return 'llc';
	if (text.includes('"clips"') && text.includes('"files"')) return 'osp';
	return null;
}

/** Lines of moments, of chapters, or of fields: what most lines look like. */
function tableFormat(sample: string, lines: readonly string[], ending: ListFormat | null): ListFormat | null {
	const content = lines.filter((line) => !line.trimStart().startsWith('#'));
	// “1,2” are two times; the comma of a fraction stands in clock times alone.
	const isMoment = (line: string): boolean =>
		listedTime(momentOf(line)) !== null && (line.includes(':') || !momentOf(line).includes(','));
	const most = (matches: (line: string) => boolean): boolean =>
		content.length > 0 && content.filter(matches).length * 2 >= content.length;
	// “5,” may be a moment with a comma behind it, or a cut to the end of the file.
	if (most(isMoment) && !(ending === 'csv' && content.some((line) => line.includes(',')))) return 'log';
	const separator = csvSeparator(sample);
	const isCut = ([start = '', end]: readonly string[]): boolean =>
		end !== undefined &&
		(start === '' || listedTime(start) !== null) &&
		(end === '' || listedTime(end) !== null) &&
		start + end !== '';
	const records = splitCsv(content.join('\n'), separator);
	if (records.some(({ fields }) => isCut(fields))) {
		const cuts = records.filter(({ fields }) => isCut(fields)).length;
		if (ending === 'csv' || cuts * 2 >= records.length - 1) return 'csv';
	}
	if (ending === 'csv' || ending === 'log') return ending;
	return content.some((line) => CHAPTER.test(line)) ? 'youtube' : null;
}
