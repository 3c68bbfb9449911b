import type { ExportTask, Piece } from '#core/export-task';
import { constantRateFrames, framesBefore, type FrameIndex } from '#core/frame-index';
import { toNumber, type Rational } from '#core/rational';

/** The pictures that one piece contributes to the output, in order. */
export interface PictureSpan {
	readonly piece: Piece;
	/** Presentation time in the source (µs) of the frame shown by each output frame: ascending, repeated where a frame is shown twice. */
	readonly sourceUs: Float64Array;
	/** When each output frame starts, in seconds on the output's timeline. */
	readonly atS: Float64Array;
	/** When the last output frame ends, in seconds on the output's timeline. */
	readonly endS: number;
}

/** Where a piece starts on the output's timeline, in seconds. */
export function pieceStarts(task: ExportTask): readonly number[] {
	let startS = 0;
	return task.pieces.map((piece) => {
		const here = startS;
		startS += piece.outS - piece.inS;
		return here;
	});
}

/**
 * Which source frame stands at each instant of the output.
 *
 * At source rate: exactly the frames with inS ≤ pts < outS at `pts − inS` (the first one at the piece's start). At a constant rate:
 * output frame i starts at i / rate and shows the frame on screen at that instant.
 */
export function planPictures(task: ExportTask, indexOf: (piece: Piece) => FrameIndex): readonly PictureSpan[] {
	if (task.video.kind === 'none' || task.video.kind === 'copy') return [];
	const starts = pieceStarts(task);
	const { rate, frames } = task.video;
	if (rate === 'source') {
		return task.pieces.map((piece, p) => sourceRateSpan(piece, indexOf(piece), starts[p] ?? 0));
	}
	const fps = toNumber(rate);
	return task.pieces.map((piece, p) => {
		const startS = starts[p] ?? 0;
		const nextS = starts[p + 1];
		const first = Math.ceil(startS * fps - 1e-6);
		const last = nextS === undefined ? frames : Math.ceil(nextS * fps - 1e-6);
		return constantRateSpan(piece, indexOf(piece), { startS, first, last, rate });
	});
}

function sourceRateSpan(piece: Piece, index: FrameIndex, startS: number): PictureSpan {
	const first = framesBefore(index, piece.inS);
	const last = framesBefore(index, piece.outS);
	const sourceUs = index.ptsUs.slice(first, last);
	const atS = sourceUs.map((us, i) => (i === 0 ? startS : startS + us / 1e6 - piece.inS));
	return { piece, sourceUs, atS, endS: startS + piece.outS - piece.inS };
}

function constantRateSpan(
	piece: Piece,
	index: FrameIndex,
	{ startS, first, last, rate }: { startS: number; first: number; last: number; rate: Rational },
): PictureSpan {
	const count = Math.max(0, last - first);
	const outputS = (n: number): number => (n * rate.den) / rate.num;
	const span = { inS: piece.inS + outputS(first) - startS, outS: piece.outS };
	const shown = constantRateFrames(index, span, rate, count);
	return {
		piece,
		sourceUs: Float64Array.from(shown, (frame) => index.ptsUs[frame] ?? 0),
		atS: Float64Array.from(shown, (_, i) => outputS(first + i)),
		endS: outputS(last),
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
