import type { Size } from '../crop/crop.ts';
import { decimal } from './ffmpeg-filters.ts';

/** Subtitles that are drawn into a picture. */
export type BurnIn =
	| {
			/** Letters, drawn by libass. */
			readonly kind: 'text';
			/** Names in the folder where ffmpeg runs: letters, digits, dots. */
			readonly file: string;
			readonly fonts: string | undefined;
			/** How many seconds its clock is behind that of the file. */
			readonly behindS: number;
	  }
	| {
			/** Pictures that are in the file as a track of their own. */
			readonly kind: 'picture';
			/** Counted over all streams. */
			readonly stream: number;
			/** Options of the input that tell how large its pictures are. */
			readonly input: readonly string[];
			/** The shape of the screen that they are made for, in square pixels. */
			readonly shape: Size;
	  };

/** A picture that is on the screen at a time may have come so many seconds before. */
export const SHOWN_BEFORE_S = 10;

/** `aheadS`: what must be added to the times of the frames to get those of the file. libass goes by the times of frames. */
export function burnTextFilters(
	{ file, fonts, behindS }: BurnIn & { readonly kind: 'text' },
	aheadS: number,
): string[] {
	const shift = aheadS - behindS;
	const draw = `subtitles=filename=${file}${fonts === undefined ? '' : `:fontsdir=${fonts}`}`;
	if (Math.abs(shift) < 1e-6) return [draw];
	return [`setpts=PTS+(${decimal(shift)})/TB`, draw, `setpts=PTS-(${decimal(shift)})/TB`];
}

/**
 * Lays the pictures over what `chain` gives: as wide as the output, their lower edge on its lower edge, so that they stay readable in a crop. The
 * result is open for further filters. `laterS`: what is added to the times of the file.
 */
export function burnPictureChains(
	{ stream, shape }: BurnIn & { readonly kind: 'picture' },
	{
		chain,
		input,
		size,
		laterS,
	}: { readonly chain: string; readonly input: number; readonly size: Size; readonly laterS: number },
): string {
	const height = Math.max(2, 2 * Math.round((size.width * shape.height) / shape.width / 2));
	const moved = Math.abs(laterS) < 1e-6 ? '' : `setpts=PTS+(${decimal(laterS)})/TB,`;
	return [
		`${chain}[below]`,
		`[${input}:${stream}]settb=AVTB,${moved}scale=${size.width}:${height}[above]`,
		'[below][above]overlay=x=0:y=H-h:format=auto:eof_action=pass:repeatlast=0',
	].join(';');
}
