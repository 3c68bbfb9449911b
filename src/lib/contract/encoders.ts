import * as z from 'zod';
import { ENCODER_FAMILIES } from '#core/ffmpeg/ffmpeg-hardware';
import { defineRoute } from './route.ts';
import { ServerJob } from './jobs.ts';

/** Whether one encoder really makes a picture on this machine. */
export const EncoderReport = z
	.object({
		/** As ffmpeg calls it: h264_nvenc, libx264 … */
		encoder: z.string(),
		codec: z.enum(['avc', 'hevc', 'vp9', 'av1']),
		family: z.enum(ENCODER_FAMILIES),
		works: z.boolean(),
		/** Why it does not, to follow "it cannot be used: ". */
		reason: z.string().optional(),
		/** How long it took to encode ten frames, in milliseconds. */
		tookMs: z.number().nonnegative().optional(),
		/** The render node that it works on. */
		device: z.string().optional(),
	})
	.readonly();
export type EncoderReport = z.infer<typeof EncoderReport>;

export const Encoders = z
	.object({
		/** Absent: none was found, `problem` says what to do. */
		ffmpegVersion: z.string().optional(),
		problem: z.string().optional(),
		/** Best first within a codec. Empty until they have been tried. */
		encoders: z.array(EncoderReport).readonly(),
	})
	.readonly();
export type Encoders = z.infer<typeof Encoders>;

export const getEncoders = defineRoute({
	method: 'get',
	path: '/api/encoders',
	summary: 'Encoders of the server, each tried with a real picture',
	replies: { 200: Encoders },
});

export const testEncoders = defineRoute({
	method: 'post',
	path: '/api/encoders/test',
	summary: 'Tries every encoder again',
	replies: { 202: ServerJob },
});
