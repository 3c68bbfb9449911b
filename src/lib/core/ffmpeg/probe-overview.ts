import { rateOf, longestGop, type FrameIndex } from '../time/frame-index.ts';
import type { AudioFacts, VideoFacts } from '../media/media-facts.ts';
import { reduce, type Rational } from '../time/rational.ts';
import * as z from 'zod';

const text = z.string().optional();

const Stream = z.object({
	index: z.number().optional(),
	id: text,
	codec_name: text,
	codec_type: text,
	profile: text,
	width: z.number().optional(),
	height: z.number().optional(),
	sample_aspect_ratio: text,
	pix_fmt: text,
	color_transfer: text,
	color_space: text,
	bits_per_raw_sample: text,
	time_base: text,
	start_time: text,
	duration: text,
	avg_frame_rate: text,
	nb_frames: text,
	sample_rate: text,
	channels: z.number().optional(),
	disposition: z.object({ attached_pic: z.number().optional(), forced: z.number().optional() }).optional(),
	tags: z.object({ language: text, title: text }).optional(),
	field_order: text,
	has_b_frames: z.number().optional(),
	side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
});
export type Stream = z.infer<typeof Stream>;

/** The part of ffprobe's JSON that is used. */
export const Overview = z.object({
	streams: z.array(Stream).default([]),
	format: z
		.object({
			format_name: text,
			start_time: text,
			duration: text,
			tags: z.object({ major_brand: text }).optional(),
		})
		.default({}),
});
export type Overview = z.infer<typeof Overview>;

export const pictureOf = ({ streams }: Overview): Stream | undefined =>
	streams.find((stream) => stream.codec_type === 'video' && stream.disposition?.attached_pic !== 1);

export const secondsOf = (value: string | undefined): number | undefined => {
	const seconds = Number.parseFloat(value ?? '');
	return Number.isFinite(seconds) ? seconds : undefined;
};

/** "1/90000", and "4:3" for shapes; undefined for 0/0 and the like. */
export function ratioOf(value: string | undefined): Rational | undefined {
	const [num = 0, den = 0] = (value ?? '').split(/[/:]/).map(Number);
	return num > 0 && den > 0 ? reduce({ num, den }) : undefined;
}

/** Our short names where they differ from ffmpeg's. */
const CODECS: Readonly<Record<string, string>> = { h264: 'avc', pcm_mulaw: 'ulaw', pcm_alaw: 'alaw' };
/** Samples as they are: "pcm_s16le" is "pcm-s16" here. */
const PCM = /^pcm_([suf]\d+)(le|be)?$/;

function codecOf(name = 'unknown'): string {
	const [, samples, order] = PCM.exec(name) ?? [];
	if (samples !== undefined) return `pcm-${samples}${order === 'be' ? 'be' : ''}`;
	return CODECS[name] ?? name;
}

const CONTAINERS: Readonly<Record<string, string>> = {
	matroska: 'mkv',
	mov: 'mp4',
	mpegts: 'ts',
	asf: 'wmv',
};

/** ffmpeg names a family of containers ("mov,mp4,m4a"); the first is taken. */
export function containerOf({ format }: Overview): string {
	const [first = 'unknown'] = (format.format_name ?? '').split(',');
	return CONTAINERS[first] ?? first;
}

export function videoFactsOf(stream: Stream, index: FrameIndex, bytes: number): VideoFacts {
	const coded = { width: stream.width ?? 2, height: stream.height ?? 2 };
	const pixelAspect = ratioOf(stream.sample_aspect_ratio) ?? { num: 1, den: 1 };
	const rotation = rotationOf(stream);
	const square = squarePixels(coded, pixelAspect);
	const turned = rotation % 180 === 90;
	const { fps, variable } = rateOf(index);
	const bitDepth = bitDepthOf(stream);
	const matrix = matrixOf(stream.color_space);
	const lengthS = (index.endUs - (index.ptsUs[0] ?? 0)) / 1e6;
	return {
		codec: codecOf(stream.codec_name),
		width: turned ? square.height : square.width,
		height: turned ? square.width : square.height,
		codedWidth: coded.width,
		codedHeight: coded.height,
		rotation,
		pixelAspect,
		fps,
		variableRate: variable,
		hdr: stream.color_transfer === 'smpte2084' || stream.color_transfer === 'arib-std-b67',
		...(matrix === undefined ? {} : { matrix }),
		...(bitDepth === undefined ? {} : { bitDepth }),
		frameCount: index.ptsUs.length,
		longestGopS: longestGop(index),
		...(lengthS > 0 && Number.isFinite(bytes) ? { bitrate: Math.round((bytes * 8) / lengthS) } : {}),
	};
}

/** The size at which a picture is shown: turned, with square pixels. */
export function squareSize(stream: Stream): { readonly width: number; readonly height: number } {
	const coded = { width: stream.width ?? 0, height: stream.height ?? 0 };
	const square = squarePixels(coded, ratioOf(stream.sample_aspect_ratio) ?? { num: 1, den: 1 });
	return rotationOf(stream) % 180 === 90 ? { width: square.height, height: square.width } : square;
}

const rotationOf = ({ side_data_list: list }: Stream): VideoFacts['rotation'] =>
	clockwise(list?.find((data) => data.rotation !== undefined)?.rotation ?? 0);

/** Stretches the side that grows, so that no pixel of the picture is lost. */
function squarePixels({ width, height }: { width: number; height: number }, { num, den }: Rational) {
	return num >= den
		? { width: Math.round((width * num) / den), height }
		: { width, height: Math.round((height * den) / num) };
}

/** ffprobe turns counter-clockwise. */
function clockwise(degrees: number): VideoFacts['rotation'] {
	const quarter = ((Math.round(-degrees / 90) % 4) + 4) % 4;
	return ([0, 90, 180, 270] as const)[quarter] ?? 0;
}

/** In the browser's words; undefined when the file does not tell. */
function matrixOf(name: string | undefined): string | undefined {
	if (name === 'bt2020nc') return 'bt2020-ncl';
	return name === undefined || name === 'unknown' || name === 'reserved' ? undefined : name;
}

function bitDepthOf({ bits_per_raw_sample: raw, pix_fmt: format }: Stream): number | undefined {
	const told = Number.parseInt(raw ?? '', 10);
	if (told > 0) return told;
	const [, bits] = /p(\d{2})[lb]e$/.exec(format ?? '') ?? [];
	if (bits !== undefined) return Number(bits);
	return format === undefined ? undefined : 8;
}

export const audioFactsOf = ({ streams }: Overview): AudioFacts[] =>
	streams
		.filter(({ codec_type: type }) => type === 'audio')
		.map((stream) => ({
			codec: codecOf(stream.codec_name),
			sampleRateHz: Number.parseInt(stream.sample_rate ?? '', 10) || 48_000,
			channels: stream.channels === undefined || stream.channels < 1 ? 2 : stream.channels,
		}));

export const PICTURE_SUBTITLES: ReadonlySet<string> = new Set([
	'dvd_subtitle',
	'hdmv_pgs_subtitle',
	'dvb_subtitle',
	'xsub',
]);

export const subtitleFactsOf = ({ streams }: Overview) =>
	streams
		.filter(({ codec_type: type }) => type === 'subtitle')
		.map(({ codec_name: codec = 'unknown', tags }) => ({
			codec,
			language: tags?.language ?? '',
			kind: PICTURE_SUBTITLES.has(codec) ? ('picture' as const) : ('text' as const),
		}));
