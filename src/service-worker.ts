import { base, build, files, version } from '$service-worker';
import { FFMPEG_CORE_CACHE } from '#core/ffmpeg/ffmpeg-core-files';
import {
	addPlugins,
	cleanupOutdatedCaches,
	createHandlerBoundToURL,
	precacheAndRoute,
	type PrecacheEntry,
} from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { CacheFirst } from 'workbox-strategies';

declare const self: ServiceWorkerGlobalScope;

/** Read by the library, see features/library/arrivals.ts. */
const SHARED_CACHE = 'octocut-shared';
/** Kept for good when first fetched: each address names a version. The manifest of the models says which ones belong to this build. */
const isLarge = (path: string): boolean => /\.(wasm|onnx)$/.test(path) || path.startsWith(`${base}/wasm/`);
const isForStores = (path: string): boolean => path.startsWith(`${base}/screenshots/`);

const ISOLATION = {
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Cross-Origin-Embedder-Policy': 'require-corp',
	'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** The same response with the headers of an isolated page, where a plain host leaves them out. */
function isolated(response: Response): Response {
	if (response.type === 'opaque' || response.status === 0) return response;
	const missing = Object.entries(ISOLATION).filter(([name]) => !response.headers.has(name));
	if (missing.length === 0) return response;
	const headers = new Headers(response.headers);
	for (const [name, value] of missing) headers.set(name, value);
	return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

const withIsolation = {
	cacheWillUpdate: ({ response }: { response: Response }) =>
		Promise.resolve(response.status === 200 ? isolated(response) : null),
	cachedResponseWillBeUsed: ({ cachedResponse }: { cachedResponse?: Response | undefined }) =>
		Promise.resolve(cachedResponse && isolated(cachedResponse)),
};

const entries: PrecacheEntry[] = [
	{ url: `${base}/`, revision: version },
	...build.filter((path) => !isLarge(path)).map((url) => ({ url, revision: null })),
	...files.filter((path) => !isLarge(path) && !isForStores(path)).map((url) => ({ url, revision: version })),
];

cleanupOutdatedCaches();
addPlugins([withIsolation]);
precacheAndRoute(entries);
// Links that are shared are the server’s own pages: never ours, never kept.
registerRoute(
	new NavigationRoute(createHandlerBoundToURL(`${base}/`), {
		denylist: [/\/api(\/|$)/, new RegExp(`^${base}/s/`), /\/metrics$/],
	}),
);
// Fetched when first needed or by "make available offline", then kept.
registerRoute(
	({ url, sameOrigin, request }) => sameOrigin && isLarge(url.pathname) && !request.headers.has('range'),
	new CacheFirst({ cacheName: FFMPEG_CORE_CACHE, plugins: [withIsolation] }),
);

/** What another app shares with Octocut: kept for the library to take, which is shown next. */
registerRoute(
	({ url }) => url.pathname === `${base}/share-target`,
	async ({ request }) => {
		const form = await request.formData();
		const cache = await caches.open(SHARED_CACHE);
		const shared = form.getAll('media').filter((entry) => entry instanceof File);
		for (const [at, file] of shared.entries()) {
			const headers = { 'x-file-name': encodeURIComponent(file.name), 'content-type': file.type };
			await cache.put(`${base}/shared/${at}`, new Response(file, { headers }));
		}
		return Response.redirect(`${base}/`, 303);
	},
	'POST',
);

self.addEventListener('message', (event) => {
	const message = event.data as { readonly type?: string } | null;
	if (message?.type === 'SKIP_WAITING') {
		event.waitUntil(self.skipWaiting());
	}
});
// The first visit is taken over at once, so that the second works without a network; an update waits for the person.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
