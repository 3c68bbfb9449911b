import { batchName, planBatchExport, safeFolder, type BatchPlan, type BatchRequest } from '#core/batch/batch-plan';
import { ELSEWHERE, type Marker } from '#core/project/profile';
import type { Category } from '#core/project/project';
import { err, ok, type Result } from '#core/result';
import { destinationId } from '$lib/jobs/destination-tree';
import { mayUse } from '$lib/storage/file-system-access';
import type { Destination } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import type { BatchQueue } from './batch-queue.ts';
import { leftOver, staysInPlace } from './left-over.ts';
import { text } from './text.ts';

/** A batch as it was when the person asked for it. */
export interface BatchOrder extends Omit<BatchRequest, 'counter' | 'newId'> {
	readonly destination: Destination;
	/** The group whose files are replaced; undefined: a new group. */
	readonly replacing: Marker | undefined;
	/** Name of the profile that gets the mark. */
	readonly profile: string;
	readonly label: string;
	readonly category: Category | '';
}

export interface BatchExportOptions {
	readonly queue: BatchQueue;
	readonly jobs: Pick<Storage['jobs'], 'folder'>;
	readonly now: () => Date;
	readonly newId: () => string;
}

/** Deletes files of a group by their paths. */
type DeleteClips = (marker: Marker, only: readonly string[]) => Promise<Result<void, string>>;

/** Queues batches one after another, so that two quick orders never get the same number. */
export class BatchExport {
	readonly #options: BatchExportOptions;
	#turn: Promise<unknown> = Promise.resolve();

	constructor(options: BatchExportOptions) {
		this.#options = options;
	}

	/**
	 * Gives how many clips were queued, or a sentence. `deleteClips` deletes the files of a replaced group that are not made again; the
	 * person has agreed to that.
	 */
	queue(order: BatchOrder, deleteClips: DeleteClips): Promise<Result<number, string>> {
		const result = this.#turn.then(() => this.#queue(order, deleteClips));
		this.#turn = result;
		return result;
	}

	async #queue(order: BatchOrder, deleteClips: DeleteClips): Promise<Result<number, string>> {
		try {
			const destination = await this.#destination(order);
			if (!destination.ok) return destination;
			const plan = await this.#plan(order, destination.value);
			if (!plan.ok) return plan;
			const { replacing } = order;
			const gone = replacing === undefined ? [] : leftOver(replacing, plan.value.clips);
			if (replacing !== undefined && gone.length > 0) {
				const deleted = await deleteClips(replacing, gone);
				if (!deleted.ok) return deleted;
			}
			await this.#enqueue(order, destination.value, plan.value);
			return ok(plan.value.tasks.length);
		} catch (thrown) {
			return err(text.queueFailed(thrown instanceof Error ? thrown.message : String(thrown)));
		}
	}

	/** Where the files go, once they may: a group is replaced where it lies. The browser may ask; this was called by a press. */
	async #destination({ destination, replacing }: BatchOrder): Promise<Result<Destination, string>> {
		if (replacing?.destination === ELSEWHERE) return err(text.filesElsewhere);
		const handleId =
			replacing !== undefined
				? replacing.destination
				: destination.kind === 'folder'
					? destination.handleId
					: 'browser';
		if (handleId === 'browser') return ok({ kind: 'browser' });
		const folder = await this.#options.jobs.folder(handleId);
		if (folder === undefined) return err(replacing === undefined ? text.folderRefused : text.folderGone);
		if (!(await mayUse(folder, 'readwrite', true))) return err(text.folderRefused);
		return ok({ kind: 'folder', handleId, name: folder.name });
	}

	async #plan(order: BatchOrder, destination: Destination): Promise<Result<PlannedBatch, string>> {
		const { settings, facts, replacing } = order;
		const inPlace = replacing !== undefined && staysInPlace(replacing, settings, facts.name);
		const counter = inPlace
			? replacing.counter
			: await this.#options.queue.nextCounter(
					{ destination, folder: safeFolder(settings.folder), name: batchName(settings, facts.name) },
					{ reserve: true },
				);
		const plan = planBatchExport({ ...order, counter, newId: this.#options.newId });
		return plan.ok ? ok({ ...plan.value, counter, inPlace }) : plan;
	}

	async #enqueue(order: BatchOrder, destination: Destination, plan: PlannedBatch): Promise<void> {
		const { facts, settings, profile, label, category, replacing } = order;
		const marker: Omit<Marker, 'clips'> = {
			id: replacing?.id ?? this.#options.newId(),
			media: facts.fingerprint,
			mediaName: facts.name,
			atS: order.cursorS,
			counter: plan.counter,
			batch: settings,
			crop: order.track,
			seed: order.seed,
			label,
			category,
			destination: destinationId(destination),
			createdAt: this.#options.now().toISOString(),
		};
		const annotation =
			label === '' || settings.dataset.length === 0
				? undefined
				: { label, category, formats: settings.dataset, root: plan.root };
		const group = this.#options.newId();
		await this.#options.queue.enqueue(
			plan.tasks.map((task, i) => {
				const { inS, outS } = plan.clips[i] ?? { inS: order.cursorS, outS: order.cursorS };
				return {
					task: plan.inPlace ? { ...task, output: { ...task.output, overwrite: true } } : task,
					facts: [facts],
					engineChoice: 'auto' as const,
					destination,
					notes: plan.notes,
					group,
					after: { profile, marker, clip: { inS, outS }, ...(annotation !== undefined && { annotation }) },
				};
			}),
		);
	}
}

interface PlannedBatch extends BatchPlan {
	readonly counter: number;
	/** It replaces a group at its own paths. */
	readonly inPlace: boolean;
}
