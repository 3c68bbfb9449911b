import { InvariantError } from '../result.ts';

/** One record of a CSV text, with the line it starts on (from 1). */
export interface CsvRecord {
	readonly line: number;
	readonly fields: readonly string[];
}

/**
 * Splits a CSV text into records (RFC 4180: quotes double inside quotes, line breaks allowed inside them). Separator is a comma, or
 * `separator`. A quote that is never closed ends with the text.
 */
export function splitCsv(text: string, separator = ','): CsvRecord[] {
	if (separator.length !== 1) throw new InvariantError('a separator is one character');
	const records: CsvRecord[] = [];
	let fields: string[] = [];
	let field = '';
	let quoted = false;
	let line = 1;
	let startLine = 1;
	const endRecord = (): void => {
		fields.push(field);
		if (fields.length > 1 || fields[0] !== '') records.push({ line: startLine, fields });
		[fields, field] = [[], ''];
		startLine = line;
	};
	for (let i = 0; i < text.length; i += 1) {
		const character = text.charAt(i);
		if (character === '\n') line += 1;
		if (quoted) {
			if (character !== '"') field += character;
			else if (text.charAt(i + 1) === '"') [field, i] = [`${field}"`, i + 1];
			else quoted = false;
		} else if (character === '"' && field.trim() === '') [quoted, field] = [true, ''];
		else if (character === separator) [field] = [(fields.push(field), '')];
		else if (character === '\n') endRecord();
		else if (character !== '\r') field += character;
	}
	if (field !== '' || fields.length > 0) endRecord();
	return records;
}

/** A field as CSV writes it: quoted when it holds a separator, a quote, a line break or edge blanks. */
export const csvField = (text: string): string =>
	/[",\r\n]|^\s|\s$/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
