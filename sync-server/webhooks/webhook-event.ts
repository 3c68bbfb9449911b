import type { Capture } from '#contract/captures';
import type { WebhookEvent } from '#contract/webhooks';

/** A link, as a message tells of it. */
export interface SharedLink {
	readonly id: string;
	/** Absolute where the server knows how it is reached, else from the root. */
	readonly address: string;
	readonly expiresAt: string | null;
	readonly hasPassword: boolean;
	readonly maxViews: number | null;
	readonly download: boolean;
}

/** What a message tells. */
export interface Telling {
	/** Of the delivery: the same at every attempt. */
	readonly id: string;
	readonly event: WebhookEvent | 'test';
	/** When it happened, in milliseconds since 1970. */
	readonly atMs: number;
	/** Absent in a test. */
	readonly capture?: Capture;
	readonly link?: SharedLink;
}

/** A message as it is sent. */
export interface Message {
	readonly url: URL;
	readonly headers: Readonly<Record<string, string>>;
	readonly bytes: number;
	readonly body: AsyncIterable<Uint8Array>;
}
