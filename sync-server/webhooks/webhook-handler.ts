import * as z from 'zod';
import { err, ok } from '#core/result';
import type { Seal } from '../auth/seal.ts';
import type { CaptureStore } from '../captures/capture-store.ts';
import type { JobEvent, JobHandler, JobQueue } from '../jobs/job-queue.ts';
import type { Outcome } from './delivery-outcome.ts';
import type { SharedLink } from './webhook-event.ts';
import type { WebhookRows } from './webhook-rows.ts';
import type { WebhookSender } from './webhook-sender.ts';
import { DeliveryPayload, linkOwner, type Webhooks } from './webhooks.ts';

export interface HandlerParts {
	readonly rows: WebhookRows;
	readonly webhooks: Webhooks;
	readonly sender: WebhookSender;
	readonly captures: CaptureStore;
	readonly seal: Seal;
}

const SharedLink = z.object({
	...{ id: z.string(), address: z.string(), expiresAt: z.string().nullable(), hasPassword: z.boolean() },
	...{ maxViews: z.number().nullable(), download: z.boolean() },
});

/** Delivers one message; what became of each attempt is written to the delivery. */
export function webhookHandler(parts: HandlerParts): JobHandler {
	const { rows } = parts;
	return async (given, context) => {
		const payload = DeliveryPayload.parse(given);
		const before = rows.delivery(payload.delivery);
		const attempts = (before?.attempts ?? 0) + 1;
		context.onProgress({ progress: 0, step: 'Sending' });
		const outcome = await attempt(parts, payload, context.signal, (progress) =>
			context.onProgress({ progress, step: 'Sending' }),
		);
		const { state, status, message, pauseMs } = outcome;
		rows.changeDelivery(payload.delivery, {
			...{ attempts, status: status ?? null, message: message ?? null },
			state: state === 'again' ? 'waiting' : state,
		});
		if (state === 'done') return ok({ status });
		const failure = { kind: 'unexpected', subject: 'The message', detail: message ?? 'it was not taken' } as const;
		return err({ failure, mayPass: state === 'again', ...(pauseMs !== undefined && { pauseMs }) });
	};
}

async function attempt(
	{ rows, webhooks, sender, captures, seal }: HandlerParts,
	{ webhook, delivery, event, atMs, capture: captureId, link: sealed }: DeliveryPayload,
	signal: AbortSignal,
	onProgress: (sent: number) => void,
): Promise<Outcome> {
	const row = rows.get(webhook);
	if (row === undefined) return { state: 'failed', message: 'The webhook was removed before the message was sent.' };
	if (!row.enabled) return { state: 'failed', message: 'The webhook was turned off before the message was sent.' };
	const to = webhooks.destination(row);
	if (to === undefined) return { state: 'failed', message: 'The address cannot be read any more. Enter it again.' };
	const capture = captures.get(captureId);
	if (capture === undefined)
		return { state: 'failed', message: 'The capture was deleted before the message was sent.' };
	const opened = sealed === undefined ? undefined : seal.open(sealed, linkOwner(delivery));
	const link: SharedLink | undefined = opened === undefined ? undefined : SharedLink.parse(JSON.parse(opened));
	return sender.send(to, { id: delivery, event, atMs, capture, ...(link && { link }) }, { signal, onProgress });
}

/** A delivery whose job has ended waits no more, however that came. */
export function followJobs(queue: JobQueue, rows: WebhookRows): () => void {
	return queue.subscribe((event: JobEvent) => {
		if (event.type !== 'job' || event.job.kind !== 'webhook') return;
		const { state, id } = event.job;
		if (state !== 'failed' && state !== 'cancelled') return;
		const payload = DeliveryPayload.safeParse(queue.payload(id));
		const row = payload.success ? rows.delivery(payload.data.delivery) : undefined;
		if (row?.state !== 'waiting') return;
		const message = state === 'cancelled' ? 'It was cancelled.' : row.message;
		rows.changeDelivery(row.id, { state: 'failed', message });
	});
}
