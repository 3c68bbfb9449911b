import type { ModelEntry } from '#core/vision/model-manifest';

/** A detector: what goes in, how its answer is read, what its numbers are called. An entry of the manifest is one. */
export type DetectorModel = Pick<ModelEntry, 'title' | 'input' | 'head' | 'classes'>;

/** Where a model's bytes are: an address on the app's own origin, or the file itself. */
export interface ModelSource {
	readonly model: DetectorModel;
	readonly at: string | Blob;
}

/** Larger files are not opened: the runtime needs several times their size. */
export const MOST_MODEL_BYTES = 300e6;
