import type { Failure } from '#core/failure';
import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import { err, ok, type Result } from '#core/result';
import { failureOf } from '../probe/failure-of.ts';
import { connect } from '../worker-rpc/connect.ts';
import { DEFAULT_THRESHOLD } from './cut-finder.ts';
import type { SceneCut } from './scenes.worker.ts';
import type { MediaBytes } from '../media-bytes.ts';

export { DEFAULT_THRESHOLD } from './cut-finder.ts';
export type { SceneCut } from './scenes.worker.ts';

type Api = typeof import('./scenes.worker.ts').api;

export interface ScenesOptions {
	readonly signal?: AbortSignal;
	/** Share of the film, 0..1, and the cuts found since the last call. */
	readonly onProgress?: (share: number, found: readonly SceneCut[]) => void;
	/** How different two neighbouring pictures must be at least, 0..1. Lower finds more. Default 0.2. */
	readonly threshold?: number;
}

/**
 * The hard cuts of a film: the exact first frame of each new shot, in order. Fades, motion and flashes are none. Decodes the whole
 * film once, in a worker. `file` may be the small copy that is shown instead of it: its frames stand at the same times. Rejects with
 * `AbortError` on `signal`.
 */
export async function findScenes(
	file: MediaBytes,
	facts: MediaFacts,
	index: FrameIndex,
	{ signal, onProgress, threshold = DEFAULT_THRESHOLD }: ScenesOptions = {},
): Promise<Result<readonly SceneCut[], Failure>> {
	const worker = connect<Api>(new Worker(new URL('./scenes.worker.ts', import.meta.url), { type: 'module' }));
	const cuts: SceneCut[] = [];
	try {
		const problem = await worker.call(
			'find',
			{ file, index, threshold },
			{
				...(signal === undefined ? {} : { signal }),
				onProgress: ({ share, found }) => {
					cuts.push(...found);
					onProgress?.(share, found);
				},
			},
		);
		return problem === null ? ok(cuts) : err({ kind: 'unsupported', subject: facts.name, detail: problem });
	} catch (thrown) {
		return err(failureOf(thrown, facts.name));
	} finally {
		worker.terminate();
	}
}
