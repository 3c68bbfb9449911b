import { batchName, planBatchExport, safeFolder, type BatchPlan, type BatchRequest } from '#core/batch/batch-plan';
import { withinSpan } from '#core/crop/camera-path';
import type { CropTrack } from '#core/crop/crop-track';
import { isOnServer, serverIdOf } from '#core/project/on-server';
import { ELSEWHERE, type Marker } from '#core/project/profile';
import type { Category } from '#core/project/project';
import { err, ok, type Result } from '#core/result';
import { destinationId, destinationOf, writableFolder } from '$lib/jobs/destination-tree';
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
	/** The folder of the server that is known; undefined without one. */
	readonly server: () => Extract<Destination, { kind: 'server' }> | undefined;
}

/** Deletes files of a group by their paths. */
type DeleteClips = (marker: Marker, only: readonly string[]) => Promise<Result<void, string>>;

/** Queues batches in the order they were asked for. */
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
			const { settings, facts, replacing } = order;
			const make = (counter: number, inPlace: boolean): Promise<Result<number, string>> =>
				this.#make(order, { destination: destination.value, counter, inPlace }, deleteClips);
			if (replacing !== undefined && staysInPlace(replacing, settings, facts.name)) {
				return await make(replacing.counter, true);
			}
			return await this.#options.queue.takeCounter(
				{
					destination: destination.value,
					folder: safeFolder(settings.folder),
					name: batchName(settings, facts.name),
				},
				(counter) => make(counter, false),
			);
		} catch (thrown) {
			return err(text.queueFailed(thrown instanceof Error ? thrown.message : String(thrown)));
		}
	}

	async #make(order: BatchOrder, place: PlannedPlace, deleteClips: DeleteClips): Promise<Result<number, string>> {
		const plan = planBatchExport({ ...order, counter: place.counter, newId: this.#options.newId });
		if (!plan.ok) return plan;
		const { replacing } = order;
		const gone = replacing === undefined ? [] : leftOver(replacing, plan.value.clips);
		if (replacing !== undefined && gone.length > 0) {
			const deleted = await deleteClips(replacing, gone);
			if (!deleted.ok) return deleted;
		}
		await this.#enqueue(order, place, plan.value);
		return ok(plan.value.tasks.length);
	}

	/** Where the files go, once they may: a group is replaced where it lies. The browser may ask; this was called by a press. */
	async #destination({ destination, replacing }: BatchOrder): Promise<Result<Destination, string>> {
		if (replacing?.destination === ELSEWHERE) return err(text.filesElsewhere);
		if (replacing !== undefined && isOnServer(replacing.destination)) {
			const server = this.#options.server();
			const id = serverIdOf(replacing.destination);
			return server === undefined || (id !== undefined && id !== server.id)
				? err(text.serverGone(replacing.serverName))
				: ok(server);
		}
		const wanted = replacing === undefined ? destination : destinationOf(replacing.destination);
		if (wanted.kind !== 'folder') return ok(wanted);
		const folder = await writableFolder(this.#options.jobs, wanted.handleId, true);
		if (folder.ok) return ok({ ...wanted, name: folder.value.name });
		return err(folder.error === 'gone' && replacing !== undefined ? text.folderGone : text.folderRefused);
	}

	async #enqueue(order: BatchOrder, { destination, counter, inPlace }: PlannedPlace, plan: BatchPlan): Promise<void> {
		const { facts, settings, profile, label, category, replacing } = order;
		const marker: Omit<Marker, 'clips'> = {
			id: replacing?.id ?? this.#options.newId(),
			media: facts.fingerprint,
			mediaName: facts.name,
			atS: order.cursorS,
			counter,
			batch: settings,
			crop: ownPart(order, plan.clips),
			seed: order.seed,
			label,
			category,
			destination: destinationId(destination),
			...(destination.kind === 'server' && { serverName: destination.name }),
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
					task: inPlace ? { ...task, output: { ...task.output, overwrite: true } } : task,
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

/** The track as the clips of a group need it to be made again: camera paths of a whole film are long, and every group keeps its own. */
function ownPart(
	{ track, index }: BatchOrder,
	clips: readonly { readonly inS: number; readonly outS: number }[],
): CropTrack {
	const { base, keyframes, interpolation, paths = [] } = track;
	const [fromS, toS] = [Math.min(...clips.map(({ inS }) => inS)), Math.max(...clips.map(({ outS }) => outS))];
	const own = index === undefined ? [] : withinSpan(paths, fromS, toS, index);
	return { base, keyframes, interpolation, ...(own.length > 0 && { paths: own }) };
}

interface PlannedPlace {
	readonly destination: Destination;
	readonly counter: number;
	/** It replaces a group at its own paths. */
	readonly inPlace: boolean;
}
