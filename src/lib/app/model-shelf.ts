import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import type { SubjectKind } from '#core/tracking/subject-kinds';
import type { ModelEntry } from '#core/vision/model-manifest';
import type { ModelRecord } from '$lib/storage/model-record';
import type { Storage } from '$lib/storage/storage';
import type { ModelSource } from '$lib/vision/video-analyst';
import { BUILT_IN_DEFAULTS, MODEL_DEFAULTS_KEY, ModelDefaults } from './model-shelf-defaults.ts';

/** Come when a detector is asked for: the first screen does without schemas. */
const loadManifest = () => import('#core/vision/model-manifest');
const loadKinds = () => import('#core/tracking/subject-kinds');

/** The detectors of this device: those that come with the app, and a person's own. */
export class ModelShelf {
	readonly #storage: Pick<Storage, 'models' | 'settings'>;
	#entries: Promise<readonly ModelEntry[]> | undefined;
	#chosen: ModelDefaults = {};
	/** What each own model can find. */
	#kinds: ReadonlyMap<string, readonly SubjectKind[]> = new Map();
	/** The same file as last time, so that a model that is open is known again. */
	readonly #files = new Map<string, { readonly record: ModelRecord; readonly file: File }>();

	constructor(storage: Pick<Storage, 'models' | 'settings'>) {
		this.#storage = storage;
		storage.settings
			.watch(MODEL_DEFAULTS_KEY, ModelDefaults)
			.subscribe((chosen: ModelDefaults | undefined) => (this.#chosen = chosen ?? {}));
		storage.models.watch().subscribe((records) => void this.#learn(records));
	}

	/** Name of the detector that finds this kind: the default, or the one that comes with the app when the default does not know it. */
	modelFor(kind: SubjectKind): string {
		const use = kind === 'faces' ? 'faces' : 'things';
		const chosen = this.#chosen[use];
		const isOwn = chosen?.startsWith('own-') === true;
		if (chosen === undefined || (isOwn && this.#kinds.get(chosen)?.includes(kind) !== true))
			return BUILT_IN_DEFAULTS[use];
		return chosen;
	}

	/** What the detector that finds this kind can find, by its names; none where that cannot be told now. */
	async thingsOf(kind: SubjectKind): Promise<readonly string[]> {
		const source = await this.sourceOf(this.modelFor(kind));
		return source.ok ? source.value.model.classes.map(({ name }) => name) : [];
	}

	/** Where a detector's bytes are and how it is read. Fails when it is not on this device and cannot be fetched. */
	async sourceOf(name: string): Promise<Result<ModelSource, Failure>> {
		if (name.startsWith('own-')) return this.#ownSource(name);
		const entries = await this.builtIn();
		if (!entries.ok) return entries;
		const model = entries.value.find(({ id }) => id === name);
		if (model === undefined) return err({ kind: 'offline', subject: name });
		return ok({ model, at: (await loadManifest()).modelPath(model) });
	}

	/** The detectors that come with the app. Fails when their list is not on this device and cannot be fetched. */
	async builtIn(): Promise<Result<readonly ModelEntry[], Failure>> {
		try {
			this.#entries ??= fetchEntries();
			return ok(await this.#entries);
		} catch (thrown) {
			this.#entries = undefined;
			console.warn('The list of detectors could not be read:', thrown);
			return err({ kind: 'offline', subject: 'The list of detectors' });
		}
	}

	async #ownSource(id: string): Promise<Result<ModelSource, Failure>> {
		const record = await this.#storage.models.get(id);
		if (record === undefined) {
			return err({ kind: 'model-refused', subject: 'The detector', detail: 'it was removed from this browser' });
		}
		const file = await this.#storage.models.open(id);
		if (file === undefined) {
			const detail = 'its file has gone from this browser';
			return err({ kind: 'model-refused', subject: record.title, detail });
		}
		const before = this.#files.get(id);
		const isSame = before?.record.addedAt === record.addedAt && before.file.lastModified === file.lastModified;
		if (!isSame) this.#files.set(id, { record, file });
		return ok({ model: { ...record, classes: [...record.classes] }, at: isSame ? before.file : file });
	}

	async #learn(records: readonly ModelRecord[]): Promise<void> {
		if (records.length === 0) {
			this.#kinds = new Map();
			return;
		}
		const { LABELS_OF, SubjectKind: kinds } = await loadKinds();
		this.#kinds = new Map(
			records.map(({ id, classes }) => {
				const names = new Set(classes.map(({ name }) => name));
				const isFound = (kind: SubjectKind): boolean =>
					LABELS_OF[kind].length === 0 || LABELS_OF[kind].some((label) => names.has(label));
				return [id, kinds.options.filter(isFound)];
			}),
		);
	}
}

async function fetchEntries(): Promise<readonly ModelEntry[]> {
	const { MODEL_FOLDER, modelManifestSchema } = await loadManifest();
	const response = await fetch(`${MODEL_FOLDER}/manifest.json`);
	if (!response.ok) throw new Error(`the list of detectors answers ${response.status}`);
	return modelManifestSchema.parse(await response.json()).models;
}
