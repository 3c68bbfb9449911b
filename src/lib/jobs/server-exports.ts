import { ServerExport, startExports } from '#contract/exports';
import { retryJob, type ServerJob } from '#contract/jobs';
import { isFinished } from '#core/export/job';
import { outputFileName } from '#core/export/output-file-name';
import type { Failure } from '#core/failure';
import { isAbort } from '#core/result';
import type { ServerClient } from '$lib/remote/server-client';
import { refusedIds } from '$lib/remote/refused-ids';
import type { ServerFailure } from '$lib/remote/server-failure';
import { nap } from '$lib/remote/nap';
import type { Destination, JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import { toCancelled, toDone, toFailed, toQueued, toRunning } from './job-changes.ts';
import type { LiveProgress } from './job-progress.ts';
import { dropReplaced } from './kept-files.ts';
import { pathLost } from './path-lost.ts';
import type { ServerErrands } from './server-errands.ts';
import { isMeant, type ServerPlace, type ServerSide } from './server-side.ts';

/** Between two tries while the server is away, in milliseconds. */
const AGAIN_MS = 3000;
/** Jobs that are handed over at once; and about how many bytes, as the server takes 16 MB. */
const MOST_AT_ONCE = 200;
const MOST_BYTES = 8e6;

type OnServer = Extract<Destination, { kind: 'server' }>;
interface ServerRecord extends JobRecord {
	readonly destination: OnServer;
}

export const isForServer = (record: JobRecord): record is ServerRecord => record.destination.kind === 'server';

export interface ServerExportsParts {
	readonly storage: Storage;
	readonly side: ServerSide;
	readonly errands: ServerErrands;
	readonly now: () => Date;
	readonly onProgress: (ids: readonly string[], progress: LiveProgress | undefined) => void;
	readonly againMs?: number;
}

/**
 * Exports into the folder of a server: hands them over, under the ids they have here, and follows them until the records say what became of
 * them. Handing over twice makes nothing twice, so all of it may be cut off at any moment. There is one at a time over all tabs.
 */
export class ServerExports {
	readonly #parts: Required<ServerExportsParts>;
	#records: readonly ServerRecord[] = [];
	readonly #followed = new Map<string, { readonly client: ServerClient; readonly stop: AbortController }>();
	/** What was last written of a job: progress alone is not. */
	readonly #written = new Map<string, string>();
	/** Records are changed one after the other, in the order things were told. */
	#changing: Promise<void> = Promise.resolve();

	constructor(parts: ServerExportsParts) {
		this.#parts = { againMs: AGAIN_MS, ...parts };
	}

	/** Works until `signal` fires. */
	async work(signal: AbortSignal): Promise<void> {
		let wake = (): void => undefined;
		let asked = 0;
		const ask = (): void => {
			asked += 1;
			wake();
		};
		const { storage, side, errands, againMs } = this.#parts;
		const watching = storage.jobs.watch().subscribe((records) => {
			this.#records = records.filter(isForServer).reverse();
			ask();
		});
		const ends = [side.onChange(ask), errands.onNew(ask), () => watching.unsubscribe()];
		try {
			while (!signal.aborted) {
				const before = asked;
				const isDone = await this.#tried(signal);
				if (asked === before) await nap(isDone ? undefined : againMs, signal, (awake) => (wake = awake));
			}
		} catch (thrown) {
			if (!isAbort(thrown)) throw thrown;
		} finally {
			ends.forEach((end) => end());
			for (const { stop } of this.#followed.values()) stop.abort();
			this.#followed.clear();
			await this.#changing;
		}
	}

	/** What breaks here is tried again: it must not take the exports of this device with it. */
	async #tried(signal: AbortSignal): Promise<boolean> {
		try {
			return await this.#pass(signal);
		} catch (thrown) {
			if (isAbort(thrown)) throw thrown;
			console.error('Exports could not be handed to the server:', thrown);
			return false;
		}
	}

	/** False when the server went away, and what is left is to be tried again. */
	async #pass(signal: AbortSignal): Promise<boolean> {
		const here = this.#parts.side.here();
		const open = this.#records.filter(({ job }) => !isFinished(job.state));
		const isMine = ({ destination }: ServerRecord): boolean => here !== undefined && isMeant(here, destination);
		this.#tellAway(open.filter((record) => !isMine(record)));
		if (here === undefined) return true;
		const { client } = here;
		if (!(await this.#parts.errands.run(here, (job) => this.#apply(job)))) return false;
		const mine = open.filter(isMine);
		for (const press of pressesOf(mine.filter(({ taken }) => taken !== true))) {
			signal.throwIfAborted();
			if (!(await this.#handOver(client, press))) {
				this.#tellAway(press);
				return false;
			}
		}
		for (const press of pressesOf(mine.filter(({ taken }) => taken === true))) this.#follow(client, press, signal);
		return true;
	}

	/** False when the server was not reached. */
	async #handOver(client: ServerClient, press: readonly ServerRecord[]): Promise<boolean> {
		const items = [];
		for (const record of press) {
			const whole = await this.#parts.storage.jobs.whole(record);
			if (whole === undefined) await this.#fail(record, pathLost(record));
			else items.push({ id: record.job.id, task: whole.task, ...(record.after && { after: record.after }) });
		}
		for (const part of partsOf(items)) {
			const group = groupOf(press);
			const body = { items: part, destination: 'server' as const, ...(group !== undefined && { group }) };
			const answer = await client.call(startExports, { body });
			if (answer.ok) {
				for (const job of answer.value.jobs) await this.#taken(client, job);
				continue;
			}
			const refusal = refusalOf(answer.error);
			if (refusal === undefined) return false;
			// What is not named was asked for in the same breath: once these are out of the way it is handed over again.
			const refused = new Set(refusal.ids ?? part.map(({ id }) => id));
			for (const record of press.filter(({ job }) => refused.has(job.id))) {
				const subject = outputFileName(record.task.output);
				await this.#fail(record, { kind: 'server-refused', subject, detail: refusal.sentence });
			}
		}
		return true;
	}

	async #taken(client: ServerClient, job: ServerJob): Promise<void> {
		await this.#parts.storage.jobs.update(job.id, (latest) =>
			isFinished(latest.job.state) || !isForServer(latest)
				? latest
				: { ...latest, taken: true, engine: 'server', engineReason: reasonFor(latest.destination) },
		);
		// Known from before, and to be made again.
		if (job.state === 'failed' || job.state === 'cancelled') {
			await client.call(retryJob, { params: { id: job.id } });
		}
	}

	#follow(client: ServerClient, press: readonly ServerRecord[], work: AbortSignal): void {
		const ids = press.map(({ job }) => job.id).filter((id) => this.#followed.get(id)?.client !== client);
		if (ids.length === 0) return;
		const stop = new AbortController();
		for (const id of ids) {
			this.#followed.get(id)?.stop.abort();
			this.#followed.set(id, { client, stop });
		}
		const signal = AbortSignal.any([work, stop.signal]);
		const group = groupOf(press);
		let isThere = true;
		const following = this.#parts.side.feed.follow(client, {
			...{ ids, signal, ...(group !== undefined && { group }) },
			onJob: (job) => void this.#inTurn(() => this.#apply(job)),
			onGone: (id) => void this.#inTurn(() => this.#lost(id)),
			onReach: (reached) => {
				if (isThere && !reached) this.#tellAway(this.#records.filter(({ job }) => ids.includes(job.id)));
				isThere = reached;
			},
		});
		const leave = (): void => {
			for (const id of ids) if (this.#followed.get(id)?.stop === stop) this.#followed.delete(id);
		};
		following.then(leave, (thrown: unknown) => {
			leave();
			if (!isAbort(thrown)) console.error('Exports on the server are not followed any more:', thrown);
		});
	}

	#inTurn(change: () => Promise<void>): Promise<void> {
		this.#changing = this.#changing
			.then(change)
			.catch((thrown: unknown) => console.error('What the server made could not be noted:', thrown));
		return this.#changing;
	}

	/** Takes over how a job is. */
	async #apply(job: ServerJob): Promise<void> {
		const { storage, now, onProgress } = this.#parts;
		const { id, state, attempts, progress, speed, etaS } = job;
		const isOver = isFinished(state);
		const written = `${state} ${attempts}`;
		if (isOver || this.#written.get(id) !== written) {
			const record = await storage.jobs.get(id);
			if (record === undefined) return;
			const result = state === 'done' ? ServerExport.parse(job.result) : undefined;
			const notes = [...record.notes, ...job.notes.map((text) => ({ kind: 'info' as const, text }))];
			const endedAt = job.endedAt ?? now().toISOString();
			if (result !== undefined && record.job.state !== 'done') await dropReplaced(storage, record, result);
			await storage.jobs.update(id, (latest) => {
				// Quicker than a cancel: it is there, so the record says so.
				if (result !== undefined && latest.job.state !== 'done') {
					return { ...toDone(latest, result, endedAt), notes, recorded: { trouble: [] } };
				}
				if (isFinished(latest.job.state)) return latest;
				if (state === 'cancelled') return toCancelled(latest, endedAt);
				if (state === 'failed') return { ...toFailed(latest, job.error ?? unknownFailure(latest), endedAt), notes };
				if (state === 'queued') return toQueued(latest, attempts);
				return toRunning(toQueued(latest, attempts - 1), job.startedAt ?? now().toISOString());
			});
			if (isOver) {
				this.#written.delete(id);
				return onProgress([id], undefined);
			}
			this.#written.set(id, written);
		}
		const name = this.#records.find((record) => record.job.id === id)?.destination.name ?? '';
		const step = state === 'queued' ? `Waits for its turn on ${name}` : job.step;
		onProgress([id], { progress, step, ...(speed !== undefined && { speed }), ...(etaS !== undefined && { etaS }) });
	}

	async #lost(id: string): Promise<void> {
		const record = await this.#parts.storage.jobs.get(id);
		if (record === undefined || isFinished(record.job.state)) return;
		await this.#fail(record, unknownFailure(record));
	}

	async #fail(record: JobRecord, failure: Failure): Promise<void> {
		const endedAt = this.#parts.now().toISOString();
		await this.#parts.storage.jobs.update(record.job.id, (latest) =>
			isFinished(latest.job.state) ? latest : toFailed(latest, failure, endedAt),
		);
		this.#parts.onProgress([record.job.id], undefined);
	}

	#tellAway(records: readonly ServerRecord[]): void {
		for (const { job, destination } of records) {
			this.#written.delete(job.id);
			this.#parts.onProgress([job.id], { step: waitsFor(destination, this.#parts.side.here()) });
		}
	}
}

/** What a record says while its server is away; `here`: the one that is connected. */
export const waitsFor = (destination: OnServer, here?: ServerPlace): string =>
	here !== undefined && isReplaced(destination, here)
		? `Waits for ${destination.name}, but another server is at its address now. Cancel and retry to use that one`
		: `Waits for ${destination.name}`;

/** Another server answers where this one was: it was set up anew, most often. */
const isReplaced = (destination: OnServer, here: ServerPlace): boolean =>
	destination.place === here.place && !isMeant(here, destination);

/** Where an export goes that a person wants made again: to the server that is at its address now. */
export const renewedFor = (destination: Destination, here: ServerPlace | undefined): Destination =>
	destination.kind === 'server' && here !== undefined && isReplaced(destination, here)
		? { ...destination, id: here.id }
		: destination;

const reasonFor = ({ name }: OnServer): string => `By ${name}, in whose folder the file is kept.`;

const unknownFailure = ({ task, destination }: JobRecord): Failure => ({
	kind: 'server-refused',
	subject: outputFileName(task.output),
	detail: `${'name' in destination ? destination.name : 'It'} no longer knows of it. Look into its export folder, then retry.`,
});

/** The group that the server keeps them as: that of the mark, which is replaced and deleted as one, else that of the press. */
const groupOf = ([first]: readonly ServerRecord[]): string | undefined => first?.after?.marker.id ?? first?.group;

/** Those that were asked for together, in the order they were asked for. */
function pressesOf(records: readonly ServerRecord[]): readonly (readonly ServerRecord[])[] {
	const presses = new Map<string, ServerRecord[]>();
	for (const record of records) {
		const key = record.group ?? record.job.id;
		presses.set(key, [...(presses.get(key) ?? []), record]);
	}
	return [...presses.values()];
}

function partsOf<T>(items: readonly T[]): readonly (readonly T[])[] {
	const parts: T[][] = [];
	let bytes = Infinity;
	for (const item of items) {
		const size = JSON.stringify(item).length;
		const last = parts.at(-1);
		if (last === undefined || last.length >= MOST_AT_ONCE || bytes + size > MOST_BYTES) {
			parts.push([item]);
			bytes = size;
		} else {
			last.push(item);
			bytes += size;
		}
	}
	return parts;
}

interface Refusal {
	readonly sentence: string;
	/** The jobs that it is about; all of them without it. */
	readonly ids: readonly string[] | undefined;
}

/** Why the server will not do it; undefined when it was not reached, or this device has to be paired first. */
function refusalOf(failure: ServerFailure): Refusal | undefined {
	if (failure.kind !== 'refused' || failure.error === null) return undefined;
	if (failure.status === 401 || failure.status === 403) return undefined;
	return { sentence: failure.error.message, ids: refusedIds(failure.error) };
}
