import { listJobs, type ServerJob } from '#contract/jobs';
import type { ServerEvent } from '#contract/socket';
import type { Live } from '#core/live';
import { isAbort, ok, type Result } from '#core/result';
import type { ServerClient } from './server-client.ts';
import type { ServerFailure } from './server-failure.ts';
import type { LinkState } from './sync/server-link.ts';

/** How often jobs are asked about while the socket does not tell of them, in milliseconds. */
const LOOK_MS = 1000;
/** So many times as long between two tries while the server is away. */
const AWAY = 3;
const PAGE = 500;

/** What the socket tells, and whether there is one. */
export interface JobEvents {
	onEvent(listener: (event: ServerEvent) => void): () => void;
	readonly link: Live<LinkState> & { readonly value: LinkState };
}

export interface Following {
	/** Jobs of one group. */
	readonly ids: readonly string[];
	readonly group?: string | undefined;
	readonly signal: AbortSignal;
	/** How a job is: at first, and at each change, until it has ended. */
	readonly onJob: (job: ServerJob) => void;
	/** The server no longer knows it. */
	readonly onGone: (id: string) => void;
	/** Whether the server is reached. It is followed on when it is back. */
	readonly onReach: (isThere: boolean) => void;
}

/** Jobs of the server as they go on: told by the socket at once, by asking again and again where there is none. */
export class JobFeed {
	readonly #events: JobEvents | undefined;
	readonly #lookMs: number;

	constructor(events?: JobEvents, lookMs = LOOK_MS) {
		this.#events = events;
		this.#lookMs = lookMs;
	}

	/** Resolves when all have ended or are gone. Rejects with `AbortError` on `signal`. */
	async follow(client: ServerClient, following: Following): Promise<void> {
		const { ids, group, signal, onJob, onGone, onReach } = following;
		const open = new Set(ids);
		const events = this.#events;
		let wake = (): void => undefined;
		/** The socket tells all that happens. */
		let isLive = events?.link.value === 'open';
		/** What has happened until now may not be known. */
		let mustLook = true;
		const take = (job: ServerJob): void => {
			if (!open.has(job.id)) return;
			if (job.endedAt !== undefined) open.delete(job.id);
			onJob(job);
		};
		const lose = (id: string): void => {
			if (open.delete(id)) onGone(id);
		};
		const hear = (event: ServerEvent): void => {
			if (event.type === 'job') take(event.job);
			else if (event.type === 'job-removed') lose(event.id);
			else if (event.type === 'welcome') {
				isLive = true;
				onReach(true);
				event.jobs.forEach(take);
				// What is not under way has ended meanwhile.
				const active = new Set(event.jobs.map(({ id }) => id));
				mustLook ||= [...open].some((id) => !active.has(id));
			} else return;
			if (mustLook || open.size === 0) wake();
		};
		const unhear = events?.onEvent(hear);
		const watching = events?.link.subscribe((state) => {
			if (state === 'open' || !isLive) return;
			isLive = false;
			mustLook = true;
			wake();
		});
		try {
			let isThere = true;
			while (open.size > 0) {
				signal.throwIfAborted();
				if (mustLook || !isLive) {
					mustLook = false;
					const jobs = await look(client, open, group, signal);
					isThere = jobs.ok;
					onReach(isThere);
					mustLook ||= !isThere;
					if (jobs.ok) {
						jobs.value.forEach(take);
						const known = new Set(jobs.value.map(({ id }) => id));
						[...open].filter((id) => !known.has(id)).forEach(lose);
					}
				}
				if (open.size === 0) return;
				const isTold = isLive && !mustLook;
				await nap(isTold ? undefined : this.#lookMs * (isThere ? 1 : AWAY), signal, (awake) => (wake = awake));
			}
		} finally {
			unhear?.();
			watching?.unsubscribe();
		}
	}
}

/** Those of `ids` that the server knows. A page at a time, until all are found. */
async function look(
	client: ServerClient,
	ids: ReadonlySet<string>,
	group: string | undefined,
	signal: AbortSignal,
): Promise<Result<readonly ServerJob[], ServerFailure>> {
	const jobs: ServerJob[] = [];
	const wanted = new Set(ids);
	for (let before: string | undefined; jobs.length < wanted.size;) {
		const query = {
			...{ kind: 'export' as const, limit: PAGE },
			...(group !== undefined && { group }),
			...(before !== undefined && { before }),
		};
		const page = await client.call(listJobs, { query, signal });
		if (!page.ok) return page;
		jobs.push(...page.value.jobs.filter(({ id }) => wanted.has(id)));
		const last = page.value.jobs.at(-1);
		if (page.value.jobs.length < PAGE || last === undefined) break;
		before = last.createdAt;
	}
	return ok(jobs);
}

/** `ms` (undefined: for ever), or until `wake` is called. Rejects with `AbortError` on `signal`. */
export function nap(
	ms: number | undefined,
	signal: AbortSignal,
	onAsleep: (wake: () => void) => void = () => undefined,
): Promise<void> {
	return new Promise((resolve, reject) => {
		const end = (): void => {
			clearTimeout(timer);
			signal.removeEventListener('abort', abort);
		};
		const abort = (): void => {
			end();
			const reason: unknown = signal.reason;
			reject(isAbort(reason) ? (reason as Error) : new DOMException('The export was cancelled', 'AbortError'));
		};
		const awake = (): void => {
			end();
			resolve();
		};
		const timer = ms === undefined ? undefined : setTimeout(awake, ms);
		signal.addEventListener('abort', abort, { once: true });
		onAsleep(awake);
		if (signal.aborted) abort();
	});
}
