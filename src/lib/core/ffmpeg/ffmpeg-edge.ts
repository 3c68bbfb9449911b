import type { MediaFacts } from '../media/media-facts.ts';
import { timeOfFrame, type FrameIndex } from '../time/frame-index.ts';
import { GLOBAL_ARGS, inputArgs, PICTURE_TRACK } from './ffmpeg-args.ts';
import { decimal } from './ffmpeg-filters.ts';
import { keptSpan, videoSeek } from './ffmpeg-span.ts';

/** How frames are encoded so that a decoder takes them for the same stream as those of the file. */
export interface EdgeCoding {
	readonly codec: 'avc' | 'hevc' | 'vp9' | 'av1';
	/** The words of the encoder that keep profile and level as the file has them. */
	readonly args: readonly string[];
	/** Pixel formats that may stay as they are, the most usual first. */
	readonly formats: readonly string[];
}

const PROFILES: Readonly<Record<number, string>> = { 66: 'baseline', 77: 'main', 100: 'high' };

/** For H.264, from its configuration (ISO/IEC 14496-15 §5.3.3.1). Undefined where the encoder has no such profile. */
export function avcEdge(avcC: Uint8Array): EdgeCoding | undefined {
	const profile = PROFILES[avcC[1] ?? 0];
	const level = avcC[3] ?? 0;
	if (profile === undefined || level < 10) return undefined;
	const matched = ['-profile:v', profile, '-level:v', `${Math.floor(level / 10)}.${level % 10}`];
	return { codec: 'avc', args: matched, formats: ['yuv420p', 'yuvj420p'] };
}

/** For HEVC (§8.3.3.1): Main, or Main 10 with ten bits. */
export function hevcEdge(hvcC: Uint8Array): EdgeCoding | undefined {
	const profile = (hvcC[1] ?? 0) & 0x1f;
	if (profile === 1) return { codec: 'hevc', args: ['-profile:v', 'main'], formats: ['yuv420p', 'yuvj420p'] };
	if (profile === 2) return { codec: 'hevc', args: ['-profile:v', 'main10'], formats: ['yuv420p10le'] };
	return undefined;
}

/** VP9 and AV1 of 8 bits, 4:2:0: each key frame of theirs says how it is decoded. */
export const plainEdge = (codec: 'vp9' | 'av1'): EdgeCoding => ({ codec, args: [], formats: ['yuv420p'] });

/** Encodes near to what the eye can tell apart, without reordering: one packet a frame, in the order shown. */
const ENCODERS: Readonly<Record<EdgeCoding['codec'], readonly string[]>> = {
	avc: ['libx264', '-preset', 'medium', '-crf', '15', '-bf', '0', '-x264-params', 'keyint=infinite:scenecut=0'],
	hevc: [
		...['libx265', '-preset', 'fast', '-crf', '16', '-tag:v', 'hvc1'],
		...['-x265-params', 'bframes=0:keyint=-1:scenecut=0:log-level=error:info=0'],
	],
	// No frames that are only looked up, and none out of order.
	vp9: [
		...['libvpx-vp9', '-deadline', 'good', '-cpu-used', '4', '-crf', '18', '-b:v', '0'],
		...['-auto-alt-ref', '0', '-lag-in-frames', '0', '-g', '9999'],
	],
	av1: ['libsvtav1', '-preset', '8', '-crf', '20', '-svtav1-params', 'pred-struct=1', '-g', '9999'],
};

/** Frames [from, to) of the index, as they are stored: neither turned nor recoloured, as an MP4 of nothing else. */
export function edgeArgs(
	{ codec, args, formats }: EdgeCoding,
	{ from, to }: { readonly from: number; readonly to: number },
	facts: MediaFacts,
	index: FrameIndex,
	{ input, output, progress }: { readonly input: string; readonly output: string; readonly progress?: string },
): string[] {
	const span = { inS: timeOfFrame(index, from), outS: timeOfFrame(index, to) };
	const { fromUs, toUs } = keptSpan(span, index, false);
	const seekS = videoSeek(span.inS, facts, index);
	const seek = seekS === undefined ? [] : ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', decimal(seekS)];
	const filters = [
		'settb=AVTB',
		`trim=start_pts=${fromUs}${toUs === undefined ? '' : `:end_pts=${toUs}`}`,
		`setpts=PTS-STARTPTS`,
		`format=${formats.join('|')}`,
	];
	return [
		...GLOBAL_ARGS,
		...(progress === undefined ? [] : ['-progress', progress, '-stats_period', '0.25']),
		...['-copyts', '-noautorotate', '-an', '-sn', '-dn', ...seek, ...inputArgs(input)],
		...['-filter_complex', `[0:${PICTURE_TRACK}]${filters.join(',')}[edge]`, '-map', '[edge]'],
		...['-c:v', ...ENCODERS[codec], ...args],
		...['-fps_mode:v', 'passthrough', '-enc_time_base:v', '1/90000', '-video_track_timescale', '90000'],
		...['-map_metadata', '-1', '-map_chapters', '-1', '-f', 'mp4', `file:${output}`],
	];
}
