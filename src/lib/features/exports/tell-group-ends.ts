import type { ExportQueue } from '$lib/jobs/export-queue';
import type { JobRecord } from '$lib/storage/job-record';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import { groupsEndedBetween } from './job-groups.ts';
import { text } from './text.ts';

/** Says on any page of the tab that queued a group when it has ended, and how many of it failed. Ends with what it returns. */
export function tellGroupEnds(
	queue: Pick<ExportQueue, 'watch' | 'isFromHere'>,
	toasts: Toasts,
	show: () => void,
): () => void {
	let before: readonly JobRecord[] | undefined;
	const subscription = queue.watch().subscribe((records) => {
		for (const { id, name, total, done, failed } of groupsEndedBetween(before ?? [], records)) {
			if (!queue.isFromHere(id)) continue;
			toasts.show(
				failed === 0
					? { kind: 'success', text: text.groupReady(name, done) }
					: {
							kind: 'error',
							text: text.groupFailed(name, failed, total),
							action: { label: text.showExports, run: show },
						},
			);
		}
		before = records;
	});
	return () => subscription.unsubscribe();
}
