import { fromFiles, fromHandles, type Picked } from './picked.ts';

/** Where the service worker puts what other apps share with Octocut; each entry's `x-file-name` is URI-encoded. */
export const SHARED_CACHE = 'octocut-shared';

interface LaunchQueue {
	setConsumer(consumer: (launch: { readonly files: readonly FileSystemHandle[] }) => void): void;
}

/** Files opened with Octocut from the operating system, at start and later. */
export function onOpenedWith(receive: (picked: readonly Picked[]) => void): void {
	const { launchQueue } = globalThis as { launchQueue?: LaunchQueue };
	launchQueue?.setConsumer(({ files }) => {
		if (files.length === 0) return;
		fromHandles(files).then(receive, (thrown: unknown) => console.warn('Opened files could not be read:', thrown));
	});
}

/** Files shared by another app since the last call. */
export async function takeShared(): Promise<readonly Picked[]> {
	if (!('caches' in globalThis) || !(await caches.has(SHARED_CACHE))) return [];
	const cache = await caches.open(SHARED_CACHE);
	const files: File[] = [];
	for (const request of await cache.keys()) {
		const response = await cache.match(request);
		if (response === undefined) continue;
		const name = decodeURIComponent(response.headers.get('x-file-name') ?? 'shared');
		files.push(new File([await response.blob()], name, { type: response.headers.get('content-type') ?? '' }));
	}
	await caches.delete(SHARED_CACHE);
	return fromFiles(files);
}
