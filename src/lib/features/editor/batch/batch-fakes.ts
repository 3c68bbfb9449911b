import type { Marker } from '#core/project/profile';
import { ok } from '#core/result';
import { CurrentProfile } from '$lib/app/current-profile.svelte';
import type { GroupPlace } from '$lib/jobs/group-counter';
import { ProfileDocument } from '$lib/storage/profile-document';
import type { Storage } from '$lib/storage/storage';
import { unkeptLog } from '$lib/storage/unkept-log-fixture';
import type { BatchQueue, ClipRequest } from './batch-queue.ts';

/* Stand-ins for tests of batches: no database, no files. */

/** Settings and profiles that are kept nowhere. */
export function fakeStorage(): Pick<Storage, 'settings' | 'profiles' | 'jobs'> {
	const log = unkeptLog();
	const values = new Map<string, unknown>();
	const documents = new Map<string, Promise<ProfileDocument>>();
	const storage = {
		settings: {
			get: (key: string) => Promise.resolve(values.get(key)),
			set: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
			watch: () => ({
				subscribe: (next: (value: undefined) => void) => {
					queueMicrotask(() => next(undefined));
					return { unsubscribe: () => {} };
				},
			}),
		},
		profiles: {
			open: (name: string) => {
				const open = documents.get(name) ?? ProfileDocument.open(name, log, `test-${crypto.randomUUID()}`);
				documents.set(name, open);
				return open;
			},
			names: () => Promise.resolve([...documents.keys()]),
			watch: () => ({ subscribe: () => ({ unsubscribe: () => {} }) }),
			remove: (name: string) => Promise.resolve(void documents.delete(name)),
		},
		jobs: { folder: () => Promise.resolve(undefined) },
	};
	return storage as unknown as Pick<Storage, 'settings' | 'profiles' | 'jobs'>;
}

/** A queue whose files are made as soon as they are asked for. */
export class FakeQueue implements BatchQueue {
	readonly requests: ClipRequest[][] = [];
	readonly deleted: string[] = [];
	#counters = new Map<string, number>();
	readonly #profiles: Pick<Storage, 'profiles'>['profiles'];

	constructor(storage: Pick<Storage, 'profiles'>) {
		this.#profiles = storage.profiles;
	}

	nextCounter({ folder, name }: GroupPlace): Promise<number> {
		return Promise.resolve((this.#counters.get(`${folder}/${name}`) ?? 0) + 1);
	}

	async takeCounter<T>(place: GroupPlace, use: (counter: number) => Promise<T>): Promise<T> {
		return use(await this.nextCounter(place));
	}

	async enqueue(requests: readonly ClipRequest[]): Promise<readonly string[]> {
		this.requests.push([...requests]);
		for (const { task, after } of requests) {
			const { folder = '', name, extension } = task.output;
			const { marker, clip } = after;
			const root = folder.split('/').slice(0, -1).join('/');
			const key = `${root}/${name.replace(/_\d+_\d+$/u, '')}`;
			this.#counters.set(key, Math.max(this.#counters.get(key) ?? 0, marker.counter));
			const profile = await this.#profiles.open(after.profile);
			profile.recordClip(marker, { ...clip, path: `${folder}/${name}${extension === '' ? '' : `.${extension}`}` });
		}
		return requests.map(({ task }) => task.id);
	}

	async deleteGroup(
		marker: Marker,
		{ only }: { readonly only?: readonly string[] } = {},
	): ReturnType<BatchQueue['deleteGroup']> {
		const paths = marker.clips.map(({ path }) => path).filter((path) => only?.includes(path) ?? true);
		this.deleted.push(...paths);
		const profile = await this.#profiles.open('default');
		profile.forgetClips(marker.id, paths);
		return ok(undefined);
	}
}

export const openProfile = (storage: Pick<Storage, 'settings' | 'profiles'>): CurrentProfile =>
	new CurrentProfile(storage);
