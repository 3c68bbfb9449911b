import type { CaptureFormat } from '#core/capture/capture-format';
import { pictureOfCapture } from '#core/capture/capture-picture';
import { crfOf, GIF_MOST_FPS, GIF_SHORT_SIDE, SOUND_BITRATE } from '#core/capture/capture-quality';
import type { Ratio, Size } from '#core/crop/crop';
import { bitrateOfQuality } from '#core/export/export-estimate';

/** As much of a film as is needed to tell what a capture of it will be. */
export interface FilmLook {
	/** Displayed pixels. */
	readonly width: number;
	readonly height: number;
	/** Pictures a second; 25 is reckoned with where it is not known. */
	readonly frameRate?: number | undefined;
	readonly hasAudio: boolean;
	/** Of the file, and its length in seconds: what is copied takes its share. */
	readonly bytes?: number | undefined;
	readonly durationS: number;
}

export interface CaptureWish {
	readonly format: CaptureFormat;
	/** The packets as they are. */
	readonly copies: boolean;
	/** Seconds; 0 of a screenshot. */
	readonly lengthS: number;
	readonly quality: number;
	readonly shortSide: number | null;
	readonly crop: { readonly ratio: Ratio; readonly centre: { readonly x: number; readonly y: number } } | undefined;
}

/** What a capture is likely to be: constant quality and screenshots depend on what they show and may be off by half. */
export interface Expected {
	/** Absent of sound alone. */
	readonly size: Size | undefined;
	readonly bytes: number | undefined;
}

/** Bits a pixel at the usual quality. */
const STILL_BITS = { jpeg: 1.6, webp: 1.1, png: 12 } as const;
const GIF_BITS = 2.5;
const VP9_SHARE = 0.7;

export function expectCapture(film: FilmLook, wish: CaptureWish): Expected {
	const { format, lengthS, quality } = wish;
	if (wish.copies) {
		const bytes = film.bytes === undefined ? undefined : (film.bytes * lengthS) / film.durationS;
		return { size: { width: film.width, height: film.height }, bytes };
	}
	if (format === 'mp3') return { size: undefined, bytes: (SOUND_BITRATE.mp3 * lengthS) / 8 };
	const shortSide = wish.shortSide ?? (format === 'gif' ? GIF_SHORT_SIDE : undefined);
	const { size } = pictureOfCapture({ crop: wish.crop, shortSide }, film);
	const pixels = size.width * size.height;
	if (format === 'jpeg' || format === 'webp' || format === 'png') {
		const share = format === 'png' ? 1 : 2 ** ((quality - 92) / 12);
		return { size, bytes: (STILL_BITS[format] * share * pixels) / 8 };
	}
	const fps = film.frameRate ?? 25;
	if (format === 'gif') return { size, bytes: (GIF_BITS * pixels * Math.min(fps, GIF_MOST_FPS) * lengthS) / 8 };
	const sound = film.hasAudio ? SOUND_BITRATE[format] : 0;
	const share = format === 'webm' ? VP9_SHARE : 1;
	const picture = bitrateOfQuality(crfOf(quality), size.width, size.height, fps) * share;
	return { size, bytes: ((picture + sound) * lengthS) / 8 };
}
