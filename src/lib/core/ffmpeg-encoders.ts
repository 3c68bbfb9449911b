import type { ExportTask } from './export-task.ts';
import type { PictureTask, SoundShape } from './ffmpeg-filters.ts';
import type { Rational } from './rational.ts';

export type FfmpegEncoder = 'libx264' | 'libvpx-vp9' | 'libsvtav1' | 'libaom-av1';

/** What an encoder is told; a limit of the file's size was turned into a bitrate before. */
type Quality = { readonly crf: number } | { readonly bitrate: number };

export interface EncoderOptions {
	/** Defaults to libx264 for AVC, libvpx-vp9 for VP9, libsvtav1 for AV1. */
	readonly encoder?: FfmpegEncoder;
	/** x264's preset name, or the speed number of the others. Defaults to veryfast, 5, 8 and 6. */
	readonly preset?: string;
	/** Threads of each decoder and encoder. Defaults to ffmpeg's own choice. */
	readonly threads?: number;
}

const ENCODER_OF = { avc: 'libx264', vp9: 'libvpx-vp9', av1: 'libsvtav1' } as const satisfies Record<
	string,
	FfmpegEncoder
>;

/** Interval between key frames, in seconds: shorter seeks better, grows the file. */
const KEY_INTERVAL_S = 2;

/**
 * The picture's encoder, with every frame at its own time. `source` is the rate of what goes in. The number of frames is the filters'
 * business: with `-frames:v` ffmpeg stops the sound as soon as the picture has ended.
 */
export function encoderArgs(
	task: PictureTask & { readonly quality: Quality },
	source: { readonly fps: Rational; readonly variable: boolean },
	options: EncoderOptions,
): string[] {
	const encoder = options.encoder ?? ENCODER_OF[task.codec];
	const fps = task.rate === 'source' ? source.fps : task.rate;
	const timebase = timebaseOf(task.rate, source);
	const keyFrames = Math.max(1, Math.round((KEY_INTERVAL_S * fps.num) / fps.den));
	return [
		...['-c:v', encoder, ...speedArgs(encoder, options.preset), ...qualityArgs(encoder, task.quality)],
		...['-pix_fmt', 'yuv420p', '-g', `${keyFrames}`],
		...(encoder === 'libx264' ? ['-x264-params', `fps=${fps.num}/${fps.den}`] : []),
		...(options.threads === undefined ? [] : ['-threads:v', `${options.threads}`]),
		...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
		...['-fps_mode:v', 'passthrough', '-enc_time_base:v', `${timebase.num}/${timebase.den}`],
		...(task.kind === 'mp4' ? ['-video_track_timescale', `${timebase.den}`] : []),
	];
}

/** The unit of output timestamps: one in which even rates are exact, and 1/90000 s for uneven ones. */
function timebaseOf(
	rate: PictureTask['rate'],
	source: { readonly fps: Rational; readonly variable: boolean },
): Rational {
	if (rate === 'source' && source.variable) return { num: 1, den: 90_000 };
	const { num } = rate === 'source' ? source.fps : rate;
	return { num: 1, den: num * Math.max(1, Math.ceil(15_000 / num)) };
}

function speedArgs(encoder: FfmpegEncoder, preset: string | undefined): string[] {
	switch (encoder) {
		case 'libx264':
			return ['-preset', preset ?? 'veryfast'];
		case 'libvpx-vp9':
			return ['-deadline', 'good', '-cpu-used', preset ?? '5', '-row-mt', '1'];
		case 'libsvtav1':
			return ['-preset', preset ?? '8'];
		case 'libaom-av1':
			return ['-cpu-used', preset ?? '6', '-row-mt', '1'];
	}
}

function qualityArgs(encoder: FfmpegEncoder, quality: Quality): string[] {
	if ('bitrate' in quality) {
		const { bitrate } = quality;
		const limits = ['-maxrate', `${Math.round(bitrate * 1.5)}`, '-bufsize', `${bitrate * 2}`];
		return ['-b:v', `${bitrate}`, ...(encoder === 'libx264' ? limits : [])];
	}
	// The others count to 63; the same share of the scale looks about the same.
	if (encoder === 'libx264') return ['-crf', `${quality.crf}`];
	return ['-crf', `${Math.round((quality.crf * 63) / 51)}`, '-b:v', '0'];
}

export function soundArgs(task: Extract<ExportTask['audio'], { kind: 'encode' }>, shape: SoundShape): string[] {
	const codec = task.codec === 'aac' ? 'aac' : 'libopus';
	return ['-c:a', codec, '-b:a', `${task.bitrate}`, '-ar', `${shape.sampleRateHz}`, '-ac', `${shape.channels}`];
}

export function muxerArgs(container: ExportTask['container'], output: string): string[] {
	return [
		...['-map_metadata', '-1', '-map_chapters', '-1', '-max_muxing_queue_size', '4096'],
		...(container === 'mp4' ? ['-movflags', '+faststart', '-f', 'mp4'] : ['-f', 'webm']),
		output,
	];
}
