import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import { text } from './text.ts';

const RELOADED_KEY = 'octocut:reload-offered';

/** Follows updates; where the network goes off before that has begun, from when it is back. Nobody waits for it. */
export function keepFollowingUpdates(url: string, toasts: Toasts): void {
	followUpdates(url, toasts).catch((thrown: unknown) => {
		console.warn('Octocut is not kept for offline use yet:', thrown);
		addEventListener('online', () => keepFollowingUpdates(url, toasts), { once: true });
	});
}

/**
 * Registers the service worker at `url` and offers what follows from it: a new version, and on hosts without isolation headers one
 * reload after the first visit (the worker adds them from then on). Nothing reloads by itself.
 */
async function followUpdates(url: string, toasts: Toasts, reload = () => location.reload()): Promise<void> {
	const { Workbox } = await import('workbox-window');
	const workbox = new Workbox(url);
	workbox.addEventListener('waiting', () => {
		toasts.show({
			kind: 'info',
			text: text.newVersion,
			action: {
				label: text.reload,
				run: () => {
					workbox.addEventListener('controlling', reload);
					workbox.messageSkipWaiting();
				},
			},
		});
	});
	await workbox.register();
	await navigator.serviceWorker.ready;
	if (!globalThis.crossOriginIsolated && sessionStorage.getItem(RELOADED_KEY) === null) {
		sessionStorage.setItem(RELOADED_KEY, 'yes');
		toasts.show({ kind: 'info', text: text.isolate, action: { label: text.reload, run: reload } });
	}
}
