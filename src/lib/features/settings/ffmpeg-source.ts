import { ok } from '#core/result';
import type { OfflineSource } from './offline-part.svelte.ts';

/** The ffmpeg core: its loader comes with the first question. */
export const ffmpegSource: OfflineSource = {
	isHere: () => Promise.resolve(false),
	fetch: () => Promise.resolve(ok(undefined)),
};
