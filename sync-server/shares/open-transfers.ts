import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { ServerResponse } from 'node:http';
import type { ShareRow } from './share-rows.ts';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Answers on their way to visitors: a link that is revoked, deleted or over hands out nothing more, also in the middle of a film. */
export class OpenTransfers {
	readonly #open = new Map<ServerResponse, Pick<ShareRow, 'id' | 'captureId'>>();
	readonly #now: () => number;

	constructor(now: () => number) {
		this.#now = now;
	}

	/** The answer to `c` is cut off when `share` ends. */
	watch(c: Context, share: ShareRow): void {
		const outgoing = (c.env as Partial<HttpBindings> | undefined)?.outgoing;
		if (outgoing === undefined || outgoing.destroyed) return;
		this.#open.set(outgoing, share);
		const leftMs = share.expiresAt === null ? Infinity : share.expiresAt - this.#now();
		const timer = leftMs > LONGEST_TIMER_MS ? undefined : setTimeout(() => outgoing.destroy(), leftMs).unref();
		outgoing.once('close', () => {
			clearTimeout(timer);
			this.#open.delete(outgoing);
		});
	}

	cutShare(id: string): void {
		for (const [outgoing, share] of this.#open) if (share.id === id) outgoing.destroy();
	}

	cutCapture(id: string): void {
		for (const [outgoing, share] of this.#open) if (share.captureId === id) outgoing.destroy();
	}
}
