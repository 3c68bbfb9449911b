import { ok } from '#core/result';
import type { OfflineSource } from './offline-part.svelte.ts';

const load = () => import('$lib/media/ffmpeg-wasm/index');

/** The ffmpeg core; what loads it comes with the first question. */
export const ffmpegSource: OfflineSource = {
	isHere: async () => (await load()).isCoreAvailable(),
	async fetch(options) {
		const core = await (await load()).ensureCore(options);
		return core.ok ? ok(undefined) : core;
	},
};
