import { encodedVideo, type ExportTask } from './export-task.ts';
import { toNumber } from '../time/rational.ts';

/** Bits per second that constant quality `crf` (x264 scale) tends to need; doubles every 6 steps, grows slower than the picture. */
export function bitrateOfQuality(crf: number, width: number, height: number, framesPerSecond: number): number {
	const pixels = width * height;
	const at1080p30Crf23 = 4_500_000;
	const share = (pixels / (1920 * 1080)) ** 0.8 * (framesPerSecond / 30) ** 0.7;
	return Math.round(Math.max(50_000, at1080p30Crf23 * share * 2 ** ((23 - crf) / 6)));
}

/** Frames per second of the task's picture, on average; 0 without one. */
export function videoRate({ video, durationS }: ExportTask): number {
	if (video.kind === 'none') return 0;
	return video.kind === 'copy' || video.rate === 'source' ? video.frames / durationS : toNumber(video.rate);
}

/** Share of a size limit that is left to the container and to encoders that miss their bitrate. */
const LIMIT_RESERVE = 0.06;
/** Below this, no encoder makes a picture worth looking at. */
const LEAST_BITRATE = 40_000;

/** Bits per second of the task's encoded picture: as asked, what fits, or what its constant quality tends to need; 0 when none is encoded. */
export function videoBitrate(task: ExportTask): number {
	const video = encodedVideo(task);
	if (video === undefined) return 0;
	const { quality, codec, size } = video;
	if ('bitrate' in quality) return quality.bitrate;
	if ('maxBytes' in quality) {
		const bits = (quality.maxBytes * 8 * (1 - LIMIT_RESERVE)) / task.durationS - audioBitrate(task);
		return Math.max(LEAST_BITRATE, Math.floor(bits));
	}
	const efficiency = { avc: 1, hevc: 0.65, vp9: 0.7, av1: 0.6 }[codec];
	return Math.round(bitrateOfQuality(quality.crf, size.width, size.height, videoRate(task)) * efficiency);
}

/** 48 kHz, two channels, 16 bits. */
const PCM_BITRATE = 1_536_000;

function audioBitrate({ audio }: ExportTask): number {
	if (audio.kind === 'wav') return PCM_BITRATE;
	if (audio.kind === 'copy') return 160_000;
	if (audio.kind === 'none') return 0;
	return audio.codec === 'pcm-s16' ? PCM_BITRATE : audio.bitrate;
}

/** Bits a pixel that pictures of a sequence tend to take; copied packets take what the source's do on average at such a size. */
const BITS_A_PIXEL = { webp: 1.6, jpeg: 1.6, png: 12, gif: 2.5, copy: 0.1 } as const;

function pictureBits(task: ExportTask): number {
	const { video } = task;
	if (video.kind === 'none') return 0;
	if (video.kind === 'mp4' || video.kind === 'webm') return videoBitrate(task) * task.durationS;
	const each = BITS_A_PIXEL[video.kind === 'frames' ? video.format : video.kind];
	return each * video.size.width * video.size.height * video.frames;
}

/** Bytes the finished file is likely to have; constant quality and pictures depend on what they show and may be off by half. */
export function estimateBytes(task: ExportTask): number {
	return Math.round((pictureBits(task) + audioBitrate(task) * task.durationS) / 8 + 20_000);
}
