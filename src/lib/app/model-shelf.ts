import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import type { SubjectKind } from '#core/tracking/subject-kinds';
import { MODEL_FOLDER, modelManifestSchema, modelPath, type ModelEntry } from '#core/vision/model-manifest';
import type { ModelSource } from '$lib/vision/video-analyst';

/** The detectors that come with the app, by their names in the manifest. */
const [FOR_THINGS, FOR_FACES] = ['coco-ssd', 'blazeface-back'];

/** The detectors of this device. */
export class ModelShelf {
	#entries: Promise<readonly ModelEntry[]> | undefined;

	/** Name of the detector that finds this kind. */
	modelFor(kind: SubjectKind): string {
		return kind === 'faces' ? FOR_FACES : FOR_THINGS;
	}

	/** Where a detector's bytes are and how it is read. Fails when it is not on this device and cannot be fetched. */
	async sourceOf(name: string): Promise<Result<ModelSource, Failure>> {
		try {
			const model = (await this.#manifest()).find(({ id }) => id === name);
			return model === undefined ? err({ kind: 'offline', subject: name }) : ok({ model, at: modelPath(model) });
		} catch (thrown) {
			this.#entries = undefined;
			console.warn('The list of detectors could not be read:', thrown);
			return err({ kind: 'offline', subject: 'The detector' });
		}
	}

	#manifest(): Promise<readonly ModelEntry[]> {
		this.#entries ??= fetch(`${MODEL_FOLDER}/manifest.json`).then(async (response) => {
			if (!response.ok) throw new Error(`the list of detectors answers ${response.status}`);
			return modelManifestSchema.parse(await response.json()).models;
		});
		return this.#entries;
	}
}
