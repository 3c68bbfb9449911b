import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';

type FfmpegReader = Pick<typeof import('../ffmpeg-wasm/index.ts'), 'probeWithFfmpeg' | 'thumbnailWithFfmpeg'>;

/** Fetched when first needed: most files never need it. */
export async function loadFfmpegReader(subject: string): Promise<Result<FfmpegReader, Failure>> {
	try {
		return ok(await import('../ffmpeg-wasm/index.ts'));
	} catch (thrown) {
		// What a browser throws for a script that it can neither fetch nor find in its cache.
		if (thrown instanceof TypeError) return err({ kind: 'offline', subject });
		throw thrown;
	}
}
