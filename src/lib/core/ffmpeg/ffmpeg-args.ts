import { videoBitrate } from '../export/export-estimate.ts';
import type { EncodedVideo, ExportTask } from '../export/export-task.ts';
import { copyArgs } from './ffmpeg-copy.ts';
import {
	encoderArgs,
	gifArgs,
	muxerArgs,
	paletteFilters,
	picturesArgs,
	soundArgs,
	usePaletteFilters,
	type EncoderOptions,
	type PicturesAs,
} from './ffmpeg-encoders.ts';
import { deviceArgs, hardwareOf, uploadFilters } from './ffmpeg-hardware.ts';
import { decimal, type PictureTask } from './ffmpeg-filters.ts';
import { pictureGraph, rateHintOf, soundGraph, soundShape, type GraphIo, type Open } from './ffmpeg-graphs.ts';
import type { Fingerprint } from '../media/fingerprint.ts';
import { pictureExtension } from '../export/output-file-name.ts';
import { InvariantError, present } from '../result.ts';

export { PICTURE_TRACK } from './ffmpeg-graphs.ts';

/** Where ffmpeg finds and leaves files. Names go to its `file:` protocol only. Without an index, frames are told apart by time alone. */
export interface FfmpegIo extends GraphIo {
	readonly inputs: Readonly<Record<Fingerprint, FfmpegInput>>;
	/** What this step makes: a file, or the folder of pictures. */
	readonly output: string;
	/** What the step `palette` has made; for a GIF. */
	readonly palette?: string;
}

/** What one run of ffmpeg makes of a task: the output itself, before it a GIF's palette, after it the WAV beside pictures. */
export type FfmpegStep = 'palette' | 'output' | 'sound';

export interface FfmpegOptions extends EncoderOptions {
	/** A file, or `pipe:1`, that gets `key=value` lines four times a second. */
	readonly progress?: string;
	/** Defaults to `output`. */
	readonly step?: FfmpegStep;
	/** Defaults to `folder`. */
	readonly pictures?: PicturesAs;
	/** A copy ends with its last frame as stored, not when its time is over: for spans that end where the file can be divided. */
	readonly countCopied?: boolean;
}

/** The runs that a task takes, in order. */
export function ffmpegSteps({ video, audio }: ExportTask): readonly FfmpegStep[] {
	if (video.kind === 'gif') return ['palette', 'output'];
	return video.kind === 'frames' && audio.kind === 'wav' ? ['output', 'sound'] : ['output'];
}

/** Demuxers of single media files. Playlists and picture lists are not among them: they may name other files. */
const DEMUXERS =
	'mov,matroska,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,wav,mp3,aac,flac,m4v,h264,hevc,ivf,obu,dv,mxf,rm,nut,gif,w64,aiff,caf,ac3,eac3,amr';

/** The name of a file, or an address of our own on this machine that hands one out. */
export type FfmpegInput = string | { readonly loopback: string };

/** What every input of ours is opened with: no other protocol, no list of further files. HTTP is open to an address of our own only. */
export const inputArgs = (input: FfmpegInput): string[] => [
	...['-protocol_whitelist', typeof input === 'string' ? 'file,pipe' : 'http,tcp'],
	...['-format_whitelist', DEMUXERS],
	...['-i', typeof input === 'string' ? `file:${input}` : input.loopback],
];

/** What every run of ours starts with. */
export const GLOBAL_ARGS = ['-hide_banner', '-nostdin', '-y', '-nostats', '-loglevel', 'warning'] as const;

/**
 * The arguments with which ffmpeg (5.1 or later; native or wasm) makes a step of `task`: exactly its frames, sample-exact sound, one output.
 *
 * The file's own timestamps are kept up to the filters (`-copyts`), where they are compared as whole microseconds; seeking only saves
 * time and decides nothing. Pure: the same task gives the same arguments. Throws `InvariantError` for a task that `assess` refuses.
 */
export function ffmpegArgs(task: ExportTask, io: FfmpegIo, options: FfmpegOptions = {}): string[] {
	const progress = options.progress === undefined ? [] : ['-progress', options.progress, '-stats_period', '0.25'];
	if (task.video.kind === 'copy' || task.audio.kind === 'copy')
		return [...GLOBAL_ARGS, ...progress, ...copied(task, io, options)];
	const inputs: string[] = [];
	let count = 0;
	const threads = options.threads === undefined ? [] : ['-threads', `${options.threads}`];
	const open: Open = (media, seekS, leaveOut) => {
		const seek = seekS === undefined ? [] : ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', decimal(seekS)];
		inputs.push(...seek, ...leaveOut, ...threads, ...inputArgs(present(io.inputs[media], `the input ${media}`)));
		return count++;
	};
	const step = options.step ?? 'output';
	const hardware = hardwareFor(task, options);
	const graph: string[] = [];
	const tail: string[] = [];
	if (step !== 'sound' && task.video.kind !== 'none') {
		graph.push(...pictureGraph(task, task.video, io, open));
		if (hardware !== undefined) graph.push(`[picture]${uploadFilters(hardware.family).join(',')}[uploaded]`);
		tail.push(...pictureTail(task, task.video, io, options));
		if (step === 'palette') graph.push(paletteFilters);
		else if (task.video.kind === 'gif') {
			inputs.push('-f', 'png_pipe', '-i', `file:${present(io.palette, 'the palette')}`);
			graph.push(usePaletteFilters.replace('[palette]', `[${count++}:v]`));
		}
	}
	const shape = soundShape(task, io);
	const { audio } = task;
	const sounds = step === 'sound' || (step === 'output' && audio.kind === 'encode');
	if (sounds && shape !== undefined && (audio.kind === 'encode' || audio.kind === 'wav')) {
		graph.push(...soundGraph(task, shape, io, open));
		tail.push('-map', '[sound]', ...soundArgs(audio, shape));
	}
	if (graph.length === 0) throw new InvariantError(`task ${task.id} has neither picture nor sound`);
	const output = `file:${io.output}`;
	return [
		...GLOBAL_ARGS,
		...progress,
		'-copyts',
		...(hardware === undefined ? [] : deviceArgs(hardware.family, options.device)),
		...inputs,
		...['-filter_complex', graph.join(';')],
		...tail,
		...(step === 'palette'
			? ['-f', 'image2pipe', output]
			: step === 'sound'
				? muxerArgs('wav', output)
				: muxerArgs(muxedAs(task), output, picturesOf(task, options))),
	];
}

/** Before 6.1, ffmpeg has no name for PCM in MP4; QuickTime's, which every reader of MP4 knows, has always been there. */
const muxedAs = ({ container, audio }: ExportTask): ExportTask['container'] =>
	container === 'mp4' && audio.kind === 'encode' && audio.codec === 'pcm-s16' ? 'mov' : container;

/** The hardware that encodes the picture, where some does. */
const hardwareFor = ({ video }: ExportTask, { encoder }: FfmpegOptions) =>
	encoder !== undefined && (video.kind === 'mp4' || video.kind === 'webm') ? hardwareOf(encoder) : undefined;

/** How the pictures are mapped and encoded. */
function pictureTail(task: ExportTask, video: PictureTask, io: FfmpegIo, options: FfmpegOptions): string[] {
	switch (video.kind) {
		case 'gif':
			return options.step === 'palette'
				? ['-map', '[palette]', '-c:v', 'png', '-frames:v', '1']
				: ['-map', '[gif]', ...gifArgs()];
		case 'frames':
			return ['-map', '[picture]', ...picturesArgs(video)];
		case 'mp4':
		case 'webm': {
			const plain = { ...video, quality: plainQuality(task, video) };
			const picture = hardwareFor(task, options) === undefined ? '[picture]' : '[uploaded]';
			return ['-map', picture, ...encoderArgs(plain, rateHintOf(task, io), options)];
		}
	}
}

/** A limit of the file's size becomes the bitrate that keeps it. */
const plainQuality = (task: ExportTask, { quality }: EncodedVideo) =>
	'maxBytes' in quality ? { bitrate: videoBitrate(task) } : quality;

const picturesOf = ({ video }: ExportTask, { pictures = 'folder' }: FfmpegOptions) =>
	video.kind === 'frames' ? { as: pictures, extension: pictureExtension(video.format) } : undefined;

function copied(task: ExportTask, io: FfmpegIo, { countCopied = false }: FfmpegOptions): string[] {
	const [piece] = task.pieces;
	const exact = task.video.kind === 'copy' && task.video.exact;
	const encodes = (task.video.kind !== 'copy' && task.video.kind !== 'none') || task.audio.kind === 'encode';
	if (piece === undefined || task.pieces.length > 1 || exact || encodes) {
		throw new InvariantError(`task ${task.id} is no plain copy of one piece`);
	}
	const { before, after } = copyArgs(task, io.factsOf(piece.media), io.indexOf?.(piece.media));
	const name = present(io.inputs[piece.media], `the input ${piece.media}`);
	const counted = countCopied && task.video.kind === 'copy' ? ['-frames:v', `${task.video.frames}`] : [];
	return [...before, ...inputArgs(name), ...after, ...counted, ...muxerArgs(task.container, `file:${io.output}`)];
}

/**
 * Moves the filter graph out of `args` into a file at `path`, for graphs that are longer than an argument may be. Gives what the file must hold.
 */
export function withGraphFile(args: readonly string[], path: string): { args: string[]; graph: string } | undefined {
	const at = args.indexOf('-filter_complex');
	const graph = args[at + 1];
	if (at === -1 || graph === undefined) return undefined;
	return { args: [...args.slice(0, at), '-filter_complex_script', path, ...args.slice(at + 2)], graph };
}
