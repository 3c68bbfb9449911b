import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import type { Live } from '#core/live';

/** How long undo is offered, in milliseconds. */
const OFFERED_MS = 10_000;

/**
 * Says what was deleted, with a button that takes it back. The offer ends with the next change, since undo would then take back that.
 * Call it right after the deletion.
 */
export function offerUndo(toasts: Toasts, document: { watch(): Live<unknown>; undo(): void }, sentence: string): void {
	const end = (): void => {
		clearTimeout(timer);
		subscription.unsubscribe();
		toasts.dismiss(toast);
	};
	const toast = toasts.show({ kind: 'info', text: sentence, action: { label: 'Undo', run: () => document.undo() } });
	const timer = setTimeout(end, OFFERED_MS);
	let told = 0;
	// The first time tells how things are now.
	const subscription = document.watch().subscribe(() => {
		told += 1;
		if (told > 1) end();
	});
}
