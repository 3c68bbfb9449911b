import {
	addWebhook,
	changeWebhook,
	listWebhooks,
	removeWebhook,
	testWebhook,
	type Webhook,
	type WebhookDelivery,
	type WebhookEvent,
	type WebhookKind,
} from '#contract/webhooks';
import { Asking } from '$lib/app/asking.svelte';

/** As it is typed: what is empty stays as it is, where there is something. */
export interface TypedWebhook {
	readonly kind: WebhookKind;
	readonly name: string;
	readonly address: string;
	readonly events: readonly WebhookEvent[];
	readonly secret: string;
}

/** Longer than a receiver may take to answer, in milliseconds. */
const TEST_TIMEOUT_MS = 60_000;

/** Whom the server tells of captures. */
export class Webhooks extends Asking {
	#all: readonly Webhook[] = $state.raw([]);
	#loaded = $state(false);

	get all(): readonly Webhook[] {
		return this.#all;
	}
	get loaded(): boolean {
		return this.#loaded;
	}

	async load(): Promise<void> {
		const listed = await this.ask(listWebhooks, {});
		if (listed !== undefined) this.#all = listed.webhooks;
		this.#loaded = true;
	}

	/** Whether it is there now. */
	async add({ kind, name, address, events, secret }: TypedWebhook): Promise<boolean> {
		// Discord knows no signatures.
		const signed = kind === 'generic' && secret !== '' ? { secret } : {};
		const added = await this.ask(addWebhook, { body: { kind, name, address, events, ...signed } });
		if (added !== undefined) this.#all = [...this.#all, added];
		return added !== undefined;
	}

	change({ id }: Webhook, { name, address, events, secret }: TypedWebhook): Promise<boolean> {
		return this.#change(id, {
			name,
			events,
			...(address.trim() !== '' && { address }),
			...(secret !== '' && { secret }),
		});
	}

	enable({ id }: Webhook, enabled: boolean): Promise<boolean> {
		return this.#change(id, { enabled });
	}

	/** How it went; undefined where it could not even be sent: `problem` says why. */
	async test({ id }: Webhook): Promise<WebhookDelivery | undefined> {
		const delivery = await this.ask(testWebhook, { params: { id }, timeoutMs: TEST_TIMEOUT_MS });
		if (delivery !== undefined) await this.load();
		return delivery;
	}

	async remove({ id }: Webhook): Promise<boolean> {
		const removed = await this.ask(removeWebhook, { params: { id } });
		if (removed !== undefined) this.#all = this.#all.filter((one) => one.id !== id);
		return removed !== undefined;
	}

	async #change(
		id: string,
		body: Partial<Omit<TypedWebhook, 'kind'>> & { readonly enabled?: boolean },
	): Promise<boolean> {
		const changed = await this.ask(changeWebhook, { params: { id }, body });
		if (changed !== undefined) this.#all = this.#all.map((one) => (one.id === id ? changed : one));
		return changed !== undefined;
	}
}
