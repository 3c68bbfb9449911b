import { isPartMissing } from '#core/part-missing';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import { startAnew } from './start-anew.ts';
import { text } from './text.ts';

/**
 * Tells when a part of the app could not be fetched and nobody told where it was needed: on a first visit the network can go off before
 * everything is kept here. Any other error goes its way. Gives what ends it.
 */
export function followMissingParts(toasts: Toasts, anew = startAnew): () => void {
	function tell(words: string): void {
		const retry = async (): Promise<void> => {
			if (!(await anew())) tell(text.stillMissing);
		};
		toasts.show({ kind: 'warning', text: words, action: { label: text.reload, run: () => void retry() } });
	}
	function take(event: Event, thrown: unknown): void {
		if (!isPartMissing(thrown)) return;
		event.preventDefault();
		console.warn('A part of the app could not be fetched:', thrown);
		tell(text.partMissing);
	}
	const onrejection = (event: PromiseRejectionEvent): void => take(event, event.reason);
	const onerror = (event: ErrorEvent): void => take(event, event.error);
	addEventListener('unhandledrejection', onrejection);
	addEventListener('error', onerror);
	return () => {
		removeEventListener('unhandledrejection', onrejection);
		removeEventListener('error', onerror);
	};
}
