import type { Rational } from '../time/rational.ts';
import { LONGEST_SEGMENT_NAME } from '../project/segment-name.ts';
import { err, ok, unreachable, type Result } from '../result.ts';
import { readEdl } from './edl.ts';
import { closeSpan, withOutLine } from './imported.ts';
import type { ClosedSpan, FileSpan, Imported, ListedSpan, Remark } from './imported.ts';
import { detectListFormat } from './list-format.ts';
import { isDeeper, MAX_JSON_DEPTH } from './json-depth.ts';
import { LIST_NAMES, type ListFormat } from './list-names.ts';
import { MAX_LIST_BYTES, tooLarge, tooManyLines } from './list-size.ts';
import { readLlc } from './llc.ts';
import { readOsp } from './osp-read.ts';
import { readOtio } from './otio.ts';
import { readSegmentCsv } from './segment-csv.ts';
import { readSrt } from './srt.ts';
import { readTimestampLog } from './timestamp-log.ts';
import { withShortWords } from './short-words.ts';
import { readYouTubeChapters } from './youtube.ts';
import { quoteList } from './quoted-names.ts';

/** Most cuts that are taken from one list. */
export const MAX_LIST_SPANS = 10_000;
/** Most remarks that a report holds; the rest is counted. */
const MAX_REMARKS = 500;
/** Most characters of a remark: it may quote a line of any length. */
const MAX_REMARK_LENGTH = 300;

/** A file that the cuts of a list may be of. */
export interface ListMedia extends FileSpan {
	readonly id: string;
	readonly name: string;
}

export interface ReadListOptions {
	/** Name of the list; its ending decides where the content leaves the format open. Empty for pasted text. */
	readonly fileName: string;
	/** The open file: what cuts are of when the list does not tell, or tells a name that no file has. */
	readonly media: ListMedia;
	/** Other files that a list may name. */
	readonly others?: readonly ListMedia[];
	/** What frames of timecodes are counted at. */
	readonly fps: Rational;
}

/** A cut of a list on the own timeline of the file `media`, in seconds. */
export type ReadSpan = ClosedSpan & { readonly media: string };

export interface ListRead {
	readonly format: ListFormat;
	readonly spans: readonly ReadSpan[];
	readonly skipped: readonly Remark[];
	readonly notes: readonly Remark[];
}

/**
 * Reads a list of cuts of any known format. Times in lists count from the start of the file, as players show them; they come back on its own
 * timeline. The error is a sentence: what it is instead, and what can be done.
 */
export function readList(text: string, options: ReadListOptions): Result<ListRead, string> {
	const { fileName, media, others = [] } = options;
	const called = fileName === '' ? 'The text' : `“${fileName}”`;
	if (text.length > MAX_LIST_BYTES) return err(tooLarge(fileName, text.length));
	const tooLong = tooManyLines(fileName, text);
	if (tooLong !== undefined) return err(tooLong);
	if (text.trim() === '') return err(`${called} is empty. Choose a list of cuts.`);
	if (/[\0\ufffd]/u.test(text.slice(0, 4096))) {
		return err(`${called} is not a text, so it is no list that can be read. Choose ${KINDS}.`);
	}
	const format = detectListFormat(text, fileName);
	if (format === null) return err(`${called} is no list that is known here. Choose ${KINDS}.`);
	if (format === 'llc' && isDeeper(text)) {
		return err(
			`${called} is nested more than ${MAX_JSON_DEPTH} levels deep, so it is no ${LIST_NAMES[format]}. Choose another file.`,
		);
	}
	const imported = parse(format, text, options.fps);
	const placed = place(imported, [media, ...others]);
	return ok({ format, ...placed, skipped: bounded(placed.skipped), notes: bounded(placed.notes) });
}

const TOO_LONG = `its name or a tag is longer than ${LONGEST_SEGMENT_NAME} characters and was cut off there`;
const KINDS = `one of: ${Object.values(LIST_NAMES).join(', ')}`;

function parse(format: ListFormat, text: string, fps: Rational): Imported {
	switch (format) {
		case 'log':
			return readTimestampLog(text);
		case 'csv':
			return readSegmentCsv(text);
		case 'llc':
			return readLlc(text);
		case 'youtube':
			return readYouTubeChapters(text);
		case 'srt':
			return readSrt(text);
		case 'edl':
			return readEdl(text, fps);
		case 'otio':
			return readOtio(text);
		case 'osp':
			return readOsp(text);
		default:
			return unreachable(format);
	}
}

/** Gives each span its file, and its place there. `files`: the open one first. */
function place(imported: Imported, files: readonly [ListMedia, ...ListMedia[]]): Omit<ListRead, 'format'> {
	const [open] = files;
	const [skipped, notes] = [[...imported.skipped], [...imported.notes]];
	const byName = new Map([...files].reverse().map((file) => [key(file.name), file]));
	const names = [...new Set(imported.spans.flatMap(({ mediaName }) => mediaName ?? []))];
	const known = names.filter((name) => byName.has(key(name)));
	if (names.length > 0 && known.length === 0)
		notes.push({ line: 0, reason: `the list is of ${quoteList(names, 2)}; its cuts are put on “${open.name}”` });
	const spans: ReadSpan[] = [];
	for (const span of imported.spans.slice(0, MAX_LIST_SPANS)) {
		const file = fileOf(span, byName, known.length === 0, open);
		if (file === undefined) {
			skipped.push(remark(span, `it is of “${span.mediaName ?? ''}”, which is not in the library`));
			continue;
		}
		const closed = closeSpan(span, file);
		if ('refused' in closed) {
			skipped.push(remark(span, withOutLine(span, closed.refused)));
			continue;
		}
		if (closed.note !== undefined) notes.push(remark(span, closed.note));
		const short = withShortWords(closed.span);
		if (short !== closed.span) notes.push(remark(span, TOO_LONG));
		spans.push({ ...short, media: file.id });
	}
	if (imported.spans.length > MAX_LIST_SPANS)
		skipped.push({
			line: imported.spans[MAX_LIST_SPANS]?.line ?? 0,
			reason: `the list has ${imported.spans.length} cuts: the first ${MAX_LIST_SPANS} were read, the rest from here on was left out`,
		});
	return { spans, skipped: inOrder(skipped), notes: inOrder(notes) };
}

function fileOf(
	{ mediaName }: ListedSpan,
	byName: ReadonlyMap<string, ListMedia>,
	noneKnown: boolean,
	open: ListMedia,
): ListMedia | undefined {
	return mediaName === undefined || noneKnown ? open : byName.get(key(mediaName));
}

const key = (name: string): string => name.normalize('NFC').toLowerCase();

/** In a format without lines the name says which cut is meant. */
function remark({ line, name, inS }: ListedSpan, reason: string): Remark {
	if (line !== undefined) return { line, reason };
	return { line: 0, reason: `${name === '' ? `the cut at ${inS} s` : `“${name.slice(0, 60)}”`}: ${reason}` };
}

const inOrder = (remarks: readonly Remark[]): Remark[] => [...remarks].sort((a, b) => a.line - b.line);

function bounded(remarks: readonly Remark[]): readonly Remark[] {
	const told = remarks.slice(0, MAX_REMARKS).map(({ line, reason }) => ({ line, reason: shortened(reason) }));
	const more = remarks.length - told.length;
	return more === 0 ? told : [...told, { line: 0, reason: `and ${more} more` }];
}

/** The words at both ends say what is wrong. */
function shortened(reason: string): string {
	if (reason.length <= MAX_REMARK_LENGTH) return reason;
	const half = MAX_REMARK_LENGTH / 2;
	return `${reason.slice(0, half)} … ${reason.slice(-half)}`;
}
