import { GLOBAL_ARGS, inputArgs, PICTURE_TRACK, type FfmpegInput } from '../ffmpeg/ffmpeg-args.ts';
import { decimal } from '../ffmpeg/ffmpeg-filters.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { err, ok, type Result } from '../result.ts';

export interface FastClip {
	readonly format: 'mp4' | 'webm';
	/** On the file's own timeline, in seconds. */
	readonly inS: number;
	readonly outS: number;
	/** Frames are stored in another order than they are shown. */
	readonly reorders: boolean;
}

/** What goes into a container as it is, and what every player of it decodes. */
const PICTURES = {
	mp4: new Set(['avc', 'hevc', 'av1', 'mpeg4', 'vp9']),
	webm: new Set(['vp8', 'vp9', 'av1']),
} as const;
const SOUNDS = { mp4: new Set(['aac', 'mp3']), webm: new Set(['opus', 'vorbis']) } as const;
/** ffmpeg moves a seek back by this much where it fears that frames are stored out of order, in seconds. */
const SEEK_BACK_S = 3 / 23;
/** There, it goes by the time at which frames are shown. */
const SEEKS_BY_PICTURE = new Set(['mp4', 'mov']);
/** More than a timestamp is rounded by, less than a frame. */
const SLACK_S = 0.0015;

/** Why packets of this film cannot be put into such a file, and what to do instead; undefined when they can. */
export function cannotCopy(format: FastClip['format'], { name, video }: MediaFacts): string | undefined {
	if (video === undefined) return `“${name}” has no picture to copy. Choose MP3.`;
	if (PICTURES[format].has(video.codec)) return undefined;
	return `The picture of “${name}” cannot be put into ${format === 'mp4' ? 'an MP4' : 'a WebM'} as it is. Choose a precise clip.`;
}

/**
 * Copies the packets from the key frame at or before IN; sound that players of the format do not know is encoded. The same run lists the packets with
 * their times in the file on `pipe:1`: nothing has to be read twice to know what came out.
 */
export function fastClipArgs(
	{ format, inS, outS, reorders }: FastClip,
	facts: MediaFacts,
	input: FfmpegInput,
	output: string,
): Result<string[], string> {
	const problem = cannotCopy(format, facts);
	if (problem !== undefined) return err(problem);
	const isPlain = SEEKS_BY_PICTURE.has(facts.container) || !reorders;
	const seekS = inS + SLACK_S + (isPlain ? 0 : SEEK_BACK_S);
	const sound = facts.audio[0];
	const audio =
		sound === undefined
			? ['-an']
			: SOUNDS[format].has(sound.codec)
				? ['-map', '0:a:0', '-c:a', 'copy']
				: ['-map', '0:a:0', '-c:a', format === 'mp4' ? 'aac' : 'libopus', '-b:a', '192k', '-ac', '2'];
	const until = ['-to', decimal(outS)];
	return ok([
		...GLOBAL_ARGS,
		...['-progress', 'pipe:3', '-stats_period', '0.25', '-copyts'],
		...(inS <= facts.firstTimestampS + SLACK_S ? [] : ['-seek_timestamp', '1', '-ss', decimal(seekS)]),
		...['-sn', '-dn', ...inputArgs(input)],
		...[...until, '-map', `0:${PICTURE_TRACK}`, '-c:v', 'copy', ...audio],
		...(facts.video?.codec === 'hevc' ? ['-tag:v', 'hvc1'] : []),
		...['-avoid_negative_ts', 'make_zero', '-map_metadata', '-1', '-map_chapters', '-1'],
		...(format === 'mp4' ? ['-movflags', '+faststart'] : []),
		...['-f', format, `file:${output}`],
		...[...until, '-map', `0:${PICTURE_TRACK}`, '-c:v', 'copy', '-f', 'framecrc', 'pipe:1'],
	]);
}

/** What a copy holds, read from the list that was written with it. */
export class CopiedPackets {
	#timebase = 1;
	#firstPts = Infinity;
	#endPts = -Infinity;
	#key: boolean | undefined;
	frames = 0;

	/** A line of `framecrc`: stream, dts, pts, duration, bytes, sum, and flags where it is no key frame. */
	add(line: string): void {
		const base = /^#tb 0: (\d+)\/(\d+)/u.exec(line);
		if (base !== null) this.#timebase = Number(base[1]) / Number(base[2]);
		if (line.startsWith('#')) return;
		const fields = line.split(',').map((field) => field.trim());
		const [pts, duration] = [Number(fields[2]), Number(fields[3])];
		if (!Number.isFinite(pts)) return;
		this.#key ??= !fields.some((field) => field.startsWith('F='));
		this.#firstPts = Math.min(this.#firstPts, pts);
		this.#endPts = Math.max(this.#endPts, pts + (Number.isFinite(duration) ? duration : 0));
		this.frames += 1;
	}

	/** Half-open, in seconds on the file's own timeline; undefined when nothing came, or not from a key frame on. */
	get span(): { readonly inS: number; readonly outS: number } | undefined {
		if (this.frames === 0 || this.#key !== true) return undefined;
		return { inS: this.#firstPts * this.#timebase, outS: this.#endPts * this.#timebase };
	}
}
