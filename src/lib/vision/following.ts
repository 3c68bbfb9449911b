import type { Followed, FollowedSubject, FollowRequest, SubjectRequest } from '#core/tracking/follow';
import { connect, type Connection } from '$lib/media/worker-rpc/connect';

type Api = typeof import('./follow.worker.ts').api;

/** `follow` of `core/tracking`, in a worker. Rejects with `AbortError` on `signal`. */
export const followAside = (request: FollowRequest, signal?: AbortSignal): Promise<Followed> =>
	aside((worker) => worker.call('follow', request, signal === undefined ? {} : { signal }));

/** `findSubject` of `core/tracking`, in a worker. Rejects with `AbortError` on `signal`. */
export const findSubjectAside = (request: SubjectRequest, signal?: AbortSignal): Promise<FollowedSubject> =>
	aside((worker) => worker.call('findSubject', request, signal === undefined ? {} : { signal }));

async function aside<T>(call: (worker: Connection<Api>) => Promise<T>): Promise<T> {
	const worker = connect<Api>(new Worker(new URL('./follow.worker.ts', import.meta.url), { type: 'module' }));
	try {
		return await call(worker);
	} finally {
		worker.terminate();
	}
}
