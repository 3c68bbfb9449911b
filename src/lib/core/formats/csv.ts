import { InvariantError } from '../result.ts';

/** One record of a CSV text, with the line it starts on (from 1). */
export interface CsvRecord {
	readonly line: number;
	/** Quoted fields as they stand, others without blanks at their edges. */
	readonly fields: readonly string[];
	/** A quote opens here and is never closed: the field ends with its line. */
	readonly unclosed: boolean;
}

/** Line breaks that a quoted field may hold: after more, its quote is taken for a slip. */
const MAX_BREAKS_IN_FIELD = 100;

/**
 * Splits a CSV text into records (RFC 4180: quotes double inside quotes, line breaks allowed inside them; CR, LF or both end a record).
 * Separator is a comma, or `separator`. Empty lines are no records.
 */
export function splitCsv(text: string, separator = ','): CsvRecord[] {
	if (separator.length !== 1) throw new InvariantError('a separator is one character');
	const records: CsvRecord[] = [];
	let [at, line] = [0, 1];
	while (at < text.length) {
		const { fields, end, breaks, unclosed } = readRecord(text, at, separator);
		if (fields.length > 1 || fields[0] !== '') records.push({ line, fields, unclosed });
		at = end;
		line += breaks;
	}
	return records;
}

interface RecordRead {
	readonly fields: string[];
	/** Where the next record begins. */
	readonly end: number;
	/** Line breaks passed, the one that ends the record included. */
	readonly breaks: number;
	readonly unclosed: boolean;
}

function readRecord(text: string, start: number, separator: string): RecordRead {
	const fields: string[] = [];
	let [at, breaks, unclosed] = [start, 0, false];
	for (;;) {
		const field = readField(text, at, separator);
		fields.push(field.text);
		breaks += field.breaks;
		unclosed ||= field.unclosed;
		at = field.end;
		if (text.charAt(at) !== separator) break;
		at += 1;
	}
	if (at >= text.length) return { fields, end: at, breaks, unclosed };
	return { fields, end: at + (text.startsWith('\r\n', at) ? 2 : 1), breaks: breaks + 1, unclosed };
}

/** One field; `end` stands on the separator, the line break or the end of the text. */
function readField(text: string, start: number, separator: string) {
	let plainEnd = start;
	while (plainEnd < text.length && !isEnd(text.charAt(plainEnd), separator)) plainEnd += 1;
	const plain = { text: text.slice(start, plainEnd).trim(), end: plainEnd, breaks: 0, unclosed: false };
	if (!plain.text.startsWith('"')) return plain;
	const pieces: string[] = [];
	let [from, breaks] = [text.indexOf('"', start) + 1, 0];
	for (let at = from; at < text.length && breaks <= MAX_BREAKS_IN_FIELD; at += 1) {
		const character = text.charAt(at);
		if (character === '\n' || (character === '\r' && text.charAt(at + 1) !== '\n')) breaks += 1;
		if (character !== '"') continue;
		pieces.push(text.slice(from, at));
		from = at + 1;
		if (text.charAt(at + 1) === '"') {
			pieces.push('"');
			at += 1;
			from = at + 1;
			continue;
		}
		let end = from;
		while (end < text.length && !isEnd(text.charAt(end), separator)) end += 1;
		return { text: pieces.join('') + text.slice(from, end).trimEnd(), end, breaks, unclosed: false };
	}
	return { ...plain, unclosed: true };
}

const isEnd = (character: string, separator: string): boolean =>
	character === separator || character === '\n' || character === '\r';

/** A field as CSV writes it: quoted when it holds a separator, a quote, a line break or edge blanks. */
export const csvField = (text: string): string =>
	/[",\r\n]|^\s|\s$/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
