import type { Capture } from '#contract/captures';
import { createShare } from '#contract/shares';
import { isAbort, ok, type Result } from '#core/result';
import type { ServerClient } from '$lib/remote/server-client';
import type { ServerFailure } from '$lib/remote/server-failure';
import { shareAddress } from '$lib/remote/share-address';

/** A link to a capture on the usual terms of the server, for people who are not signed in. */
export interface MadeLink {
	readonly url: string;
	/** Null: it does not end. */
	readonly expiresAt: string | null;
}

export async function makeLink(client: ServerClient, capture: Capture): Promise<Result<MadeLink, ServerFailure>> {
	const made = await client.call(createShare, { body: { capture: capture.id } });
	if (!made.ok) return made;
	const { address, share } = made.value;
	return ok({ url: shareAddress(client, address), expiresAt: share.expiresAt });
}

/** Gives a link to another app, else to the clipboard: `nowhere` where this browser has neither. */
export async function handOver(url: string, title: string): Promise<'shared' | 'copied' | 'nowhere'> {
	try {
		if (typeof navigator.share === 'function') {
			await navigator.share({ url, title });
			return 'shared';
		}
		await navigator.clipboard.writeText(url);
		return 'copied';
	} catch (thrown) {
		// The person chose nobody: the link is there all the same.
		return isAbort(thrown) ? 'shared' : 'nowhere';
	}
}
