import { cropOfFrame, type FineCrop } from '#core/crop/crop-span';
import type { ExportTask, Piece } from '#core/export/export-task';
import { mixShare, pieceFrames, piecePlaces, type PieceFrames, type PiecePlace } from '#core/film/film-timeline';
import { constantRateFrames, frameAt, framesBefore, type FrameIndex } from '#core/time/frame-index';
import { toNumber, type Rational } from '#core/time/rational';

/** Frames of one piece that are shown one after the other. */
export interface ShownPiece {
	readonly piece: Piece;
	/** Presentation time in the source (µs) of the frame shown by each output frame: ascending, repeated where a frame is shown twice. */
	readonly sourceUs: Float64Array;
	/** Which frame of the piece that is, counted from its IN: where `Piece.path` holds its crop. */
	readonly nth: Uint32Array;
}

/** The pictures that one piece contributes to the output, in order. */
export interface PictureSpan extends ShownPiece {
	/** When each output frame starts, in seconds on the output's timeline. */
	readonly atS: Float64Array;
	/** When the last output frame ends, in seconds on the output's timeline. */
	readonly endS: number;
	/** The piece before, where it is still there: its frames go with the span's first ones, mixed by `mixShare`. */
	readonly under?: ShownPiece;
}

/** Where a piece starts on the output's timeline, in seconds. */
export const pieceStarts = (task: ExportTask): readonly number[] =>
	piecePlaces(task.pieces).map(({ startS }) => startS);

/** The part of the displayed picture that output frame `i` of `shown` shows. */
export const cropOfShown = ({ piece, nth }: ShownPiece, i: number): FineCrop => cropOfFrame(piece, nth[i] ?? 0);

/** How much of the span's own piece is in its output frame `i`: 1 but for the frames of a cross-fade. */
export function shareOfFrame({ under }: PictureSpan, i: number): number {
	const count = under?.sourceUs.length ?? 0;
	return i < count ? mixShare(i, count) : 1;
}

/**
 * Which source frame stands at each instant of the output.
 *
 * At source rate: exactly the frames with inS ≤ pts < outS at `pts − inS` (the first one at the piece's start). At a constant rate:
 * output frame i starts at i / rate and shows the frame on screen at that instant. Where two pieces overlap, the frames are the later one's, with
 * what is on screen of the earlier one beneath.
 */
export function planPictures(task: ExportTask, indexOf: (piece: Piece) => FrameIndex): readonly PictureSpan[] {
	if (task.video.kind === 'none' || task.video.kind === 'copy') return [];
	const places = piecePlaces(task.pieces);
	const { rate, frames } = task.video;
	const whole =
		rate === 'source'
			? task.pieces.map((piece, p) => sourceRateSpan(piece, indexOf(piece), places[p] ?? ALONE))
			: constantRateSpans(task, places, { rate, frames }, indexOf);
	return whole.map((span, p) => overlapped(span, whole[p - 1], whole[p + 1], indexOf));
}

const ALONE: PiecePlace = { startS: 0, endS: 0, fadeInS: 0, fadeOutS: 0 };

function sourceRateSpan(piece: Piece, index: FrameIndex, { startS, endS }: PiecePlace): PictureSpan {
	const first = framesBefore(index, piece.inS);
	const last = framesBefore(index, piece.outS);
	const sourceUs = index.ptsUs.slice(first, last);
	const atS = sourceUs.map((us, i) => (i === 0 ? startS : startS + us / 1e6 - piece.inS));
	return { piece, sourceUs, nth: Uint32Array.from(sourceUs, (_, i) => i), atS, endS };
}

function constantRateSpans(
	task: ExportTask,
	places: readonly PiecePlace[],
	{ rate, frames }: { readonly rate: Rational; readonly frames: number },
	indexOf: (piece: Piece) => FrameIndex,
): PictureSpan[] {
	const held = pieceFrames(task, toNumber(rate), frames);
	return task.pieces.map((piece, p) =>
		constantRateSpan(piece, indexOf(piece), places[p] ?? ALONE, held[p] ?? { first: 0, end: 0, shared: 0 }, rate),
	);
}

function constantRateSpan(
	piece: Piece,
	index: FrameIndex,
	{ startS }: PiecePlace,
	{ first, end }: PieceFrames,
	rate: Rational,
): PictureSpan {
	const outputS = (n: number): number => (n * rate.den) / rate.num;
	const span = { inS: piece.inS + outputS(first) - startS, outS: piece.outS };
	const shown = constantRateFrames(index, span, rate, end - first);
	const ownFirst = framesBefore(index, piece.inS);
	return {
		piece,
		sourceUs: Float64Array.from(shown, (frame) => index.ptsUs[frame] ?? 0),
		nth: Uint32Array.from(shown, (frame) => Math.max(0, frame - ownFirst)),
		atS: Float64Array.from(shown, (_, i) => outputS(first + i)),
		endS: outputS(end),
	};
}

/** The span without what the next one shows, and with what the one before still shows. */
function overlapped(
	span: PictureSpan,
	before: PictureSpan | undefined,
	after: PictureSpan | undefined,
	indexOf: (piece: Piece) => FrameIndex,
): PictureSpan {
	const endS = Math.min(span.endS, after?.atS[0] ?? Infinity);
	const kept = span.atS.findIndex((atS) => atS >= endS - 1e-9);
	const count = kept === -1 ? span.atS.length : kept;
	const under = before === undefined ? undefined : beneath(span, before, indexOf(before.piece));
	return {
		piece: span.piece,
		sourceUs: span.sourceUs.subarray(0, count),
		nth: span.nth.subarray(0, count),
		atS: span.atS.subarray(0, count),
		endS,
		...(under === undefined ? {} : { under }),
	};
}

function beneath(span: PictureSpan, before: PictureSpan, index: FrameIndex): ShownPiece | undefined {
	const shared = span.atS.filter((atS) => atS < before.endS - 1e-9);
	if (shared.length === 0) return undefined;
	const { piece } = before;
	const startS = before.endS - (piece.outS - piece.inS);
	const ownFirst = framesBefore(index, piece.inS);
	const last = framesBefore(index, piece.outS) - 1;
	let own = 0;
	const shown = Array.from(shared, (atS) => {
		while (own < before.atS.length && (before.atS[own] ?? 0) < atS - 1e-9) own += 1;
		const same = Math.abs((before.atS[own] ?? Infinity) - atS) < 1e-9;
		if (same) return { us: before.sourceUs[own] ?? 0, nth: before.nth[own] ?? 0 };
		const frame = Math.min(last, frameAt(index, piece.inS + atS - startS));
		return { us: index.ptsUs[frame] ?? 0, nth: Math.max(0, frame - ownFirst) };
	});
	return {
		piece,
		sourceUs: Float64Array.from(shown, ({ us }) => us),
		nth: Uint32Array.from(shown, ({ nth }) => nth),
	};
}

export const pictureCount = (spans: readonly PictureSpan[]): number =>
	spans.reduce((sum, span) => sum + span.atS.length, 0);

/** How long output frame `i` of span `s` is shown, in seconds. */
export function pictureDuration(spans: readonly PictureSpan[], s: number, i: number): number {
	const span = spans[s];
	if (span === undefined) return 0;
	const nextS = span.atS[i + 1] ?? spans[s + 1]?.atS[0] ?? span.endS;
	return Math.max(0, nextS - (span.atS[i] ?? 0));
}
