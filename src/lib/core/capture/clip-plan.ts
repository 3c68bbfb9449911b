import type { Size } from '../crop/crop.ts';
import type { AudioTask, ExportTask, VideoTask } from '../export/export-task.ts';
import { gifRate } from '../export/gif-rate.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { err, ok, type Result } from '../result.ts';
import { frameAt, framesBefore, timeOfFrame, type FrameIndex } from '../time/frame-index.ts';
import { toNumber } from '../time/rational.ts';
import { pictureOfCapture, type PictureWish } from './capture-picture.ts';
import { crfOf, GIF_MOST_FPS, GIF_SHORT_SIDE, SOUND_BITRATE } from './capture-quality.ts';

export interface ClipWish extends PictureWish {
	readonly id: string;
	readonly name: string;
	readonly format: 'mp4' | 'webm' | 'gif' | 'mp3';
	/** 1..100. */
	readonly quality: number;
	/** On the file's own timeline, in seconds. */
	readonly inS: number;
	readonly outS: number;
}

/**
 * The task of a clip that is encoded: from the frame on screen at IN to the last one that starts before OUT. `index` need only hold the frames around
 * the span.
 */
export function planClip(wish: ClipWish, facts: MediaFacts, index: FrameIndex | undefined): Result<ExportTask, string> {
	const { id, name, format, inS, outS } = wish;
	const { video, audio: tracks } = facts;
	const output = { name, extension: format, overwrite: false };
	const whole = { x: 0, y: 0, width: 2, height: 2 };
	if (format === 'mp3') {
		if (tracks.length === 0) return err(`“${facts.name}” has no sound. Choose a format with a picture.`);
		return ok({
			...{ id, container: 'mp3', output, durationS: outS - inS },
			pieces: [{ media: facts.fingerprint, inS, outS, crop: whole }],
			video: { kind: 'none' },
			audio: { kind: 'encode', codec: 'mp3', bitrate: SOUND_BITRATE.mp3 },
		});
	}
	if (video === undefined || index === undefined) return err(`“${facts.name}” has no picture. Choose MP3.`);
	const first = frameAt(index, inS);
	const end = Math.max(first + 1, framesBefore(index, outS));
	const span = { inS: timeOfFrame(index, first), outS: timeOfFrame(index, end) };
	const shortSide = wish.shortSide ?? (format === 'gif' ? GIF_SHORT_SIDE : undefined);
	const { crop, size } = pictureOfCapture({ crop: wish.crop, shortSide }, video);
	const audio: AudioTask =
		format === 'gif' || tracks.length === 0
			? { kind: 'none' }
			: { kind: 'encode', codec: format === 'webm' ? 'opus' : 'aac', bitrate: SOUND_BITRATE[format] };
	const durationS = span.outS - span.inS;
	return ok({
		...{ id, container: format, output, durationS, audio },
		pieces: [{ media: facts.fingerprint, ...span, crop }],
		video: pictureTask(wish, size, { frames: end - first, durationS }, video.fps),
	});
}

function pictureTask(
	{ format, quality }: ClipWish,
	size: Size,
	{ frames, durationS }: { readonly frames: number; readonly durationS: number },
	fps: NonNullable<MediaFacts['video']>['fps'],
): VideoTask {
	if (format === 'gif') {
		const rate = gifRate(fps, GIF_MOST_FPS);
		return { kind: 'gif', size, rate, frames: Math.max(1, Math.round(durationS * toNumber(rate))), scaling: 'lanczos' };
	}
	const kind = format === 'webm' ? 'webm' : 'mp4';
	const codec = kind === 'webm' ? 'vp9' : 'avc';
	return { kind, codec, size, rate: 'source', frames, quality: { crf: crfOf(quality) }, scaling: 'lanczos' };
}
