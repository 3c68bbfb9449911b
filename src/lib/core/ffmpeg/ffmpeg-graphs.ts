import type { ExportTask } from '../export/export-task.ts';
import { filmPieces, filmSounds, joinPictures, joinSounds, pieceRate } from './ffmpeg-film.ts';
import {
	cropFilters,
	pictureFilters,
	pieceTiming,
	rateFilters,
	samplesBefore,
	silence,
	soundFilters,
	tailFilters,
	type PictureTask,
	type SoundShape,
} from './ffmpeg-filters.ts';
import { audioSeek, videoSeek } from './ffmpeg-span.ts';
import { burnTextFilters, burnPictureChains, SHOWN_BEFORE_S, type BurnIn } from './burn-in.ts';
import { piecePlaces } from '../film/film-timeline.ts';
import type { Fingerprint } from '../media/fingerprint.ts';
import type { FrameIndex } from '../time/frame-index.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { InvariantError, present } from '../result.ts';

/** Picks the first picture track; covers and thumbnails, which ffmpeg calls video too, do not count. */
export const PICTURE_TRACK = 'V:0';

export interface GraphIo {
	readonly factsOf: (media: Fingerprint) => MediaFacts;
	readonly indexOf?: (media: Fingerprint) => FrameIndex | undefined;
	/** Subtitles that are drawn into the picture of every piece. */
	readonly burnIn?: BurnIn;
	/** Frames that are marked as interlaced are made whole. */
	readonly deinterlace?: boolean;
}

/** Opens an input and gives its number. */
export type Open = (media: Fingerprint, seekS: number | undefined, leaveOut: readonly string[]) => number;

/** The chains from the inputs to `[picture]`. */
export function pictureGraph(task: ExportTask, video: PictureTask, io: GraphIo, open: Open): string[] {
	const { rate } = video;
	if (task.pieces.length > 1 && rate !== 'source') {
		const held = filmPieces(task, rate, video.frames);
		const chains = held.map(({ first, end, skipS }, p) => {
			const chain = pieceChain(task, video, p, { atS: 0, skipS }, io, open);
			return `${[chain, ...pieceRate(rate, end - first)].join(',')}[piece${p}]`;
		});
		return [...chains, ...joinPictures(held, { ...video, rate })];
	}
	if (task.pieces.some(({ crossfadeS }, p) => p > 0 && crossfadeS !== undefined)) {
		throw new InvariantError(`task ${task.id} cross-fades without a constant rate`);
	}
	const starts = piecePlaces(task.pieces);
	const chains = task.pieces.map((_, p) =>
		pieceChain(task, video, p, { atS: starts[p]?.startS ?? 0, skipS: 0 }, io, open),
	);
	if (rate !== 'source') chains.push(tailFilters(video, task.durationS).join(','));
	const tail = rateFilters(video).join(',');
	if (chains.length === 1) return [`${chains.join('')},${tail}[picture]`];
	const labels = chains.map((_, n) => `[picture${n}]`);
	// Each piece already stands at its place: the frames only have to be put in order.
	return [
		...chains.map((chain, n) => `${chain}${labels[n]}`),
		`${labels.join('')}interleave=nb_inputs=${labels.length},${tail}[picture]`,
	];
}

function pieceChain(
	task: ExportTask,
	video: PictureTask,
	p: number,
	{ atS, skipS }: { readonly atS: number; readonly skipS: number },
	io: GraphIo,
	open: Open,
): string {
	const piece = present(task.pieces[p], 'a piece');
	const facts = io.factsOf(piece.media);
	const picture = present(facts.video, `the picture of ${facts.name}`);
	const index = io.indexOf?.(piece.media);
	const { burnIn, deinterlace = false } = io;
	const laidOver = burnIn?.kind === 'picture' ? burnIn : undefined;
	const seekS = videoSeek(piece.inS - (laidOver === undefined ? 0 : SHOWN_BEFORE_S), facts, index);
	const input = open(
		piece.media,
		seekS,
		laidOver === undefined ? ['-an', '-sn', '-dn'] : ['-an', '-dn', ...laidOver.input],
	);
	const { filters, retime } = pieceTiming(piece, atS, video.rate, index, skipS);
	const cropped = cropFilters(piece, `piece${p}`, index, picture, retime);
	const drawn = [
		...(deinterlace ? [DEINTERLACE] : []),
		...filters,
		...pictureFilters(piece, picture, video, cropped),
		...(burnIn?.kind === 'text' ? burnTextFilters(burnIn, piece.inS + skipS - atS) : []),
	];
	const chain = `[${input}:${PICTURE_TRACK}]${drawn.join(',')}`;
	if (laidOver === undefined) return chain;
	return burnPictureChains(laidOver, { chain, input, size: video.size, laterS: atS - piece.inS - skipS });
}

/** One whole picture for each that was stored as two fields; all others pass. */
export const DEINTERLACE = 'bwdif=mode=send_frame:deint=interlaced';

/** The chains from the inputs to `[sound]`. */
export function soundGraph(task: ExportTask, shape: SoundShape, io: GraphIo, open: Open): string[] {
	const several = task.pieces.length > 1;
	const sounds = several ? filmSounds(task, shape) : [{ length: samplesBefore(task.durationS, shape), shared: 0 }];
	const chains = task.pieces.map((piece, p) => {
		const facts = io.factsOf(piece.media);
		const samples = sounds[p]?.length ?? 0;
		const name = several ? `sound${p}` : 'sound';
		if (facts.audio.length === 0) return `${silence(samples, shape).join(',')}[${name}]`;
		const input = open(piece.media, audioSeek(piece.inS, facts), ['-vn', '-sn', '-dn']);
		return `[${input}:a:0]${soundFilters(piece, samples, shape).join(',')}[${name}]`;
	});
	return several ? [...chains, ...joinSounds(sounds)] : chains;
}

/** Rates that compressed sound and players take; everything else becomes 48 kHz, and Opus knows nothing else. */
const KEPT_RATES = new Set([16000, 22050, 24000, 32000, 44100, 48000]);

/** Undefined when no piece has sound that is encoded. */
export function soundShape(task: ExportTask, io: GraphIo): SoundShape | undefined {
	const { audio } = task;
	if (audio.kind !== 'encode' && audio.kind !== 'wav') return undefined;
	const codec = audio.kind === 'wav' ? 'pcm-s16' : audio.codec;
	const tracks = task.pieces.flatMap(({ media }) => io.factsOf(media).audio.slice(0, 1));
	const first = tracks[0];
	if (first === undefined) return undefined;
	const rateHz = first.sampleRateHz;
	const keep = codec === 'pcm-s16' || (codec !== 'opus' && KEPT_RATES.has(rateHz));
	return {
		sampleRateHz: keep && tracks.every((track) => track.sampleRateHz === rateHz) ? rateHz : 48000,
		channels: tracks.every(({ channels }) => channels === 1) ? 1 : 2,
	};
}

/** The rate that key frames are spaced and encoder levels are reckoned by. */
export function rateHintOf(task: ExportTask, io: GraphIo) {
	const piece = present(task.pieces[0], 'the first piece');
	const video = present(io.factsOf(piece.media).video, 'the picture');
	return { fps: video.fps, variable: video.variableRate || task.pieces.length > 1 };
}
