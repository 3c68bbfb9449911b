import type { Failure } from '#core/failure';
import { isFinished } from '#core/export/job';
import type { Live } from '#core/live';
import { outputFileName } from '#core/export/output-file-name';
import { isOnServer } from '#core/project/on-server';
import { ELSEWHERE, type Marker } from '#core/project/profile';
import { err, isAbort, ok, type Result } from '#core/result';
import type { MediaEngine } from '$lib/media/engine';
import { JobFeed } from '$lib/remote/job-feed';
import { join } from '$lib/storage/folder-tree';
import type { JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import { AfterExports } from './after-exports.ts';
import { destinationOf, destinationTree, mayWrite } from './destination-tree.ts';
import type { Planner, Verifier } from './export-parts.ts';
import { newJob, type ExportRequest } from './export-request.ts';
import { filesBeside, groupFiles, resultFiles, type ResultFile } from './export-results.ts';
import { ExportRunner } from './export-runner.ts';
import { failureOf } from './failure-of.ts';
import { nextCounter, type GroupPlace } from './group-counter.ts';
import { forgetClips, removeClips } from './group-removal.ts';
import { toCancelled, toQueued } from './job-changes.ts';
import { ProgressBoard } from './job-progress.ts';
import { holdPage } from './hold-page.ts';
import { removeKept } from './kept-files.ts';
import { jobFolder } from './output-place.ts';
import { OwnGroups } from './own-groups.ts';
import { errandFor, ServerErrands } from './server-errands.ts';
import { isForServer, renewedFor, ServerExports } from './server-exports.ts';
import { deleteOnServer, serverOf, serverResultFiles } from './server-results.ts';
import { NO_SERVER, type ServerSide } from './server-side.ts';

export type { ExportRequest } from './export-request.ts';

/** Watchers hear of progress at most this often, in milliseconds. */
const TELL_MS = 50;

const plan: Planner = async (...asked) => (await import('$lib/media/planner')).chooseEngine(...asked);
const check: Verifier = async (...asked) => (await import('$lib/media/verify/index')).verifyOutput(...asked);

export interface ExportQueueOptions {
	readonly storage: Storage;
	readonly engines: readonly MediaEngine[];
	/** Defaults to `media/planner`, loaded when first needed. */
	readonly planner?: Planner;
	/** Defaults to `media/verify`, loaded when first needed. */
	readonly verify?: Verifier;
	/** The server that exports may go to, and be made by; none without it. */
	readonly server?: ServerSide;
	readonly now?: () => Date;
	readonly newId?: () => string;
	/** Jobs run at a time. Defaults to 1: one export already keeps a small processor busy. */
	readonly concurrency?: number;
	/** Name of the lock that only one tab holds. Tests give their own. */
	readonly lock?: string;
}

/**
 * The exports of this browser: kept in the database, worked through by one tab at a time. When that tab goes, another goes on; what it
 * was making starts from the beginning.
 */
export class ExportQueue {
	#storage: Storage;
	#now: () => Date;
	#newId: () => string;
	#lock: string;
	#runner: ExportRunner;
	#side: ServerSide;
	#errands: ServerErrands;
	#onServer: ServerExports;
	#stop: AbortController | undefined;
	#work: Promise<void> = Promise.resolve();
	#progress: ProgressBoard;
	#after: AfterExports;
	#own: OwnGroups;
	/** The last one here who took a number. */
	#numbered: Promise<unknown> = Promise.resolve();
	#lastCreatedMs = 0;

	constructor({ storage, engines, planner = plan, verify = check, ...options }: ExportQueueOptions) {
		const {
			now = () => new Date(),
			newId = () => crypto.randomUUID(),
			concurrency = 1,
			lock = 'octocut:exports',
			server = { ...NO_SERVER, feed: new JobFeed() },
		} = options;
		this.#storage = storage;
		this.#now = now;
		this.#newId = newId;
		this.#lock = lock;
		this.#own = new OwnGroups(`${lock}:own-groups`);
		this.#after = new AfterExports(storage, `${lock}:lists`);
		this.#progress = new ProgressBoard(`${lock}:progress`, TELL_MS);
		this.#side = server;
		this.#errands = new ServerErrands(storage.settings, `${lock}:errands`);
		const onProgress = this.#progress.tell.bind(this.#progress);
		this.#onServer = new ServerExports({ storage, side: server, errands: this.#errands, now, onProgress });
		this.#runner = new ExportRunner({
			storage,
			engines,
			planner,
			verify,
			now,
			concurrency,
			after: this.#after,
			side: server,
			onProgress,
		});
	}

	/** Works through the queue as soon as no other tab does. Calling it again does nothing. */
	start(): void {
		if (this.#stop !== undefined) return;
		const stop = new AbortController();
		this.#stop = stop;
		this.#work = this.#workAlone(stop.signal).catch((thrown: unknown) => {
			if (!isAbort(thrown)) console.error('The export queue stopped:', thrown);
		});
	}

	/** Stops working; a job under way goes back into the queue. Another tab may go on with it. */
	async stop(): Promise<void> {
		this.#stop?.abort();
		await this.#work;
		this.#stop = undefined;
	}

	/** Stops and lets go of everything; the queue is not used after that. */
	async close(): Promise<void> {
		await this.stop();
		this.#progress.close();
	}

	/** All jobs, newest first, with the progress of those that run in this tab as it is now. */
	watch(): Live<readonly JobRecord[]> {
		return this.#progress.over(this.#storage.jobs.watch());
	}

	/** Adds jobs at the end of the queue, in the order given, and returns their ids. All are kept once this has been called, or none. */
	async enqueue(requests: readonly ExportRequest[]): Promise<readonly string[]> {
		const records: JobRecord[] = [];
		for (const request of requests) {
			// Dates order the queue, so no two are equal.
			this.#lastCreatedMs = Math.max(this.#now().getTime(), this.#lastCreatedMs + 1);
			records.push(newJob(request, this.#newId(), new Date(this.#lastCreatedMs).toISOString()));
		}
		this.#own.add(requests.flatMap(({ group }) => group ?? []));
		await holdPage(this.#storage.jobs.add(records));
		return records.map(({ job }) => job.id);
	}

	/** Whether a group was queued in this tab: it is this tab that tells when it has ended. */
	isFromHere(group: string): boolean {
		return this.#own.has(group);
	}

	/** Cancels a job that waits or runs, in whichever tab, also on a server that is away. Nothing of it stays. */
	async cancel(id: string): Promise<void> {
		const endedAt = this.#now().toISOString();
		const record = await this.#storage.jobs.get(id);
		if (record !== undefined && !isFinished(record.job.state)) await this.#cancelOnServer(record);
		// What is complete and only lacks its name gets it.
		await this.#storage.jobs.update(id, (record) =>
			isFinished(record.job.state) || record.saving !== undefined ? record : toCancelled(record, endedAt),
		);
		await this.#runner.abort(id);
	}

	/**
	 * Puts a failed or cancelled job back into the queue; of one that is done, writes down again what could not be written. Call it in a
	 * click: the browser may ask to read the source again.
	 */
	async retry(id: string): Promise<void> {
		const record = await this.#storage.jobs.get(id);
		if (record === undefined || !isFinished(record.job.state)) return;
		await this.#askAgain(record);
		if (record.job.state === 'done') return this.#after.flush([id]);
		await this.#storage.jobs.update(id, (latest) =>
			latest.job.state === 'failed' || latest.job.state === 'cancelled'
				? {
						...toQueued(latest, 0),
						...{ engine: '', engineReason: '', taken: false },
						destination: renewedFor(latest.destination, this.#side.here()),
					}
				: latest,
		);
	}

	/**
	 * Forgets a job, cancelling it first, with the file that the browser keeps of it, and that file's history. What lies in a picked folder
	 * stays, in the history too.
	 */
	async remove(id: string): Promise<void> {
		await this.cancel(id);
		const record = await this.#storage.jobs.get(id);
		await this.#storage.jobs.remove(id);
		if (record?.result?.path !== undefined) {
			await this.#forgetKept(record);
			await removeKept(this.#storage, record.result);
		}
		try {
			await this.#storage.files.remove(jobFolder(id));
		} catch (thrown) {
			// An engine that works on for others of the group may still hold a part; it goes when that ends.
			console.debug('What a removed export left could not be removed yet:', thrown);
		}
	}

	/** Has the server forget what it was making for jobs with these ids of tasks; when it is back, if it is away. */
	async forgetOnServer(ids: readonly string[]): Promise<void> {
		const known = this.#side.known();
		if (known !== undefined) await this.#errands.add(ids.map((id) => errandFor(known, id, true)));
	}

	/** Removes all jobs that have ended. */
	async clearFinished(): Promise<void> {
		for (const { job } of await this.#storage.jobs.all()) if (isFinished(job.state)) await this.remove(job.id);
	}

	/** The number that the next group of a name would get now. */
	nextCounter(place: GroupPlace): Promise<number> {
		return nextCounter(this.#storage, place);
	}

	/**
	 * Runs `use` with the number for the next group of a name. Until it ends nobody, in any tab, gets another number: the next one sees what
	 * it has queued.
	 */
	async takeCounter<T>(place: GroupPlace, use: (counter: number) => Promise<T>): Promise<T> {
		const take = async (): Promise<T> => use(await this.nextCounter(place));
		if ('locks' in navigator) return holdPage(navigator.locks.request(`${this.#lock}:numbers`, take));
		const taken = this.#numbered.then(take);
		this.#numbered = taken.catch(() => undefined);
		return holdPage(taken);
	}

	/**
	 * Deletes a group: its files, wherever they lie, their entries in the lists of the data set, its history and its jobs. Call it in a
	 * click: the browser may ask to write to the folder again. A failure names what is still there. With
	 * `only`, just the files of these paths go, with what belongs to them.
	 */
	async deleteGroup(
		marker: Marker,
		{ only }: { readonly only?: readonly string[] } = {},
	): Promise<Result<void, Failure>> {
		const goes = (path: string): boolean => only?.includes(path) ?? true;
		const all = (await this.#storage.jobs.all()).filter(({ after }) => after?.marker.id === marker.id);
		const records = all.filter(({ result, task: { output } }) =>
			goes(result?.files?.[0] ?? join(output.folder ?? '', outputFileName(output))),
		);
		const cancel = async (): Promise<void> => {
			for (const { job } of records) await this.cancel(job.id);
		};
		const subject = marker.clips[0]?.path ?? marker.mediaName;
		try {
			if (marker.destination === ELSEWHERE) {
				await cancel();
				await forgetClips(this.#storage, marker.id, only ?? marker.clips.map(({ path }) => path));
				return ok(undefined);
			}
			if (isOnServer(marker.destination)) {
				const made = all.find(isForServer)?.destination;
				// What may not be deleted now goes on as it is.
				const server = serverOf(this.#side, { marker, made });
				if (!server.ok) return server;
				await cancel();
				const deleted = await deleteOnServer(this.#storage, this.#side, { marker, made, only });
				if (deleted.ok) for (const { job } of records) await this.#storage.jobs.remove(job.id);
				return deleted;
			}
			const tree = await destinationTree(this.#storage, destinationOf(marker.destination), true);
			if (tree === undefined) return err({ kind: 'output-permission', subject });
			await cancel();
			// What was made since the marker was read, or while its jobs were being cancelled, belongs to it too.
			const latest = await Promise.all(records.map(({ job }) => this.#storage.jobs.get(job.id)));
			const paths = new Set([
				...marker.clips.map(({ path }) => path).filter(goes),
				...latest.flatMap((record) => record?.result?.files?.slice(0, 1) ?? []),
			]);
			const removed = await this.#after.whileAlone(() => removeClips(this.#storage, tree, marker, [...paths]));
			if (!removed.ok) return removed;
			for (const { job } of records) await this.#storage.jobs.remove(job.id);
			return ok(undefined);
		} catch (thrown) {
			return err(failureOf(thrown, subject));
		}
	}

	/** The finished file of a job; of a folder of pictures, the first one. */
	async result(id: string): Promise<Result<File, Failure>> {
		const files = await this.results(id);
		const [first] = files.ok ? files.value : [];
		if (!files.ok) return files;
		if (first === undefined) return err({ kind: 'unexpected', subject: id, detail: 'it is empty' });
		try {
			return ok(await first.handle.getFile());
		} catch (thrown) {
			return err(failureOf(thrown, first.path));
		}
	}

	/** Every file that came out of a job, with its path under the destination. */
	async results(id: string): Promise<Result<readonly ResultFile[], Failure>> {
		const record = await this.#storage.jobs.get(id);
		if (record === undefined) return err({ kind: 'unexpected', subject: id, detail: 'it is not in the list' });
		return this.#filesOf(record);
	}

	#filesOf(record: JobRecord): Promise<Result<readonly ResultFile[], Failure>> {
		return isForServer(record)
			? serverResultFiles(this.#storage, this.#side, record)
			: resultFiles(this.#storage, record);
	}

	/** The files of several jobs with what was written beside them: captions, lists, shards. For an archive or a copy. */
	async tree(ids: readonly string[]): Promise<Result<readonly ResultFile[], Failure>> {
		// A job is done a moment before its lists are written.
		await this.#after.flush(ids);
		const records = await Promise.all(ids.map((id) => this.#storage.jobs.get(id)));
		return groupFiles(
			records.flatMap((record) => record ?? []),
			async (record) => {
				if (isForServer(record)) return serverResultFiles(this.#storage, this.#side, record, { beside: true });
				const files = await resultFiles(this.#storage, record);
				return files.ok ? ok([...files.value, ...(await filesBeside(this.#storage, record))]) : files;
			},
		);
	}

	/** The history and the lists must not name a file that is gone. */
	async #forgetKept({ after, result }: JobRecord): Promise<void> {
		const [path] = result?.files ?? [];
		if (after === undefined || path === undefined) return;
		const { profile } = await this.#storage.profiles.open(after.profile);
		const marker = profile.markers.find(({ id }) => id === after.marker.id);
		if (marker === undefined) return;
		const tree = await destinationTree(this.#storage, { kind: 'browser' });
		if (tree === undefined) return;
		const removed = await this.#after.whileAlone(() => removeClips(this.#storage, tree, marker, [path]));
		if (!removed.ok) console.warn('A removed clip could not be deleted:', removed.error);
	}

	async #cancelOnServer(record: JobRecord): Promise<void> {
		const { job, task, engine } = record;
		if (isForServer(record)) await this.#errands.add([errandFor(record.destination, job.id, false)]);
		else if (engine === 'server') await this.forgetOnServer([task.id]);
	}

	async #askAgain(record: JobRecord): Promise<void> {
		const { task, destination } = record;
		// It is read there.
		if (isForServer(record)) return;
		for (const media of new Set(task.pieces.map((piece) => piece.media))) {
			await this.#storage.media.open(media, { ask: true });
		}
		await mayWrite(this.#storage.jobs, destination);
	}

	async #workAlone(signal: AbortSignal): Promise<void> {
		const work = async (): Promise<void> =>
			void (await Promise.all([this.#runner.work(signal), this.#onServer.work(signal)]));
		// Without locks (an insecure address) there is only this tab to trust.
		if (!('locks' in navigator)) return work();
		await navigator.locks.request(this.#lock, { signal }, work);
	}
}
