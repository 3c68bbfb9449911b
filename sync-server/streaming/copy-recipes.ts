import type { Quality } from '#contract/streaming';
import { GLOBAL_ARGS, inputArgs } from '#core/ffmpeg/ffmpeg-args';
import { COPY_BOXES, type CopyBox, fitInto } from '#core/media/copy-size';
import type { MediaFacts } from '#core/media/media-facts';
import { pictureFilters } from './picture-filters.ts';

interface Tier {
	readonly box: CopyBox;
	/** Bits a second. */
	readonly bitrate: number;
	readonly audioBitrate: number;
}

export const TIERS: Readonly<Record<Quality, Tier>> = {
	potato: { box: COPY_BOXES.potato, bitrate: 500_000, audioBitrate: 64_000 },
	low: { box: COPY_BOXES.low, bitrate: 2_000_000, audioBitrate: 128_000 },
	medium: { box: COPY_BOXES.medium, bitrate: 5_000_000, audioBitrate: 160_000 },
	high: { box: COPY_BOXES.high, bitrate: 10_000_000, audioBitrate: 192_000 },
};

/** Codecs that browsers play, in a container that they read. */
const PLAYED_VIDEO = new Set(['avc', 'vp9', 'av1']);
const PLAYED_AUDIO = new Set(['aac', 'mp3', 'opus', 'flac']);
/** Key frames are so far apart, in seconds: seeking in a copy is quick. */
const GOP_S = 2;

export type CopyKind = Quality | 'audio';

/** How a copy is made. */
export interface CopyRecipe {
	readonly how: 'copy' | 'encode';
	/** Changes with whatever changes the bytes. */
	readonly name: string;
	readonly ending: string;
	readonly contentType: string;
	/** A guess, to make room for. */
	readonly expectedBytes: number;
	/** Without what is global to every run. */
	readonly args: (input: string, output: string) => string[];
}

/** Undefined when the file has nothing that such a copy could hold. */
export function copyRecipe(kind: CopyKind, facts: MediaFacts): CopyRecipe | undefined {
	return kind === 'audio' ? soundRecipe(facts) : filmRecipe(kind, facts);
}

function filmRecipe(quality: Quality, facts: MediaFacts): CopyRecipe | undefined {
	const { video, audio, durationS } = facts;
	if (video === undefined) return undefined;
	const tier = TIERS[quality];
	const keepsPicture =
		quality === 'high' && PLAYED_VIDEO.has(video.codec) && (video.bitDepth ?? 8) === 8 && !video.hdr && isPlain(facts);
	const [sound] = audio;
	const keepsSound = keepsPicture && sound !== undefined && PLAYED_AUDIO.has(sound.codec);
	const size = fitInto(video, tier.box);
	const picture = keepsPicture
		? ['-c:v', 'copy']
		: [...['-vf', pictureFilters(video, size), '-fps_mode', 'passthrough'], ...encoder(tier.bitrate, rateOf(facts))];
	const bits = (tier.bitrate + tier.audioBitrate) * durationS;
	return {
		how: keepsPicture ? 'copy' : 'encode',
		name: `copy-1-${quality}-${keepsPicture ? 'copy' : `${size.width}x${size.height}`}`,
		ending: '.mp4',
		contentType: 'video/mp4',
		expectedBytes: Math.ceil(keepsPicture ? facts.bytes : bits / 8),
		args: (input, output) => [
			...[...inputArgs(input), '-map', '0:v:0', '-map', '0:a:0?'],
			...[...bare, ...picture, ...(keepsSound ? ['-c:a', 'copy'] : aac(tier.audioBitrate))],
			...['-max_muxing_queue_size', '1024', '-movflags', '+faststart', '-f', 'mp4', `file:${output}`],
		],
	};
}

function soundRecipe({ audio, durationS }: MediaFacts): CopyRecipe | undefined {
	const [sound] = audio;
	if (sound === undefined) return undefined;
	const keeps = PLAYED_AUDIO.has(sound.codec);
	return {
		how: keeps ? 'copy' : 'encode',
		name: `audio-1-${keeps ? 'copy' : 'aac'}`,
		ending: '.m4a',
		contentType: 'audio/mp4',
		expectedBytes: Math.ceil((durationS * 320_000) / 8),
		args: (input, output) => [
			...[...inputArgs(input), '-map', '0:a:0', '-vn', ...bare, ...(keeps ? ['-c:a', 'copy'] : aac(160_000))],
			...['-movflags', '+faststart', '-f', 'mp4', `file:${output}`],
		],
	};
}

/** Nothing but picture and sound: no subtitles, data, chapters, names of places and people. */
const bare = ['-sn', '-dn', '-map_metadata', '-1', '-map_chapters', '-1'];

const aac = (bitrate: number): string[] => ['-c:a', 'aac', '-b:a', `${bitrate}`, '-ac', '2', '-ar', '48000'];

const rateOf = ({ video }: MediaFacts): number => (video === undefined ? 30 : video.fps.num / video.fps.den);

export const encoder = (bitrate: number, fps: number): string[] => [
	...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high'],
	...['-b:v', `${bitrate}`, '-maxrate', `${1.5 * bitrate}`, '-bufsize', `${2 * bitrate}`],
	// A clock that all usual rates divide: by default ffmpeg moves frames of a variable rate onto a grid.
	...['-enc_time_base:v', '1:90000', '-video_track_timescale', '90000'],
	...['-g', `${Math.max(1, Math.round(GOP_S * Math.min(120, Math.max(1, fps))))}`],
];

export { aac, bare, rateOf };

/** Square pixels in a container whose packets an MP4 takes as they are. */
const isPlain = ({ container }: MediaFacts): boolean => ['mp4', 'mov', 'mkv', 'webm'].includes(container);

/** All of a run that makes a copy. */
export const copyArgs = (recipe: CopyRecipe, input: string, output: string): string[] => [
	...[...GLOBAL_ARGS, '-progress', 'pipe:3', '-stats_period', '0.5'],
	...recipe.args(input, output),
];
