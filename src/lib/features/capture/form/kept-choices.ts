import * as z from 'zod';
import { CLIP_FORMATS, SCREENSHOT_FORMATS } from '#core/capture/capture-format';

export const SHAPES = ['none', '16:9', '9:16', '4:5', '1:1'] as const;
export type Shape = (typeof SHAPES)[number];

/** What was chosen last in the form, on this device. */
export const KeptChoices = z
	.object({
		type: z.enum(['clip', 'screenshot']),
		seconds: z.number().min(0.1).max(3600),
		mode: z.enum(['fast', 'precise']),
		clipFormat: z.enum(CLIP_FORMATS),
		clipQuality: z.int().min(1).max(100),
		pictureFormat: z.enum(SCREENSHOT_FORMATS),
		pictureQuality: z.int().min(1).max(100),
		shortSide: z.int().min(64).max(4320).nullable(),
		shape: z.enum(SHAPES),
		subtitles: z.enum(['playing', 'none']),
	})
	.readonly();
export type KeptChoices = z.infer<typeof KeptChoices>;

export const KEPT_KEY = 'capture.form';

export const FIRST_CHOICES: KeptChoices = {
	type: 'clip',
	seconds: 30,
	mode: 'precise',
	clipFormat: 'mp4',
	clipQuality: 75,
	pictureFormat: 'jpeg',
	pictureQuality: 92,
	shortSide: null,
	shape: 'none',
	subtitles: 'playing',
};
