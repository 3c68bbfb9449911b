import type { ExportTask } from './export-task.ts';
import { toNumber } from './rational.ts';

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
	return video.rate === 'source' ? video.frames / durationS : toNumber(video.rate);
}

/** Bits per second of the task's picture: as asked, or what its constant quality tends to need. */
export function videoBitrate(task: ExportTask): number {
	if (task.video.kind === 'none') return 0;
	if ('bitrate' in task.video.quality) return task.video.quality.bitrate;
	const { width, height } = task.video.size;
	const efficiency = { avc: 1, vp9: 0.7, av1: 0.6 }[task.video.codec];
	return Math.round(bitrateOfQuality(task.video.quality.crf, width, height, videoRate(task)) * efficiency);
}

/** Bytes the finished file is likely to have; constant quality depends on the picture and may be off by half. */
export function estimateBytes(task: ExportTask): number {
	const audio = task.audio.kind === 'encode' ? task.audio.bitrate : 0;
	return Math.round(((videoBitrate(task) + audio) * task.durationS) / 8 + 20_000);
}
