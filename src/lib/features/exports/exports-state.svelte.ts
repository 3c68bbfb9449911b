import { failureText } from '#core/failure';
import { isFinished } from '#core/job';
import { LiveValue } from '$lib/app/live.svelte';
import type { ExportQueue } from '$lib/jobs/export-queue';
import type { JobRecord } from '$lib/storage/job-record';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import { download, share } from './deliver.ts';
import { endedBetween, nameOf } from './job-facts.ts';
import { text } from './text.ts';

/** A finished file that is being looked at. */
export interface Shown {
	readonly name: string;
	readonly file: File;
}

/** The list of exports and what a person does with it. */
export class ExportsState {
	#queue: ExportQueue;
	#toasts: Toasts;
	#records: LiveValue<readonly JobRecord[] | undefined>;
	#before: readonly JobRecord[] = [];
	#announcement = $state('');
	#shown: Shown | undefined = $state.raw();
	#saved: readonly string[] = $state.raw([]);

	constructor(queue: ExportQueue, toasts: Toasts) {
		this.#queue = queue;
		this.#toasts = toasts;
		this.#records = new LiveValue<readonly JobRecord[] | undefined>(
			{
				subscribe: (next) =>
					queue.watch().subscribe((records) => {
						const ended = endedBetween(this.#before, records);
						if (ended !== '') this.#announcement = ended;
						this.#before = records;
						next(records);
					}),
			},
			undefined,
		);
	}

	/** Newest first; undefined until the list has been read. */
	get records(): readonly JobRecord[] | undefined {
		return this.#records.current;
	}

	/** The latest results, for a live region. */
	get announcement(): string {
		return this.#announcement;
	}

	get shown(): Shown | undefined {
		return this.#shown;
	}

	get underWay(): number {
		return (this.records ?? []).filter(({ job }) => !isFinished(job.state)).length;
	}

	get finished(): number {
		return (this.records ?? []).length - this.underWay;
	}

	/** How many files only the browser keeps and were not saved in this visit. */
	get unsaved(): number {
		return (this.records ?? []).filter((record) => this.isOnlyCopy(record)).length;
	}

	isOnlyCopy({ job, result }: JobRecord): boolean {
		return job.state === 'done' && result?.path !== undefined && !this.#saved.includes(job.id);
	}

	async save(record: JobRecord): Promise<void> {
		const file = await this.#resultOf(record);
		if (file === undefined) return;
		download(file, nameOf(record));
		this.#noteSaved(record);
	}

	async share(record: JobRecord): Promise<void> {
		const file = await this.#resultOf(record);
		if (file === undefined) return;
		try {
			if (await share(file, nameOf(record))) this.#noteSaved(record);
		} catch (thrown) {
			console.warn('The device did not share the file:', thrown);
			this.#toasts.show({ kind: 'error', text: text.notShared(nameOf(record)) });
		}
	}

	async show(record: JobRecord): Promise<void> {
		const file = await this.#resultOf(record);
		if (file !== undefined) this.#shown = { name: nameOf(record), file };
	}

	hide(): void {
		this.#shown = undefined;
	}

	cancel({ job }: JobRecord): Promise<void> {
		return this.#queue.cancel(job.id);
	}

	retry({ job }: JobRecord): Promise<void> {
		return this.#queue.retry(job.id);
	}

	remove({ job }: JobRecord): Promise<void> {
		return this.#queue.remove(job.id);
	}

	clearFinished(): Promise<void> {
		return this.#queue.clearFinished();
	}

	#noteSaved({ job }: JobRecord): void {
		this.#saved = [...this.#saved, job.id];
	}

	async #resultOf({ job }: JobRecord): Promise<File | undefined> {
		const result = await this.#queue.result(job.id);
		if (result.ok) return result.value;
		this.#toasts.show({ kind: 'error', text: failureText(result.error) });
		return undefined;
	}
}
