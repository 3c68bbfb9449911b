import * as z from 'zod';
import { cancelJob, removeJob, type ServerJob } from '#contract/jobs';
import type { ServerClient } from '$lib/remote/server-client';
import type { Storage } from '$lib/storage/storage';

const KEY = 'server.errands';

/** A job to be cancelled on the server at `place`; with `forget`, what it made goes too. */
const Errand = z.object({ place: z.string(), id: z.string(), forget: z.boolean() }).readonly();
export type Errand = z.infer<typeof Errand>;
const Errands = z.array(Errand).readonly();

/** What is still to be told to a server, which may be away: kept until it has been. */
export class ServerErrands {
	readonly #settings: Storage['settings'];
	readonly #lock: string;

	/** `lock` names the lock under which the list is changed. */
	constructor(settings: Storage['settings'], lock: string) {
		this.#settings = settings;
		this.#lock = lock;
	}

	/** Told when there is something new, in this tab or another. */
	onNew(listener: () => void): () => void {
		const watching = this.#settings.watch(KEY, Errands).subscribe((errands) => {
			if ((errands?.length ?? 0) > 0) listener();
		});
		return () => watching.unsubscribe();
	}

	async add(errands: readonly Errand[]): Promise<void> {
		await this.#change((before) => [...before, ...errands]);
	}

	/**
	 * Does what is to be done at `place`; false when the server went away meanwhile, and the rest stays for later. Tells each job that was to be
	 * cancelled as it is then: it may have been quicker.
	 */
	async run(place: string, client: ServerClient, onJob: (job: ServerJob) => Promise<void>): Promise<boolean> {
		const errands = (await this.#settings.get(KEY, Errands)) ?? [];
		for (const errand of errands.filter((one) => one.place === place)) {
			const { id, forget } = errand;
			const cancelled = await client.call(cancelJob, { params: { id } });
			if (!cancelled.ok && !isAnswer(cancelled.error)) return false;
			if (forget && cancelled.ok) {
				const removed = await client.call(removeJob, { params: { id } });
				if (!removed.ok && !isAnswer(removed.error)) return false;
			} else if (cancelled.ok) await onJob(cancelled.value);
			await this.#change((latest) => latest.filter((one) => one.id !== id || one.place !== place));
		}
		return true;
	}

	async #change(change: (before: readonly Errand[]) => readonly Errand[]): Promise<void> {
		const work = async (): Promise<void> => {
			await this.#settings.set(KEY, change((await this.#settings.get(KEY, Errands)) ?? []));
		};
		if ('locks' in navigator) await navigator.locks.request(this.#lock, work);
		else await work();
	}
}

/** The server itself has said no: there is nothing to do there any more. */
const isAnswer = (failure: { readonly kind: string; readonly status?: number }): boolean =>
	failure.kind === 'refused' && (failure.status === 404 || failure.status === 409);
