import type { ExportTask, Piece } from '../export/export-task.ts';

/** Where a piece stands on the output's timeline, in seconds: half-open. */
export interface PiecePlace {
	readonly startS: number;
	readonly endS: number;
	/** Seconds after `startS` during which the piece before is still there. */
	readonly fadeInS: number;
	/** Seconds before `endS` during which the next piece is already there. */
	readonly fadeOutS: number;
}

type Placed = Pick<Piece, 'inS' | 'outS' | 'crossfadeS'>;

/** Where each piece of an output stands: one after the other, each overlapping the one before by its cross-fade. */
export function piecePlaces(pieces: readonly Placed[]): readonly PiecePlace[] {
	let endS = 0;
	return pieces.map((piece, p) => {
		const fadeInS = p === 0 ? 0 : (piece.crossfadeS ?? 0);
		const startS = endS - fadeInS;
		endS = startS + piece.outS - piece.inS;
		return { startS, endS, fadeInS, fadeOutS: pieces[p + 1]?.crossfadeS ?? 0 };
	});
}

/** Length of all pieces in seconds, less what they overlap. */
export const filmLengthS = (pieces: readonly Placed[]): number => piecePlaces(pieces).at(-1)?.endS ?? 0;

/** The output frames [first, end) of a constant-rate output of `fps` that show a piece. */
export interface PieceFrames {
	readonly first: number;
	readonly end: number;
	/** How many of them, from the first on, also show the piece before. */
	readonly shared: number;
}

/** What floating-point sums may move an edge by, as a share of a frame. */
const EDGE = 1e-6;

/** Which frames of a constant-rate output show each piece: those that start in [startS, endS); the last piece ends with the output. */
export function pieceFrames(
	{ pieces }: Pick<ExportTask, 'pieces'>,
	fps: number,
	total: number,
): readonly PieceFrames[] {
	const places = piecePlaces(pieces);
	const firstAt = (timeS: number): number => Math.min(total, Math.max(0, Math.ceil(timeS * fps - EDGE)));
	return places.map(({ startS, endS }, p) => {
		const first = firstAt(startS);
		const end = p === places.length - 1 ? total : firstAt(endS);
		const before = places[p - 1];
		const shared = before === undefined ? 0 : Math.min(end, firstAt(before.endS)) - first;
		return { first, end: Math.max(first, end), shared: Math.max(0, shared) };
	});
}

/**
 * How much of the later piece is in frame `i` (from 0) of `count` frames that show both: even steps, so that every one of them is a mixture.
 */
export const mixShare = (i: number, count: number): number => (i + 1) / (count + 1);
