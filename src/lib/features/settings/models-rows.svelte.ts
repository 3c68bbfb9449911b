import { MODEL_FOLDER, type ModelEntry } from '#core/vision/model-manifest';
import { failureText } from '#core/failure';
import { LiveValue } from '$lib/app/live.svelte';
import type { ModelShelf } from '$lib/app/model-shelf';
import {
	BUILT_IN_DEFAULTS,
	MODEL_DEFAULTS_KEY,
	MODEL_USES,
	ModelDefaults,
	type ModelUse,
} from '$lib/app/model-shelf-defaults';
import type { ModelRecord } from '$lib/storage/model-record';
import type { Storage } from '$lib/storage/storage';
import { modelsText as text, type ModelPlace } from './models-text.ts';

/** A detector as it is shown. */
export interface ModelRow {
	readonly id: string;
	readonly title: string;
	readonly origin: 'builtin' | 'own';
	/** Names of what it finds. */
	readonly finds: readonly string[];
	readonly bytes: number;
	readonly sha256: string;
	/** `href` leads to its text. */
	readonly licence: { readonly words: string; readonly href?: string };
	readonly place: ModelPlace;
	/** What it can be chosen for, and what it is chosen for. */
	readonly uses: readonly ModelUse[];
	readonly defaults: readonly ModelUse[];
}

export interface ModelRowsOptions {
	readonly storage: Pick<Storage, 'models' | 'settings'>;
	readonly shelf: Pick<ModelShelf, 'builtIn'>;
	/** Whether the bytes of a detector of the app are here. */
	readonly isHere: (model: ModelEntry) => Promise<boolean>;
}

/** The shelf: detectors of the app, then the person's own. */
export class ModelRows {
	readonly #options: ModelRowsOptions;
	readonly #records: LiveValue<readonly ModelRecord[]>;
	readonly #chosen: LiveValue<ModelDefaults | undefined>;
	#entries: readonly ModelEntry[] = $state.raw([]);
	#trouble = $state('');
	#places: Readonly<Record<string, ModelPlace>> = $state.raw({});

	readonly rows: readonly ModelRow[] = $derived.by(() => {
		const known = [...this.#entries, ...this.#records.current].map(({ id }) => id);
		const chosen = (use: ModelUse): string => {
			const id = this.#chosen.current?.[use];
			return id !== undefined && known.includes(id) ? id : BUILT_IN_DEFAULTS[use];
		};
		const shown = ({ id }: { readonly id: string }): Pick<ModelRow, 'place' | 'defaults'> => ({
			place: this.#places[id] ?? 'checking',
			defaults: MODEL_USES.filter((use) => chosen(use) === id),
		});
		return [
			...this.#entries.map((entry): ModelRow => ({ ...rowOfEntry(entry), ...shown(entry) })),
			...this.#records.current.map((record): ModelRow => ({ ...rowOfRecord(record), ...shown(record) })),
		];
	});

	constructor(options: ModelRowsOptions) {
		this.#options = options;
		this.#records = new LiveValue(options.storage.models.watch(), []);
		this.#chosen = new LiveValue(options.storage.settings.watch(MODEL_DEFAULTS_KEY, ModelDefaults), undefined);
	}

	/** Why the detectors of the app are not shown; empty when they are. */
	get trouble(): string {
		return this.#trouble;
	}

	/** The person's own, as they are now: where their bytes are is looked up again when this changes. */
	get records(): readonly ModelRecord[] {
		return this.#records.current;
	}

	async load(): Promise<void> {
		const entries = await this.#options.shelf.builtIn();
		this.#trouble = entries.ok ? '' : failureText(entries.error);
		this.#entries = entries.ok ? entries.value : [];
		for (const entry of this.#entries) {
			this.#put(entry.id, (await this.#options.isHere(entry)) ? 'here' : 'absent');
		}
	}

	async lookAt(records: readonly ModelRecord[]): Promise<void> {
		for (const { id } of records) {
			this.#put(id, (await this.#options.storage.models.open(id)) === undefined ? 'gone' : 'here');
		}
	}

	async use(id: string, use: ModelUse): Promise<void> {
		await this.#options.storage.settings.set(MODEL_DEFAULTS_KEY, { ...this.#chosen.current, [use]: id });
	}

	/** Removes one of the person's own. */
	async remove(id: string): Promise<void> {
		const { settings, models } = this.#options.storage;
		const left = Object.entries(this.#chosen.current ?? {}).filter(([, chosen]) => chosen !== id);
		await settings.set(MODEL_DEFAULTS_KEY, Object.fromEntries(left));
		await models.remove(id);
	}

	#put(id: string, place: ModelPlace): void {
		this.#places = { ...this.#places, [id]: place };
	}
}

type Fixed = Omit<ModelRow, 'place' | 'defaults'>;

const rowOfEntry = ({ id, title, finds, bytes, sha256, licence, classes }: ModelEntry): Fixed => ({
	...{ id, title, bytes, sha256, origin: 'builtin' },
	finds: classes.map(({ name }) => name),
	licence: { words: licence.id, href: `${MODEL_FOLDER}/${licence.file}` },
	uses: [finds === 'faces' ? 'faces' : 'things'],
});

function rowOfRecord({ id, title, bytes, sha256, licence, classes }: ModelRecord): Fixed {
	const finds = classes.map(({ name }) => name);
	const uses = { things: finds.some((name) => name !== 'face'), faces: finds.includes('face') };
	return {
		...{ id, title, bytes, sha256, finds, origin: 'own' },
		licence: { words: licence === '' ? text.noLicence : licence },
		uses: MODEL_USES.filter((use) => uses[use]),
	};
}
