import type { AudioTask, EncodedVideo, ExportTask, VideoTask } from '../export/export-task.ts';
import type { SoundShape } from './ffmpeg-filters.ts';
import { hardwareOf, hardwareQuality, type HardwareEncoder } from './ffmpeg-hardware.ts';
import type { Rational } from '../time/rational.ts';

export type SoftwareEncoder = 'libx264' | 'libx265' | 'libvpx-vp9' | 'libsvtav1' | 'libaom-av1';
export type FfmpegEncoder = SoftwareEncoder | HardwareEncoder;

/** What an encoder is told; a limit of the file's size was turned into a bitrate before. */
type Quality = { readonly crf: number } | { readonly bitrate: number };

export interface EncoderOptions {
	/** Defaults to libx264 for AVC, libx265 for HEVC, libvpx-vp9 for VP9, libsvtav1 for AV1. */
	readonly encoder?: FfmpegEncoder;
	/** Of a hardware encoder that wants one: the render node, such as /dev/dri/renderD128. */
	readonly device?: string;
	/** x264's preset name, or the speed number of the others. Defaults to veryfast, 5, 8 and 6. */
	readonly preset?: string;
	/** Threads of each decoder and encoder. Defaults to ffmpeg's own choice. */
	readonly threads?: number;
}

const ENCODER_OF = { avc: 'libx264', hevc: 'libx265', vp9: 'libvpx-vp9', av1: 'libsvtav1' } as const satisfies Record<
	string,
	FfmpegEncoder
>;

const STANDARD_RANGE = [
	...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
] as const;

/** Interval between key frames, in seconds: shorter seeks better, grows the file. */
const KEY_INTERVAL_S = 2;

/**
 * The picture's encoder, with every frame at its own time. `source` is the rate of what goes in. The number of frames is the filters'
 * business: with `-frames:v` ffmpeg stops the sound as soon as the picture has ended.
 */
export function encoderArgs(
	task: EncodedVideo & { readonly quality: Quality },
	source: { readonly fps: Rational; readonly variable: boolean },
	options: EncoderOptions,
): string[] {
	const encoder = options.encoder ?? ENCODER_OF[task.codec];
	const fps = task.rate === 'source' ? source.fps : task.rate;
	const timebase = timebaseOf(task.rate, source);
	const keyFrames = Math.max(1, Math.round((KEY_INTERVAL_S * fps.num) / fps.den));
	return [
		...['-c:v', encoder, ...qualityOf(encoder, task.quality, options.preset)],
		// Pictures that were brought to a device have no other format.
		...(hardwareOf(encoder) === undefined ? ['-pix_fmt', task.hdr === 'keep' ? 'yuv420p10le' : 'yuv420p'] : []),
		...['-g', `${keyFrames}`],
		...(encoder === 'libx264' ? ['-x264-params', `fps=${fps.num}/${fps.den}`] : []),
		...(options.threads === undefined ? [] : ['-threads:v', `${options.threads}`]),
		// The frames of a high dynamic range say themselves which it is.
		...(task.hdr === 'keep' ? [] : STANDARD_RANGE),
		...['-fps_mode:v', 'passthrough', '-enc_time_base:v', `${timebase.num}/${timebase.den}`],
		...(task.kind === 'mp4' ? ['-video_track_timescale', `${timebase.den}`] : []),
		...(task.kind === 'mp4' && isUneven(task.rate, source) ? lengthArgs(fps, timebase) : []),
	];
}

/** Where no rate tells how long a frame lasts, the edit of an MP4 would end with the start of its last frame, and hide it. */
const lengthArgs = (fps: Rational, timebase: Rational): string[] => [
	'-bsf:v',
	`setts=pts=PTS:dts=DTS:duration=${Math.max(1, Math.round((timebase.den * fps.den) / fps.num))}`,
];

const isUneven = (rate: EncodedVideo['rate'], source: { readonly variable: boolean }): boolean =>
	rate === 'source' && source.variable;

/** The unit of output timestamps: one in which even rates are exact, and 1/90000 s for uneven ones. */
function timebaseOf(
	rate: EncodedVideo['rate'],
	source: { readonly fps: Rational; readonly variable: boolean },
): Rational {
	if (isUneven(rate, source)) return { num: 1, den: 90_000 };
	const { num } = rate === 'source' ? source.fps : rate;
	return { num: 1, den: num * Math.max(1, Math.ceil(15_000 / num)) };
}

function qualityOf(encoder: FfmpegEncoder, quality: Quality, preset: string | undefined): string[] {
	return isHardware(encoder)
		? hardwareQuality(encoder, quality)
		: [...speedArgs(encoder, preset), ...qualityArgs(encoder, quality)];
}

const isHardware = (encoder: FfmpegEncoder): encoder is HardwareEncoder => hardwareOf(encoder) !== undefined;

function speedArgs(encoder: SoftwareEncoder, preset: string | undefined): string[] {
	switch (encoder) {
		case 'libx264':
			return ['-preset', preset ?? 'veryfast'];
		case 'libx265':
			return ['-preset', preset ?? 'veryfast', '-tag:v', 'hvc1', '-x265-params', 'log-level=error'];
		case 'libvpx-vp9':
			return ['-deadline', 'good', '-cpu-used', preset ?? '5', '-row-mt', '1'];
		case 'libsvtav1':
			return ['-preset', preset ?? '8'];
		case 'libaom-av1':
			return ['-cpu-used', preset ?? '6', '-row-mt', '1'];
	}
}

function qualityArgs(encoder: SoftwareEncoder, quality: Quality): string[] {
	if ('bitrate' in quality) {
		const { bitrate } = quality;
		const limits = ['-maxrate', `${Math.round(bitrate * 1.5)}`, '-bufsize', `${bitrate * 2}`];
		return ['-b:v', `${bitrate}`, ...(encoder === 'libx264' ? limits : [])];
	}
	// The others count to 63; the same share of the scale looks about the same.
	if (encoder === 'libx264' || encoder === 'libx265') return ['-crf', `${quality.crf}`];
	return ['-crf', `${Math.round((quality.crf * 63) / 51)}`, '-b:v', '0'];
}

/** The encoder of pictures that are files of their own; all of them decode alone. */
export function picturesArgs({ format, quality }: Extract<VideoTask, { kind: 'frames' }>): string[] {
	const times = ['-fps_mode:v', 'passthrough'];
	switch (format) {
		case 'webp':
			return ['-c:v', 'libwebp', '-quality', `${quality}`, '-compression_level', '1', '-pix_fmt', 'yuv420p', ...times];
		case 'png':
			return ['-c:v', 'png', '-pred', 'mixed', '-pix_fmt', 'rgb24', ...times];
		case 'jpeg': {
			// 2 is the best of this encoder's scale, 31 the worst; 100 and 1 on ours.
			const scale = Math.max(2, Math.round(31 - 0.29 * quality));
			return ['-c:v', 'mjpeg', '-q:v', `${scale}`, '-pix_fmt', 'yuvj420p', ...times];
		}
	}
}

/** Frames last whole hundredths of a second: that is what GIF counts in. */
export const gifArgs = (): string[] => ['-c:v', 'gif', '-fps_mode:v', 'passthrough', '-enc_time_base:v', '1/100'];

/** 256 colours for the whole film. */
export const paletteFilters = '[picture]palettegen=stats_mode=full[palette]';
/** The film in these colours: errors are spread, and only where something moved. */
export const usePaletteFilters = '[picture][palette]paletteuse=dither=sierra2_4a:diff_mode=rectangle[gif]';

const SOUND_ENCODERS = { aac: 'aac', opus: 'libopus', 'pcm-s16': 'pcm_s16le', mp3: 'libmp3lame' } as const;

export function soundArgs(task: Extract<AudioTask, { kind: 'encode' | 'wav' }>, shape: SoundShape): string[] {
	const codec = task.kind === 'wav' ? 'pcm-s16' : task.codec;
	const bitrate = task.kind === 'wav' || codec === 'pcm-s16' ? [] : ['-b:a', `${task.bitrate}`];
	return ['-c:a', SOUND_ENCODERS[codec], ...bitrate, '-ar', `${shape.sampleRateHz}`, '-ac', `${shape.channels}`];
}

/** How pictures of their own leave ffmpeg: as files of a folder, or one after the other in one file, each with its own length inside. */
export type PicturesAs = 'folder' | 'stream';

export function muxerArgs(
	container: ExportTask['container'],
	output: string,
	pictures?: { readonly as: PicturesAs; readonly extension: string },
): string[] {
	const common = ['-map_metadata', '-1', '-map_chapters', '-1', '-max_muxing_queue_size', '4096'];
	if (container === 'frames' && pictures?.as === 'folder') {
		return [...common, '-f', 'image2', '-start_number', '1', `${output}/frame_%04d.${pictures.extension}`];
	}
	return [...common, ...formatArgs(container), output];
}

function formatArgs(container: ExportTask['container']): string[] {
	switch (container) {
		case 'mp4':
			return ['-movflags', '+faststart', '-f', 'mp4'];
		case 'mov':
			return ['-movflags', '+faststart', '-f', 'mov'];
		case 'mkv':
			return ['-f', 'matroska'];
		case 'webm':
			// What Opus needs to swing in stands before 0, where the container has a place for it: the picture is not moved for that.
			return ['-avoid_negative_ts', 'disabled', '-f', 'webm'];
		case 'gif':
			return ['-loop', '0', '-f', 'gif'];
		case 'frames':
			return ['-f', 'image2pipe'];
		default:
			return ['-f', container];
	}
}
