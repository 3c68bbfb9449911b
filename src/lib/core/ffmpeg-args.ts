import { videoBitrate } from './export-estimate.ts';
import { encodedVideo, type ExportTask } from './export-task.ts';
import { encoderArgs, muxerArgs, soundArgs, type EncoderOptions } from './ffmpeg-encoders.ts';
import {
	decimal,
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
import type { Fingerprint } from './fingerprint.ts';
import type { FrameIndex } from './frame-index.ts';
import type { MediaFacts } from './media-facts.ts';
import { InvariantError, present } from './result.ts';

/** Where ffmpeg finds and leaves files. Names go to its `file:` protocol only. */
export interface FfmpegIo {
	readonly inputs: Readonly<Record<Fingerprint, string>>;
	readonly output: string;
	readonly factsOf: (media: Fingerprint) => MediaFacts;
	/** Without an index, frames are told apart by time alone. */
	readonly indexOf?: (media: Fingerprint) => FrameIndex | undefined;
}

export interface FfmpegOptions extends EncoderOptions {
	/** A file, or `pipe:1`, that gets `key=value` lines four times a second. */
	readonly progress?: string;
}

/** Demuxers of single media files. Playlists and picture lists are not among them: they may name other files. */
const DEMUXERS =
	'mov,matroska,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,wav,mp3,aac,flac,m4v,h264,hevc,ivf,obu,dv,mxf,rm,nut,gif,w64,aiff,caf,ac3,eac3,amr';

/** Picks the first picture track; covers and thumbnails, which ffmpeg calls video too, do not count. */
export const PICTURE_TRACK = 'V:0';

/** What every input of ours is opened with: no other protocol, no list of further files. */
export const inputArgs = (name: string): string[] => [
	...['-protocol_whitelist', 'file,pipe'],
	...['-format_whitelist', DEMUXERS],
	...['-i', `file:${name}`],
];

/** What every run of ours starts with. */
export const GLOBAL_ARGS = ['-hide_banner', '-nostdin', '-y', '-nostats', '-loglevel', 'warning'] as const;

/**
 * The arguments with which ffmpeg (5.1 or later; native or wasm) makes `task`: exactly its frames, sample-exact sound, one output file.
 *
 * The file's own timestamps are kept up to the filters (`-copyts`), where they are compared as whole microseconds; seeking only saves
 * time and decides nothing. Pure: the same task gives the same arguments. Throws `InvariantError` for a task that `assess` refuses.
 */
export function ffmpegArgs(task: ExportTask, io: FfmpegIo, options: FfmpegOptions = {}): string[] {
	const inputs: string[] = [];
	let count = 0;
	const open = (media: Fingerprint, seekS: number | undefined, leaveOut: readonly string[]): number => {
		const seek = seekS === undefined ? [] : ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', decimal(seekS)];
		const threads = options.threads === undefined ? [] : ['-threads', `${options.threads}`];
		const name = present(io.inputs[media], `the input ${media}`);
		inputs.push(...seek, ...leaveOut, ...threads, ...inputArgs(name));
		return count++;
	};
	const graph: string[] = [];
	const tail: string[] = [];
	const video = encodedVideo(task);
	if (video !== undefined) {
		graph.push(...pictureGraph(task, video, io, open));
		tail.push(
			'-map',
			'[picture]',
			...encoderArgs({ ...video, quality: plainQuality(task, video) }, rateHintOf(task, io), options),
		);
	}
	const shape = soundShape(task, io);
	if (task.audio.kind === 'encode' && shape !== undefined) {
		graph.push(...soundGraph(task, shape, io, open));
		tail.push('-map', '[sound]', ...soundArgs(task.audio, shape));
	}
	if (graph.length === 0) throw new InvariantError(`task ${task.id} has neither picture nor sound`);
	return [
		...GLOBAL_ARGS,
		...(options.progress === undefined ? [] : ['-progress', options.progress, '-stats_period', '0.25']),
		'-copyts',
		...inputs,
		...['-filter_complex', graph.join(';')],
		...tail,
		...muxerArgs(task.container, `file:${io.output}`),
	];
}

/** A limit of the file's size becomes the bitrate that keeps it. */
const plainQuality = (task: ExportTask, { quality }: PictureTask) =>
	'maxBytes' in quality ? { bitrate: videoBitrate(task) } : quality;

type Open = (media: Fingerprint, seekS: number | undefined, leaveOut: readonly string[]) => number;

/** Where each piece starts in the output, in seconds, and where the last one ends. */
function startsOf(task: ExportTask): number[] {
	const starts = [0];
	for (const { inS, outS } of task.pieces) starts.push((starts.at(-1) ?? 0) + outS - inS);
	return starts;
}

function pictureGraph(task: ExportTask, video: PictureTask, io: FfmpegIo, open: Open): string[] {
	const starts = startsOf(task);
	const chains = task.pieces.map((piece, n) => {
		const facts = io.factsOf(piece.media);
		const picture = present(facts.video, `the picture of ${facts.name}`);
		const index = io.indexOf?.(piece.media);
		const input = open(piece.media, videoSeek(piece.inS, facts, index), ['-an', '-sn', '-dn']);
		const timing = pieceTiming(piece, starts[n] ?? 0, video.rate, index);
		return `[${input}:${PICTURE_TRACK}]${[...timing, ...pictureFilters(piece, picture, video)].join(',')}`;
	});
	if (video.rate !== 'source') chains.push(tailFilters(video, task.durationS).join(','));
	const rate = rateFilters(video).join(',');
	if (chains.length === 1) return [`${chains.join('')},${rate}[picture]`];
	const labels = chains.map((_, n) => `[picture${n}]`);
	// Each piece already stands at its place: the frames only have to be put in order.
	return [
		...chains.map((chain, n) => `${chain}${labels[n]}`),
		`${labels.join('')}interleave=nb_inputs=${labels.length},${rate}[picture]`,
	];
}

function soundGraph(task: ExportTask, shape: SoundShape, io: FfmpegIo, open: Open): string[] {
	const starts = startsOf(task);
	const several = task.pieces.length > 1;
	const chains = task.pieces.map((piece, n) => {
		const facts = io.factsOf(piece.media);
		const endS = several ? (starts[n + 1] ?? 0) : task.durationS;
		const samples = samplesBefore(endS, shape) - samplesBefore(starts[n] ?? 0, shape);
		const name = several ? `sound${n}` : 'sound';
		if (facts.audio.length === 0) return `${silence(samples, shape).join(',')}[${name}]`;
		const input = open(piece.media, audioSeek(piece.inS, facts), ['-vn', '-sn', '-dn']);
		return `[${input}:a:0]${soundFilters(piece, samples, shape).join(',')}[${name}]`;
	});
	if (!several) return chains;
	const joined = task.pieces.map((_, n) => `[sound${n}]`).join('');
	return [...chains, `${joined}concat=n=${task.pieces.length}:v=0:a=1[sound]`];
}

/** Rates that both AAC and players take; everything else becomes 48 kHz, and Opus knows nothing else. */
const KEPT_RATES = new Set([16000, 22050, 24000, 32000, 44100, 48000]);

/** Undefined when no piece has sound. */
function soundShape(task: ExportTask, io: FfmpegIo): SoundShape | undefined {
	if (task.audio.kind !== 'encode') return undefined;
	const tracks = task.pieces.flatMap(({ media }) => io.factsOf(media).audio.slice(0, 1));
	const first = tracks[0];
	if (first === undefined) return undefined;
	const keep = task.audio.codec === 'aac' && tracks.every((track) => track.sampleRateHz === first.sampleRateHz);
	return {
		sampleRateHz: keep && KEPT_RATES.has(first.sampleRateHz) ? first.sampleRateHz : 48000,
		channels: tracks.every(({ channels }) => channels === 1) ? 1 : 2,
	};
}

/** The rate that key frames are spaced and encoder levels are reckoned by. */
function rateHintOf(task: ExportTask, io: FfmpegIo) {
	const facts = present(task.pieces[0], 'the first piece');
	const video = present(io.factsOf(facts.media).video, 'the picture');
	return { fps: video.fps, variable: video.variableRate || task.pieces.length > 1 };
}
