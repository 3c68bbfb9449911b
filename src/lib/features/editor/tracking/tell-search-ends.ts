import { failureText } from '#core/failure';
import { isFinished } from '#core/export/job';
import type { Fingerprint } from '#core/media/fingerprint';
import type { TrackingQueue } from '$lib/jobs/tracking/tracking-queue';
import type { TrackingRecord } from '$lib/storage/tracking-record';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import { text } from './text.ts';

/** How many places on the page show the search of a file: nobody there needs to be told how it ended. */
const inSight = new Map<Fingerprint, number>();

/** For an effect of what shows the search of a file. Gives the cleanup. */
export function showsSearchOf(media: Fingerprint): () => void {
	inSight.set(media, (inSight.get(media) ?? 0) + 1);
	return () => void inSight.set(media, (inSight.get(media) ?? 1) - 1);
}

/** Tells how a search ended that was under way, where nothing on the page shows it. `show` leads to the file. */
export function tellSearchEnds(
	queue: Pick<TrackingQueue, 'watch'>,
	toasts: Toasts,
	show: (media: Fingerprint) => void,
): void {
	let underWay: ReadonlySet<string> = new Set();
	queue.watch().subscribe((records) => {
		const ended = records.filter(({ job }) => underWay.has(job.id) && isFinished(job.state));
		underWay = new Set(records.filter(({ job }) => !isFinished(job.state)).map(({ job }) => job.id));
		for (const record of ended) if ((inSight.get(record.media) ?? 0) === 0) tell(record, toasts, show);
	});
}

function tell({ job, media, name, remarks }: TrackingRecord, toasts: Toasts, show: (media: Fingerprint) => void): void {
	const action = { label: text.showFile, run: () => show(media) };
	if (job.error !== undefined) toasts.show({ kind: 'error', text: failureText(job.error), action });
	else if (job.state !== 'done') return;
	else if (remarks.length > 0) toasts.show({ kind: 'warning', text: remarks.join(' '), action, passing: true });
	else toasts.show({ kind: 'success', text: text.doneIn(name), action, passing: true });
}
