import { isRemote } from '#core/media/remote-bytes';
import { ok } from '#core/result';
import { answerAddresses } from '$lib/media/remote-bytes/new-address';
import type { MediaStore, ServerFiles } from '$lib/storage/storage';

/** Where the sync server `server` (an origin; empty: the one this app came from) hands out the bytes of a file. */
const rawAddress = (server: string, mediaId: string): string =>
	new URL(`/api/media/${encodeURIComponent(mediaId)}/raw`, server === '' ? location.origin : server).href;

/** The way to files on sync servers, for storage. */
export const serverFiles: ServerFiles = {
	addressOf: (server, mediaId) => Promise.resolve(ok(rawAddress(server, mediaId))),
	read: async (file, start, end, signal) => (await import('$lib/media/media-bytes')).readSpan(file, start, end, signal),
};

/** Gives workers and players that read from a server a new address when theirs has ended. For as long as the page is open. */
export const answerAddressesFrom = (media: MediaStore): void =>
	void answerAddresses(async (id) => {
		const opened = await media.open(id);
		return opened.ok && isRemote(opened.value) ? opened.value.url : undefined;
	});
