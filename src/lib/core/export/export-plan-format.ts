import type { Size } from '../crop/crop.ts';
import type { ExportFormat, ExportSettings } from './export-settings.ts';
import type { AudioTask, Container, PlanNote, VideoTask } from './export-task.ts';
import { framesIn, type FrameIndex } from '../time/frame-index.ts';
import { gifRate } from './gif-rate.ts';
import type { MediaFacts, VideoFacts } from '../media/media-facts.ts';
import { toNumber } from '../time/rational.ts';

/** A picture that is made, whichever way. */
export type MadeVideo = Extract<VideoTask, { rate: unknown }>;

const PICTURE_QUALITY = 92;
/** Most pictures a second in a GIF of one clip: more make it large, and not all viewers keep up. */
const GIF_MOST_FPS = 20;

/** A picture with its sound in one file. */
export const isPictureFile = (format: ExportFormat): format is 'mp4' | 'webm' => format === 'mp4' || format === 'webm';
export const isSoundFile = (format: ExportFormat): format is 'm4a' | 'mp3' | 'wav' =>
	format === 'm4a' || format === 'mp3' || format === 'wav';
export const holdsSoundAlone = (format: ExportFormat): boolean => isPictureFile(format) || isSoundFile(format);

export const containerOf = (format: ExportFormat): Container => (format === 'm4a' ? 'mp4' : format);

/** Extension of a file in `container`, without the dot; none for a folder of pictures. */
export const extensionOf = (container: Container, hasPicture: boolean): string =>
	container === 'frames' ? '' : container === 'mp4' && !hasPicture ? 'm4a' : container;

/** Why there is nothing to put into a file of this format. */
export function nothingLeft({ name, video, audio }: MediaFacts, format: ExportFormat): string {
	if (video === undefined && !holdsSoundAlone(format)) return `${name} has no picture. Choose a format for sound.`;
	if (audio.length === 0) return `${name} has no sound. Choose a format with a picture.`;
	return video === undefined || isSoundFile(format)
		? `Nothing is left of ${name} when the sound is off. Turn the sound on.`
		: `${name} has nothing to keep.`;
}

/** Whether a high dynamic range stays: asked for, there, and in a codec that carries it everywhere. */
export const keepsHdr = ({ hdr }: VideoFacts, { format, mp4Codec = 'avc', hdr: wish }: ExportSettings): boolean =>
	hdr && wish === 'keep' && format === 'mp4' && mp4Codec !== 'avc';

export function videoTask(
	facts: VideoFacts,
	size: Size,
	span: { readonly inS: number; readonly outS: number },
	index: FrameIndex | undefined,
	settings: ExportSettings,
): MadeVideo {
	const { format, scaling } = settings;
	const kept =
		index === undefined
			? Math.round((span.outS - span.inS) * toNumber(facts.fps))
			: framesIn(index, span.inS, span.outS);
	const ownRate = settings.rate === 'source' ? facts.fps : settings.rate;
	const rate = format === 'gif' ? gifRate(ownRate, GIF_MOST_FPS) : settings.rate;
	const constant = rate === 'source' ? kept : Math.max(1, Math.round((span.outS - span.inS) * toNumber(rate)));
	const frames = kept === 0 ? 0 : constant;
	if (format === 'gif') return { kind: 'gif', size, rate: gifRate(ownRate, GIF_MOST_FPS), frames, scaling };
	if (format === 'frames') {
		const { pictureFormat = 'webp', pictureQuality = PICTURE_QUALITY } = settings;
		return { kind: 'frames', format: pictureFormat, quality: pictureQuality, size, rate, frames, scaling };
	}
	const kind = format === 'webm' ? 'webm' : 'mp4';
	const codec = kind === 'mp4' ? (settings.mp4Codec ?? 'avc') : settings.webmCodec;
	const hdr = keepsHdr(facts, settings) ? { hdr: 'keep' as const } : {};
	return { kind, codec, ...hdr, size, rate, frames, quality: settings.quality, scaling };
}

export function audioTask(facts: MediaFacts, settings: ExportSettings, notes: PlanNote[]): AudioTask {
	const { format, audio, audioBitrate: bitrate } = settings;
	// A format for sound alone is a wish for sound.
	if (format === 'gif' || (audio === 'off' && !isSoundFile(format))) return { kind: 'none' };
	if (facts.audio.length === 0) {
		if (!isSoundFile(format)) notes.push({ kind: 'info', text: `${facts.name} has no sound, so the clip has none.` });
		return { kind: 'none' };
	}
	if (facts.audio.length > 1)
		notes.push({ kind: 'info', text: `${facts.name} has ${facts.audio.length} sound tracks; the first is used.` });
	if (format === 'frames') return { kind: 'wav' };
	const codec = ({ mp4: 'aac', m4a: 'aac', webm: 'opus', mp3: 'mp3', wav: 'pcm-s16' } as const)[format];
	return { kind: 'encode', codec, bitrate };
}
