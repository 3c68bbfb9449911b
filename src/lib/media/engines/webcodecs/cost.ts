import { encodedVideo, type ExportTask } from '#core/export/export-task';
import { toNumber } from '#core/time/rational';
import type { FactsOf } from '../../engine.ts';
import { outputRate } from './encoder-config.ts';
import { shareDecoding } from './share-decoding.ts';

/** Pixels a second on an ordinary computer without hardware codecs; see docs/benchmarks.md. */
const DECODED_A_SECOND = 500e6;
const ENCODED_A_SECOND = { avc: 300e6, hevc: 200e6, vp9: 70e6, av1: 70e6 } as const;
const PAINTED_A_SECOND = 60e6;
/** Of picture files, by all workers together. */
const WRITTEN_A_SECOND = { webp: 50e6, png: 25e6, jpeg: 60e6 } as const;
/** Opening files and codecs, in seconds. */
const START_S = 0.3;
/** Seconds of sound made in one, without a picture. */
const SOUND_SPEED = 50;

/** Rough seconds: what is decoded (once for tasks that are made together), what is painted by hand, what is encoded. */
export function costOf(tasks: readonly ExportTask[], factsOf: FactsOf): number {
	return shareDecoding(tasks).reduce((sum, group) => {
		const making = group.reduce((all, task) => all + makingS(task, factsOf), 0);
		return sum + START_S + decodingS(group, factsOf) + making;
	}, 0);
}

/** Spans of one file that overlap are read once; the pieces of a film one after the other. */
function decodingS(group: readonly ExportTask[], factsOf: FactsOf): number {
	const pieces = group
		.filter(({ video }) => video.kind !== 'none')
		.flatMap((task) => task.pieces)
		.sort((a, b) => a.inS - b.inS);
	const isFilm = group.length === 1;
	let [seconds, untilS] = [0, -Infinity];
	for (const { media, inS, outS } of pieces) {
		const { video } = factsOf(media);
		if (video === undefined) continue;
		const fromS = isFilm ? inS : Math.max(inS, untilS);
		const pixels = Math.max(0, outS - fromS) * toNumber(video.fps) * video.codedWidth * video.codedHeight;
		seconds += pixels / DECODED_A_SECOND;
		untilS = Math.max(untilS, outS);
	}
	return seconds;
}

function makingS(task: ExportTask, factsOf: FactsOf): number {
	const { video, durationS } = task;
	if (video.kind === 'none') return durationS / SOUND_SPEED;
	if (video.kind === 'copy' || video.kind === 'gif') return 0;
	const pixels = video.frames * video.size.width * video.size.height;
	if (video.kind === 'frames') return pixels / WRITTEN_A_SECOND[video.format];
	return pixels / ENCODED_A_SECOND[video.codec] + paintingS(task, factsOf);
}

/** Turned, filtered or framed pictures pass through this app's own hands; others go to the encoder as they are. */
function paintingS(task: ExportTask, factsOf: FactsOf): number {
	const encoded = encodedVideo(task);
	if (encoded === undefined) return 0;
	const pixels = task.pieces.reduce((sum, piece) => {
		const { video } = factsOf(piece.media);
		if (video === undefined) return sum;
		if (video.rotation === 0 && !video.hdr && encoded.scaling === 'fast' && piece.place === undefined) return sum;
		return sum + (piece.outS - piece.inS) * outputRate(task, encoded) * piece.crop.width * piece.crop.height;
	}, 0);
	return pixels / PAINTED_A_SECOND;
}
