import * as z from 'zod';
import { cancelJob, removeJob, type ServerJob } from '#contract/jobs';
import type { Storage } from '$lib/storage/storage';
import { isMeant, type ServerHere, type ServerPlace } from './server-side.ts';

const KEY = 'server.errands';

/** A job to be cancelled on a server; with `forget`, what it made goes too. */
const Errand = z
	.object({
		/** The address of the server. */
		place: z.string(),
		/** What the server calls itself; absent where it has not told, and in errands of older versions. */
		server: z.string().optional(),
		/** Of the job. */
		id: z.string(),
		forget: z.boolean(),
	})
	.readonly();
export type Errand = z.infer<typeof Errand>;
const Errands = z.array(Errand).readonly();

type MeantServer = Pick<ServerPlace, 'place'> & Partial<ServerPlace>;

/** Has the server that is meant cancel a job. */
export const errandFor = ({ place, id: server }: MeantServer, id: string, forget: boolean): Errand => ({
	...{ place, id, forget },
	...(server !== undefined && { server }),
});

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
	 * Does what is to be done on the server that is here; false when it went away meanwhile, and the rest stays for later. Tells each job that was
	 * to be cancelled as it is then: it may have been quicker.
	 */
	async run(here: ServerHere, onJob: (job: ServerJob) => Promise<void>): Promise<boolean> {
		const { client } = here;
		const errands = (await this.#settings.get(KEY, Errands)) ?? [];
		for (const errand of errands.filter(({ place, server }) => isMeant(here, { place, id: server }))) {
			const { place, server, id, forget } = errand;
			const cancelled = await client.call(cancelJob, { params: { id } });
			if (!cancelled.ok && !isAnswer(cancelled.error)) return false;
			if (forget && cancelled.ok) {
				const removed = await client.call(removeJob, { params: { id } });
				if (!removed.ok && !isAnswer(removed.error)) return false;
			} else if (cancelled.ok) await onJob(cancelled.value);
			await this.#change((latest) =>
				latest.filter((one) => one.id !== id || one.place !== place || one.server !== server),
			);
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
