import type { ResolvedCrop, Size } from '../crop/crop.ts';
import { burnPictureChains, burnTextFilters, SHOWN_BEFORE_S, type BurnIn } from '../ffmpeg/burn-in.ts';
import { GLOBAL_ARGS, inputArgs, PICTURE_TRACK, type FfmpegInput } from '../ffmpeg/ffmpeg-args.ts';
import { picturesArgs } from '../ffmpeg/ffmpeg-encoders.ts';
import { decimal, pictureFilters } from '../ffmpeg/ffmpeg-filters.ts';
import { DEINTERLACE } from '../ffmpeg/ffmpeg-graphs.ts';
import { videoSeek } from '../ffmpeg/ffmpeg-span.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { present } from '../result.ts';
import { INSTANT_TOLERANCE_US } from '../time/frame-index.ts';
import type { ScreenshotFormat } from './capture-format.ts';

export interface Still {
	/** On the file's own timeline, in seconds. */
	readonly atS: number;
	readonly crop: ResolvedCrop;
	readonly size: Size;
	readonly format: ScreenshotFormat;
	/** 1..100; PNG has none. */
	readonly quality: number;
	readonly deinterlace: boolean;
	readonly burnIn?: BurnIn | undefined;
}

/** Where the search for a frame begins in files that are searched by time alone: groups are rarely longer, in seconds. */
const BLIND_SEEK_S = 10;
const BLIND = new Set(['ts', 'mpegts', 'mpeg', 'mpg', 'ps', 'flv', 'wmv', 'asf']);
/** Instants a second that `fps` counts in. */
const INSTANTS = 1000;

/**
 * One picture: the frame that is on screen at a time, which may have started before. Nothing is known of the frames around; `fps` holds the last
 * one that has started until the instant, so only two are ever kept. With `last`, the last frame of the file.
 */
export function stillArgs(
	still: Still,
	facts: MediaFacts,
	input: FfmpegInput,
	output: string,
	{ last = false }: { readonly last?: boolean } = {},
): string[] {
	const { crop, size, format, quality, burnIn } = still;
	const video = present(facts.video, 'the picture');
	const atS = still.atS + INSTANT_TOLERANCE_US / 1e6;
	const task = { kind: 'frames', format, quality, size, rate: 'source', frames: 1, scaling: 'lanczos' } as const;
	const piece = { media: facts.fingerprint, inS: atS, outS: atS, crop };
	const cropped = [`crop=${crop.width}:${crop.height}:${crop.x}:${crop.y}:exact=1`];
	const drawn = pictureFilters(piece, video, task, cropped);
	const pick = last ? [] : [`fps=fps=${INSTANTS}:round=up:start_time=${decimal(atS)}`, 'trim=end_frame=1'];
	const first = ['settb=AVTB', ...(still.deinterlace ? [DEINTERLACE] : [])];
	const laidOver = burnIn?.kind === 'picture' ? burnIn : undefined;
	const text = burnIn?.kind === 'text' ? burnTextFilters(burnIn, 0) : [];
	const graph =
		laidOver === undefined
			? `[0:${PICTURE_TRACK}]${[...first, ...pick, ...drawn, ...text].join(',')}`
			: [
					burnPictureChains(laidOver, {
						chain: `[0:${PICTURE_TRACK}]${[...first, ...drawn].join(',')}`,
						...{ input: 0, size, laterS: 0 },
					}),
					...pick,
				].join(',');
	const back = Math.max(laidOver === undefined ? 0 : SHOWN_BEFORE_S, BLIND.has(facts.container) ? BLIND_SEEK_S : 0);
	const seekS = videoSeek(still.atS - back - (last ? LAST_S : 0), facts, undefined);
	return [
		...GLOBAL_ARGS,
		'-copyts',
		...(seekS === undefined ? [] : ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', decimal(seekS)]),
		...(laidOver === undefined ? ['-an', '-sn', '-dn'] : ['-an', '-dn', ...laidOver.input]),
		...inputArgs(input),
		...['-filter_complex', `${graph}[picture]`, '-map', '[picture]'],
		...picturesArgs(task),
		// The last one written over the others is the last of the file.
		...(last ? ['-update', '1', '-f', 'image2'] : ['-frames:v', '1', '-f', 'image2pipe']),
		`file:${output}`,
	];
}

/** How far before the end the last frame is looked for: sound may go on after the picture, in seconds. */
const LAST_S = 30;
