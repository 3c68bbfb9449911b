import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { ApiError } from '#contract/api-error';
import type { Capture } from '#contract/captures';
import { type Webhook, type WebhookDelivery, WebhookEvent, type WebhookKind } from '#contract/webhooks';
import { err, ok, type Result } from '#core/result';
import { LoginLimit } from '../auth/login-limit.ts';
import type { Seal } from '../auth/seal.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { foreignText } from '../text/foreign-text.ts';
import { type AddressRules, readWebhookAddress } from './webhook-address.ts';
import type { SharedLink } from './webhook-event.ts';
import type { WebhookRows } from './webhook-rows.ts';
import { type DeliveryRow, type WebhookRow } from './webhook-rows.ts';
import type { Destination, WebhookSender } from './webhook-sender.ts';

/** Starts of a delivery: the last one about a quarter of an hour after the first, unless the receiver asks for longer rests. */
const MOST_ATTEMPTS = 8;
const TESTS = { each: 6, ofAll: Infinity };

/** What a job of a delivery needs. The link is sealed: jobs are kept, and shown. */
export const DeliveryPayload = z.object({
	webhook: z.string(),
	delivery: z.string(),
	event: WebhookEvent,
	atMs: z.number(),
	capture: z.string(),
	link: z.string().optional(),
});
export type DeliveryPayload = z.infer<typeof DeliveryPayload>;

export interface WebhooksParts {
	readonly rows: WebhookRows;
	readonly seal: Seal;
	readonly rules: AddressRules;
	readonly sender: WebhookSender;
	readonly queue: JobQueue;
	/** Milliseconds since 1970. */
	readonly now: () => number;
}

/** What a person says of a webhook. */
export interface WebhookTerms {
	readonly name: string;
	readonly kind: WebhookKind;
	readonly address: string;
	readonly events: readonly WebhookEvent[];
	readonly secret: string | null;
	readonly enabled: boolean;
}

const Sealed = z.object({ address: z.string(), secret: z.string().nullable() });
type Sealed = z.infer<typeof Sealed>;

/** Whom the server tells of captures and links. */
export class Webhooks {
	readonly #parts: WebhooksParts;
	readonly #tests: LoginLimit;

	constructor(parts: WebhooksParts) {
		this.#parts = parts;
		this.#tests = new LoginLimit(parts.now, TESTS);
	}

	list(): readonly Webhook[] {
		return this.#parts.rows.all().map((row) => this.#shown(row));
	}

	add(terms: Omit<WebhookTerms, 'enabled'>): Result<Webhook, ApiError> {
		const url = readWebhookAddress(terms.kind, terms.address, this.#parts.rules);
		if (!url.ok) return err({ code: 'unprocessable', message: url.error });
		const row: WebhookRow = {
			...{ id: randomUUID(), name: terms.name, kind: terms.kind, sealed: '', events: JSON.stringify(terms.events) },
			...{ enabled: true, createdAt: this.#parts.now() },
		};
		const kept = { ...row, sealed: this.#close(row, { address: url.value.href, secret: terms.secret }) };
		this.#parts.rows.add(kept);
		return ok(this.#shown(kept));
	}

	/** What is left out stays as it is. */
	change(id: string, terms: Partial<Omit<WebhookTerms, 'kind'>>): Result<Webhook, ApiError> {
		const { rows, rules } = this.#parts;
		const row = rows.get(id);
		if (row === undefined) return err(NO_SUCH);
		const url = terms.address === undefined ? undefined : readWebhookAddress(row.kind, terms.address, rules);
		if (url?.ok === false) return err({ code: 'unprocessable', message: url.error });
		const known = this.#open(row);
		if (known === undefined && url === undefined && terms.secret !== undefined) return err(UNREADABLE);
		const address = url?.value.href ?? known?.address;
		const isResealed = address !== undefined && (url !== undefined || terms.secret !== undefined);
		const secret = terms.secret === undefined ? (known?.secret ?? null) : terms.secret;
		rows.change(id, {
			...(terms.name !== undefined && { name: terms.name }),
			...(terms.events !== undefined && { events: JSON.stringify(terms.events) }),
			...(terms.enabled !== undefined && { enabled: terms.enabled }),
			...(isResealed && { sealed: this.#close(row, { address, secret }) }),
		});
		return ok(this.#shown(rows.get(id) ?? row));
	}

	remove(id: string): boolean {
		return this.#parts.rows.remove(id);
	}

	/** Where it leads; undefined when what was kept cannot be opened any more. */
	destination(row: WebhookRow): Destination | undefined {
		const opened = this.#open(row);
		if (opened === undefined) return undefined;
		return { id: row.id, kind: row.kind, url: new URL(opened.address), secret: opened.secret };
	}

	/** Puts a message for everybody who wants to know of `event` into the queue. `linkFor`: a link to tell of, for each of them. */
	async tell(
		event: WebhookEvent,
		capture: Capture,
		linkFor: (row: WebhookRow) => Promise<SharedLink | undefined>,
	): Promise<void> {
		const { rows, queue, now } = this.#parts;
		for (const old of queue.list({ kind: 'webhook', state: 'ended', limit: 500 })) queue.remove(old.id);
		for (const row of rows.all()) {
			if (!row.enabled || !eventsOf(row).includes(event)) continue;
			const link = await linkFor(row);
			const id = randomUUID();
			const payload: DeliveryPayload = {
				...{ webhook: row.id, delivery: id, event, atMs: now(), capture: capture.id },
				...(link && { link: this.#parts.seal.close(JSON.stringify(link), linkOwner(id)) }),
			};
			rows.addDelivery({ ...newDelivery(id, row, event, now()), state: 'waiting' });
			const title = `Message to “${foreignText(row.name, 64)}”`;
			queue.enqueue([{ kind: 'webhook', lane: 'background', title, payload, key: id, maxAttempts: MOST_ATTEMPTS }]);
		}
	}

	/** Sends one message now, once. */
	async test(id: string): Promise<Result<WebhookDelivery, ApiError>> {
		const { rows, sender, now } = this.#parts;
		const row = rows.get(id);
		if (row === undefined) return err(NO_SUCH);
		const waitS = this.#tests.waitS(id);
		if (waitS > 0) {
			const message = `That was tested often just now. Wait ${waitS} seconds, then try again.`;
			return err({ code: 'too_many_requests', message });
		}
		this.#tests.failed(id);
		const to = this.destination(row);
		if (to === undefined) return err(UNREADABLE);
		const delivery = randomUUID();
		// Nobody can call it off: it ends by itself within seconds.
		const { signal } = new AbortController();
		const telling = { id: delivery, event: 'test', atMs: now() } as const;
		const { state, status, message } = await sender.send(to, telling, { signal });
		const done: DeliveryRow = {
			...newDelivery(delivery, row, 'test', now()),
			...{ state: state === 'done' ? 'done' : 'failed', attempts: 1 },
			...{ status: status ?? null, message: message ?? null },
		};
		// Removed while it was sent.
		if (rows.get(id) !== undefined) rows.addDelivery(done);
		return ok(shownDelivery(done));
	}

	#open(row: WebhookRow): Sealed | undefined {
		const plain = this.#parts.seal.open(row.sealed, ownerOf(row));
		if (plain === undefined) return undefined;
		return Sealed.parse(JSON.parse(plain));
	}

	#close(row: WebhookRow, sealed: Sealed): string {
		return this.#parts.seal.close(JSON.stringify(sealed), ownerOf(row));
	}

	#shown(row: WebhookRow): Webhook {
		const { id, name, kind, enabled } = row;
		const signed = kind === 'generic' && typeof this.#open(row)?.secret === 'string';
		const deliveries = this.#parts.rows.deliveries(id).map(shownDelivery);
		return { id, name, kind, enabled, events: eventsOf(row), signed, deliveries };
	}
}

const ownerOf = ({ id }: WebhookRow): string => `webhook ${id}`;
export const linkOwner = (delivery: string): string => `link of delivery ${delivery}`;

const eventsOf = (row: WebhookRow): readonly WebhookEvent[] => z.array(WebhookEvent).parse(JSON.parse(row.events));

const newDelivery = (id: string, row: WebhookRow, event: DeliveryRow['event'], at: number) =>
	({ id, webhookId: row.id, event, attempts: 0, status: null, message: null, at }) satisfies Partial<DeliveryRow>;

const shownDelivery = (row: DeliveryRow): WebhookDelivery => ({
	id: row.id,
	event: row.event === 'test' ? 'test' : WebhookEvent.parse(row.event),
	state: row.state,
	attempts: row.attempts,
	...(row.status !== null && { status: row.status }),
	...(row.message !== null && { message: row.message }),
	at: new Date(row.at).toISOString(),
});

const NO_SUCH: ApiError = { code: 'not_found', message: 'There is no such webhook any more.' };
const UNREADABLE: ApiError = {
	code: 'unprocessable',
	message: 'The address cannot be read any more: the server’s key is another one now. Enter the address again.',
};
