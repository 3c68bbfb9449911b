import type { ResolvedCrop, Size } from '../crop/crop.ts';
import type { Piece, VideoTask } from '../export/export-task.ts';
import { cropPathFilters, type Retime } from './ffmpeg-crop-path.ts';
import { keptSpan } from './ffmpeg-span.ts';
import { INSTANT_TOLERANCE_US, type FrameIndex } from '../time/frame-index.ts';
import type { VideoFacts } from '../media/media-facts.ts';

/** A picture that is decoded and drawn anew, whatever becomes of it. */
export type PictureTask = Exclude<VideoTask, { kind: 'none' | 'copy' }>;

/** A decimal number that ffmpeg reads exactly: no exponent, no more digits than a nanosecond needs. */
export const decimal = (value: number): string => value.toFixed(9).replace(/\.?0+$/, '');

const plus = (value: number): string => (value < 0 ? `${value}` : `+${value}`);

/** The µs at which `timeS` seconds of output lie. */
const us = (timeS: number): number => Math.round(timeS * 1e6);

/** How a piece is moved in time: what its frames' timestamps become, for ffmpeg and for us. */
export interface PieceTiming {
	readonly filters: readonly string[];
	readonly retime: Retime;
}

/**
 * Keeps the frames of `piece` and moves them so that `inS + skipS` of the file stands `atS` seconds after the start.
 *
 * Timestamps are turned into whole microseconds first, the unit of the frame index: all that follows is integer arithmetic.
 */
export function pieceTiming(
	piece: Piece,
	atS: number,
	rate: PictureTask['rate'],
	index: FrameIndex | undefined,
	skipS = 0,
): PieceTiming {
	const constant = rate !== 'source';
	const { fromUs, toUs } = keptSpan(piece, index, constant);
	const shift = us(atS) - us(piece.inS + skipS);
	const earlier = constant ? shift - INSTANT_TOLERANCE_US : shift;
	const pts = constant ? `max(PTS${plus(earlier)},${us(atS)})` : `PTS${plus(earlier)}`;
	return {
		filters: [
			'settb=AVTB',
			`trim=start_pts=${fromUs}${toUs === undefined ? '' : `:end_pts=${toUs}`}`,
			`setpts='${pts}'`,
		],
		retime: (time) => (constant ? Math.max(time + earlier, us(atS)) : time + earlier),
	};
}

/** Exactly `frames` frames; at a constant rate each instant `i / rate` shows the frame on screen. */
export function rateFilters({ rate, frames }: PictureTask): string[] {
	const exactly = `trim=end_frame=${frames}`;
	return rate === 'source' ? [exactly] : [`fps=fps=${rate.num}/${rate.den}:round=up:start_time=0`, exactly];
}

/**
 * One picture after the end, never shown: up to it, `fps` holds the last frame. Without it the filter decides by the length that the
 * container claims whether the last frame is due.
 */
export const tailFilters = (task: PictureTask, durationS: number): string[] => [
	`color=c=black:s=${task.size.width}x${task.size.height}:r=1`,
	...['trim=end_frame=1', 'settb=AVTB', `setpts=${us(durationS + 2)}`, 'setsar=1', formatOf(task)],
];

/** What the encoder gets: 4:2:0 of 8 bits (10 for a high dynamic range), but all colours for a GIF's palette. */
const formatOf = (task: PictureTask): string =>
	task.kind === 'gif' ? 'format=gbrp' : keepsRange(task) ? 'format=yuv420p10le' : 'format=yuv420p';

/** A high dynamic range stays as it is. */
const keepsRange = (task: PictureTask): boolean => 'hdr' in task && task.hdr === 'keep';

/** Display space, crop, output size, pixel format. Rotation was undone by the decoder's own filter before. */
export function pictureFilters(
	piece: Piece,
	facts: VideoFacts,
	task: PictureTask,
	cropped: readonly string[],
): string[] {
	const { crop, place, path } = piece;
	const display: Size = { width: facts.width, height: facts.height };
	const turned = facts.rotation % 180 === 90;
	const upright = turned
		? { width: facts.codedHeight, height: facts.codedWidth }
		: { width: facts.codedWidth, height: facts.codedHeight };
	const flags = task.scaling === 'lanczos' ? 'lanczos+accurate_rnd+full_chroma_inp' : 'bilinear';
	const scale = ({ width, height }: Size, more = ''): string => `scale=${width}:${height}:flags=${flags}${more}`;
	const isMapped = facts.hdr && !keepsRange(task);
	const matrix = facts.hdr ? undefined : MATRICES[facts.matrix ?? ''];
	const recolour = matrix === undefined ? '' : `:in_color_matrix=${matrix}:out_color_matrix=bt709`;
	const wanted: Size = place ?? task.size;
	const unscaled = path === undefined && same(crop, wanted) && recolour === '';
	return [
		...(isMapped ? TONE_MAP : []),
		...(same(upright, display) ? [] : [scale(display)]),
		...(path === undefined && same(crop, display) ? [] : cropped),
		...(unscaled ? [] : [scale(wanted, recolour)]),
		...(place === undefined ? [] : [padFilter(place, task.size)]),
		'setsar=1',
		formatOf(task),
	];
}

/** The crop of a piece, as it moves. */
export function cropFilters(
	piece: Piece,
	name: string,
	index: FrameIndex | undefined,
	facts: VideoFacts,
	retime: Retime,
): string[] {
	const { crop, path } = piece;
	if (path !== undefined) return cropPathFilters({ ...piece, path }, name, index, facts.fps, retime);
	return [`crop=${crop.width}:${crop.height}:${crop.x}:${crop.y}:exact=1`];
}

const padFilter = ({ x, y }: ResolvedCrop, { width, height }: Size): string => `pad=${width}:${height}:${x}:${y}:black`;

const same = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;

/** Colours that are no BT.709, which outputs are tagged as, in the words of the `scale` filter. */
const MATRICES: Readonly<Record<string, string>> = { smpte170m: 'smpte170m', bt470bg: 'bt470', 'bt2020-ncl': 'bt2020' };

/**
 * From PQ or HLG to standard range, in linear light: white of 203 cd/m² (ITU-R BT.2408) is 1. Mobius leaves what is darker than a third of it as it is, so that
 * faces keep their brightness, and bends only what is brighter.
 */
export const TONE_MAP = [
	'zscale=t=linear:npl=203',
	'format=gbrpf32le',
	'zscale=p=bt709',
	'tonemap=tonemap=mobius:desat=0',
	'zscale=t=bt709:m=bt709:r=tv',
	'format=yuv420p',
] as const;

export interface SoundShape {
	readonly sampleRateHz: number;
	readonly channels: 1 | 2;
}

/** How many samples of the output lie before `timeS`. */
export const samplesBefore = (timeS: number, { sampleRateHz }: SoundShape): number => Math.round(timeS * sampleRateHz);

/** The sound of `piece`, sample-exact: late starts and gaps become silence, and so does what is missing at the end. */
export function soundFilters(piece: Piece, samples: number, shape: SoundShape): string[] {
	return [
		`asetpts='round(PTS-${decimal(piece.inS)}/TB)'`,
		'atrim=start=0',
		`aresample=${shape.sampleRateHz}:async=1:min_hard_comp=0.03:first_pts=0`,
		soundFormat(shape),
		`apad=whole_len=${samples}`,
		`atrim=end_sample=${samples}`,
	];
}

/** Silence in the place of a piece without sound. */
export const silence = (samples: number, shape: SoundShape): string[] => [
	`anullsrc=r=${shape.sampleRateHz}:cl=${layoutOf(shape)}`,
	soundFormat(shape),
	`atrim=end_sample=${samples}`,
];

const layoutOf = ({ channels }: SoundShape): string => (channels === 1 ? 'mono' : 'stereo');
const soundFormat = (shape: SoundShape): string => `aformat=sample_fmts=fltp:channel_layouts=${layoutOf(shape)}`;
