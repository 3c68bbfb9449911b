import { csvField, splitCsv } from '../formats/csv.ts';
import { ok, type Result } from '../result.ts';
import { merge, unreadable, without, withoutMark, type DatasetList, type Unreadable } from './dataset-entry.ts';

type Row = readonly string[];
interface Table {
	readonly header: Row;
	readonly rows: readonly Row[];
}

const NEW_TABLE: Table = { header: ['file_name', 'text'], rows: [] };
const COLUMNS = ['file_name', 'text', 'category', 'audio_path'] as const;

/** `metadata.csv` (RFC 4180): `file_name`, `text`, and `category` and `audio_path` where there are any. Other columns stay. */
export const csvList: DatasetList = {
	fileName: 'metadata.csv',

	upsert(text, entries) {
		const read = text === undefined ? ok(NEW_TABLE) : readTable(text);
		if (!read.ok) return read;
		const filled = new Set<string>([
			'file_name',
			'text',
			...entries.flatMap(({ category, soundPath }) => [
				...(category === '' ? [] : ['category']),
				...(soundPath === undefined ? [] : ['audio_path']),
			]),
		]);
		const missing = COLUMNS.filter((column) => filled.has(column) && !read.value.header.includes(column));
		const header = [...read.value.header, ...missing];
		const pathColumn = header.indexOf('file_name');
		const rows = merge(read.value.rows, entries, pathOf(header), (entry, before) => {
			const said = new Map([
				['file_name', before?.[pathColumn] ?? entry.path],
				['text', entry.label],
				['category', entry.category],
				['audio_path', entry.soundPath ?? ''],
			]);
			return header.map((column, n) => said.get(column) ?? before?.[n] ?? '');
		});
		return ok(text === undefined && rows.length === 0 ? undefined : write({ header, rows }));
	},

	remove(text, paths) {
		const read = readTable(text);
		if (!read.ok) return read;
		const { header, rows } = read.value;
		return ok(write({ header, rows: without(rows, paths, pathOf(header)) }));
	},
};

const pathOf = (header: Row) => {
	const column = header.indexOf('file_name');
	return (row: Row): string | undefined => row[column];
};

function readTable(text: string): Result<Table, Unreadable> {
	const records = splitCsv(withoutMark(text));
	const unclosed = records.find((record) => record.unclosed);
	if (unclosed !== undefined) return unreadable(`a quote that opens on line ${unclosed.line} is never closed`);
	const [header, ...rows] = records.map(({ fields }) => fields);
	if (header === undefined) return ok(NEW_TABLE);
	return header.includes('file_name') ? ok({ header, rows }) : unreadable('it has no column “file_name”');
}

const write = ({ header, rows }: Table): string =>
	[header, ...rows].map((row) => `${filled(row, header.length).map(csvField).join(',')}\r\n`).join('');

const filled = (row: Row, columns: number): Row =>
	row.length >= columns ? row : [...row, ...Array.from({ length: columns - row.length }, () => '')];
