import type { Failure } from '#core/failure';
import type { FrameIndex } from '#core/frame-index';
import type { MediaFacts } from '#core/media-facts';
import { err, type Result } from '#core/result';

export interface FallbackOptions {
	readonly signal?: AbortSignal;
	readonly onProgress?: (share: number) => void;
}

/** What is used of `media/ffmpeg-wasm`. */
export interface FfmpegReader {
	probeWithFfmpeg(
		file: File,
		options: FallbackOptions,
	): Promise<Result<{ facts: MediaFacts; index: FrameIndex | undefined }, Failure>>;
	thumbnailWithFfmpeg(
		file: Blob,
		facts: MediaFacts,
		options: { readonly atS: number; readonly width: number; readonly signal?: AbortSignal },
	): Promise<Result<Blob, Failure>>;
}

const modules = import.meta.glob<FfmpegReader>('../ffmpeg-wasm/index.ts');

/** Fetched when first needed: most files never need it. */
export async function loadFfmpegReader(subject: string): Promise<Result<FfmpegReader, Failure>> {
	const load = modules['../ffmpeg-wasm/index.ts'];
	if (load === undefined) return err({ kind: 'unsupported', subject, detail: 'ffmpeg is not part of this build' });
	return { ok: true, value: await load() };
}
