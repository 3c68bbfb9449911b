import { setTimeout as pause } from 'node:timers/promises';
import type { WebhookKind } from '#contract/webhooks';
import type { CaptureFile, CaptureStore } from '../captures/capture-store.ts';
import { type Outcome, outcomeOf } from './delivery-outcome.ts';
import { DISCORD_FILE_BYTES, discordMessage } from './discord-message.ts';
import { genericMessage } from './generic-message.ts';
import type { OutsideAddresses } from './outside-addresses.ts';
import { postOnce } from './post-once.ts';
import type { Message, Telling } from './webhook-event.ts';

/** Where a webhook leads, opened for the moment of sending. Secret as a whole. */
export interface Destination {
	readonly id: string;
	readonly kind: WebhookKind;
	readonly url: URL;
	readonly secret: string | null;
}

export interface SenderParts {
	readonly captures: CaptureStore;
	readonly outside: OutsideAddresses;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	/** Of silence. */
	readonly timeoutMs: number;
}

export interface SendOptions {
	readonly signal: AbortSignal;
	/** 0..1. */
	readonly onProgress?: (sent: number) => void;
}

/** A shorter rest is waited for; for a longer one the job goes back into the queue. */
const SHORT_REST_MS = 5000;
const TOO_LARGE = 413;

/** Sends messages, one attempt each, and keeps the rests that receivers ask for. */
export class WebhookSender {
	readonly #parts: SenderParts;
	/** When the next message may follow, by webhook, in milliseconds since 1970. */
	readonly #restsUntil = new Map<string, number>();

	constructor(parts: SenderParts) {
		this.#parts = parts;
	}

	/** One attempt. Rejects with the AbortError of `signal` only. */
	async send(to: Destination, telling: Telling, options: SendOptions): Promise<Outcome> {
		const restMs = (this.#restsUntil.get(to.id) ?? 0) - this.#parts.now();
		if (restMs > SHORT_REST_MS) {
			return { state: 'again', message: 'The receiver asked to wait.', pauseMs: restMs };
		}
		if (restMs > 0) await pause(restMs, undefined, { signal: options.signal });
		const file = await this.#fileFor(to, telling);
		const outcome = await this.#post(to, telling, options, file);
		if (file === undefined || outcome.status !== TOO_LARGE) return outcome;
		// A server with a smaller limit than Discord's: the words arrive at least.
		const words = await this.#post(to, telling, options);
		return words.state === 'done' ? { ...words, message: 'Sent without the file, which is too large there.' } : words;
	}

	/** The finished file of a capture that fits into a message. */
	async #fileFor(to: Destination, { event, capture }: Telling): Promise<CaptureFile | undefined> {
		if (to.kind !== 'discord' || event !== 'capture.complete' || capture === undefined) return undefined;
		const found = await this.#parts.captures.file(capture.id);
		return found.ok && fits(found.value.bytes) ? found.value : undefined;
	}

	async #post(to: Destination, telling: Telling, options: SendOptions, file?: CaptureFile): Promise<Outcome> {
		const { outside, timeoutMs, now } = this.#parts;
		const message = messageFor(to, telling, now(), file);
		const { signal, onProgress } = options;
		const answered = await postOnce(outside, { ...message, timeoutMs, signal, ...(onProgress && { onProgress }) });
		const outcome = outcomeOf(answered, to.kind, now());
		const restMs = outcome.restMs ?? outcome.pauseMs;
		if (restMs === undefined) this.#restsUntil.delete(to.id);
		else this.#restsUntil.set(to.id, now() + restMs);
		return outcome;
	}
}

export const fits = (bytes: number): boolean => bytes <= DISCORD_FILE_BYTES;

function messageFor(to: Destination, telling: Telling, nowMs: number, file: CaptureFile | undefined): Message {
	switch (to.kind) {
		case 'discord':
			return discordMessage(to.url, telling, file);
		case 'generic':
			return genericMessage(to.url, to.secret, telling, Math.floor(nowMs / 1000));
	}
}
