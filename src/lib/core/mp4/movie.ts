import { boxesIn, findBox, tolerant, type Box } from './boxes.ts';

/** The part of a track that is played, in the track's own time units. */
export interface Edit {
	/** What is taken off every time: the span that the edit hides, less the empty one before it. */
	readonly offset: number;
	/** What stands before this, or at `end` and later (before the offset is taken off), is hidden. */
	readonly start: number;
	readonly end: number;
	/** How far `end` may be off: edits are measured in the movie's units, often milliseconds. */
	readonly tolerance: number;
	/** The file plays several spans of the track; only the first is followed. */
	readonly several: boolean;
}

export interface MovieTrack {
	readonly id: number;
	/** `vide`, `soun`, `sbtl` … */
	readonly handler: string;
	/** Name of the sample description: `avc1`, `tx3g` … */
	readonly format: string;
	/** ISO 639-2. */
	readonly language: string;
	/** Units a second. */
	readonly timescale: number;
	readonly edit: Edit;
	readonly tables: Box;
	/** Content of `tkhd`. */
	readonly header: Box;
	/** Names the chapters of another track; no subtitles. */
	readonly chapters: boolean;
}

/** The tracks that a movie box lists; undefined when it is damaged, or the frames are listed elsewhere, in fragments. */
export const tracksOf = (movie: DataView): readonly MovieTrack[] | undefined => tolerant(() => readTracks(movie));

function readTracks(movie: DataView): readonly MovieTrack[] | undefined {
	const all: Box = { type: 'moov', start: 0, end: movie.byteLength };
	const header = findBox(movie, all, 'mvhd');
	if (header === undefined || findBox(movie, all, 'mvex') !== undefined) return undefined;
	const movieTimescale = movie.getUint32(header.start + (movie.getUint8(header.start) === 1 ? 20 : 12));
	const traks = [...boxesIn(movie)].filter(({ type }) => type === 'trak');
	const chapterIds = new Set(traks.flatMap((trak) => chapterTracks(movie, trak)));
	return traks.map((trak) => trackOf(movie, trak, movieTimescale, chapterIds)).filter((track) => track !== undefined);
}

function trackOf(
	view: DataView,
	trak: Box,
	movieTimescale: number,
	chapterIds: ReadonlySet<number>,
): MovieTrack | undefined {
	const trackHeader = findBox(view, trak, 'tkhd');
	const mediaHeader = findBox(view, trak, 'mdia.mdhd');
	const handler = findBox(view, trak, 'mdia.hdlr');
	const tables = findBox(view, trak, 'mdia.minf.stbl');
	if (!trackHeader || !mediaHeader || !handler || !tables) return undefined;
	const long = view.getUint8(mediaHeader.start) === 1;
	const timescale = view.getUint32(mediaHeader.start + (long ? 20 : 12));
	if (timescale === 0) return undefined;
	const id = view.getUint32(trackHeader.start + (view.getUint8(trackHeader.start) === 1 ? 20 : 12));
	const description = findBox(view, tables, 'stsd');
	const edits = findBox(view, trak, 'edts.elst');
	return {
		id,
		handler: ascii(view, handler.start + 8),
		format: description && description.end >= description.start + 16 ? ascii(view, description.start + 12) : '',
		language: languageOf(view.getUint16(mediaHeader.start + (long ? 32 : 20))),
		timescale,
		edit: edits === undefined ? WHOLE : editOf(view, edits, timescale / movieTimescale),
		tables,
		header: trackHeader,
		chapters: chapterIds.has(id),
	};
}

/** At what size a picture track is shown, before it is turned; undefined when its header is cut off. */
export const shownSize = (
	view: DataView,
	{ header: { start, end } }: MovieTrack,
): { readonly width: number; readonly height: number } | undefined => {
	const at = start + (view.getUint8(start) === 1 ? 88 : 76);
	if (at + 8 > end) return undefined;
	return { width: Math.round(view.getUint32(at) / 65536), height: Math.round(view.getUint32(at + 4) / 65536) };
};

const WHOLE: Edit = { offset: 0, start: -Infinity, end: Infinity, tolerance: 0, several: false };

/** ISO/IEC 14496-12 §8.6.6, as the packet reader understands it: empty edits, then one that plays at normal speed. */
function editOf(view: DataView, { start }: Box, unitsPerMovieUnit: number): Edit {
	const long = view.getUint8(start) === 1;
	const count = view.getUint32(start + 4);
	let [emptyUnits, found]: [number, Edit | undefined] = [0, undefined];
	for (let n = 0; n < count; n += 1) {
		const at = start + 8 + n * (long ? 20 : 12);
		const length = long ? Number(view.getBigUint64(at)) : view.getUint32(at);
		const from = long ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4);
		const rate = view.getInt32(at + (long ? 16 : 8)) / 65536;
		if (found !== undefined) return { ...found, end: Infinity, several: true };
		if (from === -1) emptyUnits += length;
		else if (rate !== 1) return WHOLE;
		else {
			const units = Math.round(length * unitsPerMovieUnit);
			found = {
				offset: from - Math.round(emptyUnits * unitsPerMovieUnit),
				start: from,
				end: units === 0 ? Infinity : from + units,
				tolerance: unitsPerMovieUnit,
				several: false,
			};
		}
	}
	return found ?? WHOLE;
}

function chapterTracks(view: DataView, trak: Box): number[] {
	const references = findBox(view, trak, 'tref.chap');
	if (references === undefined) return [];
	const ids: number[] = [];
	for (let at = references.start; at + 4 <= references.end; at += 4) ids.push(view.getUint32(at));
	return ids;
}

const ascii = (view: DataView, at: number): string =>
	String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, 4));

/** Three letters of five bits each, counted from 0x60. */
const languageOf = (packed: number): string =>
	packed < 0x400 ? 'und' : String.fromCharCode(...[10, 5, 0].map((shift) => ((packed >> shift) & 31) + 0x60));
