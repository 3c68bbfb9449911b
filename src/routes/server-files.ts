import type { Failure } from '#core/failure';
import { isRemote } from '#core/media/remote-bytes';
import { err, type Result } from '#core/result';
import { answerAddresses } from '$lib/media/remote-bytes/new-address';
import { readCopyId } from '$lib/app/copy-id';
import type { Connection } from '$lib/remote/connection';
import type { ServerFailure } from '$lib/remote/server-failure';
import type { MediaStore, ServerFiles } from '$lib/storage/storage';

/** The way to files on the sync server, for storage. */
export const serverFiles = (connection: Connection): ServerFiles => ({
	addressOf: (server, mediaId) => addressOf(connection, server, mediaId, 'raw'),
	read: async (file, start, end, signal) => (await import('$lib/media/media-bytes')).readSpan(file, start, end, signal),
});

/** Where the server at `server` (empty: the one this app came from) hands out the bytes of a file, or of a copy. Only the present one is asked. */
async function addressOf(
	connection: Connection,
	server: string,
	mediaId: string,
	what: string,
): Promise<Result<string, Failure>> {
	await connection.known();
	if (server !== connection.place) return err({ kind: 'source-offline', subject: 'The file' });
	const address = await connection.mediaUrl(`/api/media/${encodeURIComponent(mediaId)}/${what}`);
	return address.ok ? address : err(failureOf(address.error));
}

function failureOf(failure: ServerFailure): Failure {
	if (failure.kind === 'refused' && (failure.status === 401 || failure.status === 403)) {
		return { kind: 'source-refused', subject: 'The file' };
	}
	return { kind: 'source-offline', subject: 'The file' };
}

/** Gives workers and players that read from a server a new address when theirs has ended. For as long as the page is open. */
export const answerAddressesFrom = (media: MediaStore, connection: Connection): void =>
	void answerAddresses(async (id) => {
		const copy = readCopyId(id);
		if (copy !== undefined) {
			const { server, mediaId, quality } = copy;
			const address = await addressOf(connection, server, mediaId, `stream?quality=${quality}`);
			return address.ok ? address.value : undefined;
		}
		const opened = await media.open(id);
		return opened.ok && isRemote(opened.value) ? opened.value.url : undefined;
	});
