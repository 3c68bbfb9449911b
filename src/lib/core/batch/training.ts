import * as z from 'zod';
import { Rational, toNumber } from '../time/rational.ts';

/** What a trainer wants of its clips. */
export const TrainingRule = z
	.object({
		preset: z.enum(['none', 'foley', 'wan', 'hunyuan', 'ltx', 'custom']),
		/** null: as the source. */
		rate: Rational.nullable(),
		/** Frame counts must be `step`·n + 1; 1 allows every count. */
		frameStep: z.int().min(1).max(64),
		/** Both sides are multiples of this many pixels; even. */
		sideMultiple: z.int().min(2).max(256).multipleOf(2),
	})
	.readonly();
export type TrainingRule = z.infer<typeof TrainingRule>;

export const NO_RULE: TrainingRule = { preset: 'none', rate: null, frameStep: 1, sideMultiple: 2 };

const rate = (num: number): Rational => ({ num, den: 1 });

/**
 * Rules that trainers publish: Wan 2.1 16 fps and Hunyuan Video 24 fps with 4n+1 frames, LTX-Video 25 fps with 8n+1 frames and sides of 32. Foley
 * sets take 8 s at the source's own rate.
 */
export const TRAINING_PRESETS: Readonly<
	Record<Exclude<TrainingRule['preset'], 'custom'>, TrainingRule & { readonly lengthS?: number }>
> = {
	none: NO_RULE,
	foley: { preset: 'foley', rate: null, frameStep: 1, sideMultiple: 2, lengthS: 8 },
	wan: { preset: 'wan', rate: rate(16), frameStep: 4, sideMultiple: 16 },
	hunyuan: { preset: 'hunyuan', rate: rate(24), frameStep: 4, sideMultiple: 16 },
	ltx: { preset: 'ltx', rate: rate(25), frameStep: 8, sideMultiple: 32 },
};

/**
 * Frames of a clip of `lengthS` seconds under `rule` at `fps`: the least allowed count that covers the length, as 8 s at 16 fps and 4n+1 is 129;
 * where no more than `mostS` seconds are there, the largest that fits. 0 when not even one frame does.
 */
export function ruleFrames(rule: TrainingRule, lengthS: number, fps: Rational, mostS = Infinity): number {
	const { frameStep } = rule;
	const rate = toNumber(rule.rate ?? fps);
	const wanted = Math.round(lengthS * rate);
	const most = Math.floor(mostS * rate + 1e-6);
	if (frameStep === 1) return Math.max(0, Math.min(wanted, most));
	const covering = Math.max(0, Math.ceil((wanted - 1) / frameStep)) * frameStep + 1;
	if (covering <= most) return covering;
	return most < 1 ? 0 : Math.floor((most - 1) / frameStep) * frameStep + 1;
}
