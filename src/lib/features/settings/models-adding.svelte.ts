import { failureText, type Failure } from '#core/failure';
import { err, isAbort, type Result } from '#core/result';
import type { ModelRecord } from '$lib/storage/model-record';
import type { Storage } from '$lib/storage/storage';
import type { ModelFacts, ModelReading } from '$lib/vision/video-analyst';
import { classesFrom, draftAgain, draftOf, notesOf, type ModelDraft } from './models-draft.ts';
import { modelsText as text } from './models-text.ts';

export interface ModelInspector {
	inspect(model: Blob): Promise<Result<ModelFacts, Failure>>;
	close(): void;
}

export interface ModelAddingOptions {
	readonly models: Storage['models'];
	/** Comes with the first file: it brings the runtime with it. */
	readonly loadInspector: () => Promise<ModelInspector>;
	readonly onadded: (model: ModelRecord) => void;
}

/** A file that was looked into, and what the person makes of it. */
interface Found {
	readonly file: File;
	readonly facts: ModelFacts;
	readonly reading: ModelReading;
	/** The model with the same bytes that is on the shelf already. */
	readonly known: ModelRecord | undefined;
	readonly draft: ModelDraft;
	/** What is wrong with the file of names. */
	readonly namesProblem: string;
}

/** A detector on its way to the shelf: looked into, confirmed, kept. */
export class ModelAdding {
	readonly #options: ModelAddingOptions;
	#inspector: ModelInspector | undefined;
	#look: { readonly name: string } | undefined = $state.raw();
	#found: Found | undefined = $state.raw();
	#keeping = $state(false);
	#problem = $state('');

	constructor(options: ModelAddingOptions) {
		this.#options = options;
	}

	/** Name of the file that is being looked into; empty while none is. */
	get lookingAt(): string {
		return this.#look?.name ?? '';
	}
	/** What waits to be confirmed. */
	get found(): Found | undefined {
		return this.#found;
	}
	get keeping(): boolean {
		return this.#keeping;
	}
	/** Why the last file was not added, and the next step; empty when there is nothing to say. */
	get problem(): string {
		return this.#problem;
	}

	async look(files: readonly File[]): Promise<void> {
		const [file, second] = files;
		if (file === undefined) return;
		this.stop();
		if (second !== undefined) {
			this.#problem = text.one;
			return;
		}
		const look = { name: file.name };
		this.#look = look;
		const isStopped = (): boolean => this.#look !== look;
		try {
			const inspector = await this.#options.loadInspector();
			if (isStopped()) return;
			this.#inspector = inspector;
			const facts = await inspector.inspect(file);
			const known = facts.ok ? await this.#options.models.find(file) : facts;
			if (isStopped()) return;
			if (!facts.ok) this.#refuse(facts.error);
			else if (!known.ok) this.#refuse(known.error);
			else this.#ask(file, facts.value, known.value);
		} catch (thrown) {
			if (!isAbort(thrown)) throw thrown;
		} finally {
			if (!isStopped()) this.#endLook();
		}
	}

	/** Reads its answer in another of the ways that its shapes allow. */
	read(reading: ModelReading): void {
		const found = this.#found;
		if (found !== undefined)
			this.#found = { ...found, reading, draft: draftOf(reading, found.draft), namesProblem: '' };
	}

	change(patch: Partial<ModelDraft>): void {
		const found = this.#found;
		if (found !== undefined) this.#found = { ...found, draft: { ...found.draft, ...patch } };
	}

	async readNames(file: File): Promise<void> {
		const found = this.#found;
		if (found === undefined) return;
		const names = await namesFrom(file, found.reading);
		if (this.#found?.reading !== found.reading) return;
		if (names.ok) this.change({ classes: names.value });
		this.#found = { ...this.#found, namesProblem: names.ok ? '' : text.namesWrong(file.name, names.error) };
	}

	async keep(): Promise<void> {
		const found = this.#found;
		if (found === undefined || this.#keeping) return;
		this.#keeping = true;
		this.#problem = '';
		try {
			const { file, draft, reading } = found;
			const added = await this.#options.models.add(file, notesOf(draft, reading, file.name));
			if (!added.ok) {
				this.#problem = failureText(added.error);
				return;
			}
			this.#found = undefined;
			this.#options.onadded(added.value);
		} finally {
			this.#keeping = false;
		}
	}

	/** Leaves the file aside. */
	stop(): void {
		this.#found = undefined;
		this.#problem = '';
		this.#endLook();
	}

	#ask(file: File, facts: ModelFacts, known: ModelRecord | undefined): void {
		const reading = facts.readings.find(({ family }) => family === known?.family) ?? facts;
		const title = file.name.replace(/\.onnx$/i, '');
		const draft = known === undefined ? draftOf(reading, { title, licence: '' }) : draftAgain(known);
		this.#found = { file, facts, reading, known, draft, namesProblem: '' };
	}

	#refuse(failure: Failure): void {
		const { kind, subject } = failure;
		// What helps with a video that cannot be read does not help here.
		const isReading = kind === 'source-unreadable' || kind === 'source-missing' || kind === 'source-permission';
		const detail = `its file could not be read${'detail' in failure ? ` (${failure.detail})` : ''}`;
		this.#problem = failureText(isReading ? { kind: 'model-refused', subject, detail } : failure);
	}

	#endLook(): void {
		this.#look = undefined;
		this.#inspector?.close();
		this.#inspector = undefined;
	}
}

/** Lists of names are short: what is larger, in bytes, is something else. */
const MOST_NAMES_BYTES = 1e6;

async function namesFrom(file: File, reading: ModelReading): Promise<Result<ModelDraft['classes'], string>> {
	if (file.size > MOST_NAMES_BYTES) return err('is too large for a list of names');
	try {
		return classesFrom(reading, await file.text(), file.name);
	} catch (thrown) {
		return err(`could not be read (${thrown instanceof Error ? thrown.message : String(thrown)})`);
	}
}
