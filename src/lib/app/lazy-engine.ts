import type { ExportTask } from '#core/export/export-task';
import type { Ability, EngineIo, EngineName, FactsOf, MadeFile, MediaEngine } from '$lib/media/engine';
import type { Failure } from '#core/failure';
import type { Result } from '#core/result';

/** An engine whose code is loaded when it is first asked: a first screen carries none of it. */
export class LazyEngine implements MediaEngine {
	readonly name: EngineName;
	readonly #load: () => Promise<MediaEngine>;
	#loading: Promise<MediaEngine> | undefined;

	constructor(name: EngineName, load: () => Promise<MediaEngine>) {
		this.name = name;
		this.#load = load;
	}

	async assess(tasks: readonly ExportTask[], factsOf: FactsOf): Promise<Ability> {
		try {
			return await (await this.#engine()).assess(tasks, factsOf);
		} catch (thrown) {
			const detail = thrown instanceof Error ? thrown.message : String(thrown);
			return { able: false, reason: 'engine-not-on-device', detail };
		}
	}

	async run(tasks: readonly ExportTask[], io: EngineIo): Promise<Result<readonly MadeFile[], Failure>> {
		return (await this.#engine()).run(tasks, io);
	}

	#engine(): Promise<MediaEngine> {
		this.#loading ??= this.#load().catch((thrown: unknown) => {
			this.#loading = undefined;
			throw thrown;
		});
		return this.#loading;
	}
}
