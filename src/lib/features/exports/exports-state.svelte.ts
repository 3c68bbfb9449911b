import { failureText } from '#core/failure';
import { isFinished } from '#core/export/job';
import { LiveValue } from '$lib/app/live.svelte';
import type { ExportQueue } from '$lib/jobs/export-queue';
import type { JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import { download, share } from './deliver.ts';
import { endedBetween, nameOf } from './job-facts.ts';
import { markerOf, rowsOf, type JobGroup, type Row } from './job-groups.ts';
import { SaveTree } from './save-tree.svelte.ts';
import { text } from './text.ts';

/** A finished output that is being looked at: a file, or the pictures of a folder with the sound beside it. */
export type Shown =
	| { readonly kind: 'file'; readonly name: string; readonly file: File }
	| {
			readonly kind: 'pictures';
			readonly name: string;
			readonly pictures: readonly Pick<FileSystemFileHandle, 'getFile'>[];
			readonly sound: File | undefined;
			/** Length of all of them, in seconds. */
			readonly durationS: number;
	  };

/** The list of exports and what a person does with it. */
export class ExportsState {
	#queue: ExportQueue;
	#toasts: Toasts;
	#records: LiveValue<readonly JobRecord[] | undefined>;
	#before: readonly JobRecord[] = [];
	#announcement = $state('');
	#shown: Shown | undefined = $state.raw();
	#saved: readonly string[] = $state.raw([]);
	readonly #rows = $derived.by(() => rowsOf(this.records ?? []));
	/** Saving of several files at once. */
	readonly saving: SaveTree;

	constructor(queue: ExportQueue, storage: Storage, toasts: Toasts) {
		this.#queue = queue;
		this.#toasts = toasts;
		this.saving = new SaveTree(queue, storage, toasts);
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

	/** The list as it is shown: groups of jobs are one line. */
	get rows(): readonly Row[] {
		return this.#rows;
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
		if (record.result?.pictures !== undefined) return this.saveTree([record], nameOf(record));
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
		const name = nameOf(record);
		if (record.result?.pictures !== undefined) return this.#showPictures(record, name, record.result.durationS);
		const file = await this.#resultOf(record);
		if (file !== undefined) this.#shown = { kind: 'file', name, file };
	}

	/** Saves all that came out of `records`, with what lies beside it, as one ZIP, or as a copy into a folder. */
	async saveTree(records: readonly JobRecord[], name: string, how: 'zip' | 'copy' = 'zip'): Promise<void> {
		const done = records.filter(({ job }) => job.state === 'done');
		const ids = done.map(({ job }) => job.id);
		const saved = how === 'zip' ? await this.saving.asArchive(ids, name) : await this.saving.asCopy(ids, name);
		if (saved) done.forEach((record) => this.#noteSaved(record));
	}

	async cancelAll({ records }: JobGroup): Promise<void> {
		for (const { job } of records) if (!isFinished(job.state)) await this.#queue.cancel(job.id);
	}

	/** Puts what failed or was cancelled back into the queue, and writes again what could not be written beside the rest. */
	async retryAll({ records }: JobGroup): Promise<void> {
		for (const { job, recorded } of records) {
			const failed = job.state === 'failed' || job.state === 'cancelled';
			if (failed || (recorded?.trouble.length ?? 0) > 0) await this.#queue.retry(job.id);
		}
	}

	async removeAll({ records }: JobGroup): Promise<void> {
		for (const { job } of records) await this.#queue.remove(job.id);
	}

	/** Deletes the files of a group from disk, with all that knows of them. */
	async deleteFiles(group: JobGroup): Promise<void> {
		const marker = markerOf(group);
		if (marker === undefined) return this.removeAll(group);
		const deleted = await this.#queue.deleteGroup(marker);
		if (!deleted.ok) this.#toasts.show({ kind: 'error', text: failureText(deleted.error) });
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

	async #showPictures({ job }: JobRecord, name: string, durationS: number): Promise<void> {
		const files = await this.#queue.results(job.id);
		if (!files.ok) {
			this.#toasts.show({ kind: 'error', text: failureText(files.error) });
			return;
		}
		const sound = files.value.find(({ path }) => path.endsWith('.wav'));
		const pictures = files.value.filter((file) => file !== sound && /\.(webp|png|jpg)$/u.test(file.path));
		this.#shown = {
			kind: 'pictures',
			name,
			pictures: pictures.map(({ handle }) => handle),
			sound: await sound?.handle.getFile(),
			durationS,
		};
	}

	async #resultOf({ job }: JobRecord): Promise<File | undefined> {
		const result = await this.#queue.result(job.id);
		if (result.ok) return result.value;
		this.#toasts.show({ kind: 'error', text: failureText(result.error) });
		return undefined;
	}
}
