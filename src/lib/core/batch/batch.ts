import * as z from 'zod';
import type { CropState, Ratio } from '../crop/crop.ts';
import { cropAt, type CropTrack } from '../crop/crop-track.ts';
import { DatasetFormat } from '../dataset/dataset-format.ts';
import { seededRandom } from './seeded-random.ts';
import { NO_RULE, TrainingRule } from './training.ts';

/** Overlapping clips from one cursor: `count` clips of `lengthS` seconds whose starts are `spreadS` seconds apart. */
export const BatchSettings = z
	.object({
		count: z.int().min(1).max(999),
		lengthS: z.number().positive().max(3600),
		spreadS: z.number().nonnegative().max(3600),
		/** First part of the names; empty: the file's name. */
		name: z.string().max(120),
		/** Under the destination: safe names separated by `/`; empty: the destination itself. */
		folder: z.string().max(240),
		/** Short side in pixels; null: the crop's own size; `auto`: `AUTO_SHORT_SIDE`, or the crop's own size when that is smaller. */
		shortSide: z.union([z.int().min(16).max(8192), z.literal('auto')]).nullable(),
		/** `pcm` is what training tools read best: 16-bit PCM in MP4. `webp` is a folder of pictures with a WAV beside it. */
		format: z.enum(['mp4-pcm', 'mp4-aac', 'webp']),
		/** `lanczos` is sharper and slower. */
		scaling: z.enum(['fast', 'lanczos']),
		training: TrainingRule,
		dataset: z.array(DatasetFormat).readonly(),
	})
	.readonly();
export type BatchSettings = z.infer<typeof BatchSettings>;

/** Short side that most trainers take, in pixels. */
export const AUTO_SHORT_SIDE = 512;

export const DEFAULT_BATCH: BatchSettings = {
	count: 3,
	lengthS: 8,
	spreadS: 3,
	name: '',
	folder: '',
	shortSide: 'auto',
	format: 'mp4-pcm',
	scaling: 'fast',
	training: NO_RULE,
	dataset: ['json'],
};

/** One clip of a batch: half-open, seconds on the file's own timeline. */
export interface BatchClip {
	readonly inS: number;
	readonly outS: number;
	readonly crop: CropState;
}

/** The part of the settings that places clips in time. */
export type BatchShape = Pick<BatchSettings, 'count' | 'lengthS' | 'spreadS'>;

/** Seconds from the start of the first clip to the end of the last. */
export const batchSpanS = ({ count, lengthS, spreadS }: BatchShape): number => (count - 1) * spreadS + lengthS;

const PORTRAIT: Ratio = { width: 9, height: 16 };
const SQUARE: Ratio = { width: 1, height: 1 };

/**
 * The clips of a batch at `cursorS`, each with the crop of the last keyframe at or before its start (0.05 s tolerance).
 *
 * Of the n clips whose crop is flagged random portrait, max(1, ⌊n/3⌋) get 9:16; of those flagged random square and not drawn already,
 * as many get 1:1. The draw depends on `seed` alone: in a batch of another count, each three flagged clips that are in both keep their shapes.
 * Clips that would run past `endS` are left out.
 */
export function planBatch(
	cursorS: number,
	settings: BatchShape,
	track: CropTrack,
	seed: number,
	endS = Infinity,
): BatchClip[] {
	const clips = Array.from({ length: settings.count }, (_, i) => cursorS + i * settings.spreadS)
		.filter((inS) => inS + settings.lengthS <= endS + 1e-6)
		.map((inS) => ({ inS, outS: inS + settings.lengthS, crop: cropAt(track, inS) }));
	const portrait = new Set(
		drawThird(
			clips.filter(({ crop }) => crop.randomPortrait),
			seededRandom(seed),
		),
	);
	const square = new Set(
		drawThird(
			clips.filter((clip) => clip.crop.randomSquare && !portrait.has(clip)),
			seededRandom(seed ^ SQUARES),
		),
	);
	return clips.map((clip) => {
		const ratio = portrait.has(clip) ? PORTRAIT : square.has(clip) ? SQUARE : clip.crop.ratio;
		return { ...clip, crop: { ...clip.crop, ratio } };
	});
}

/** Sets the numbers that draw squares apart from those that draw portraits, so that neither shifts the other. */
const SQUARES = 0x5bd1e995;

/**
 * One of each three of `group`, in their order, and one of a group that is smaller; none of the one or two that are left over, so that the
 * count is exact. The n-th number of `random` decides among the n-th three alone: what comes after them changes nothing.
 */
function drawThird<T>(group: readonly T[], random: () => number): T[] {
	const draws = group.length === 0 ? 0 : Math.max(1, Math.floor(group.length / 3));
	return Array.from({ length: draws }, (_, n) => 3 * n + Math.floor(3 * random())).flatMap((position) =>
		group.slice(Math.min(position, group.length - 1)).slice(0, 1),
	);
}
