import { getMediaByFingerprint } from '#contract/library';
import type { Fingerprint } from '#core/media/fingerprint';
import type { Connection } from '$lib/remote/connection';
import type { Picked } from './picked.ts';

/** The same file in the server's library, ready to be added here; undefined when it has none, or is not there. */
export async function findOnServer(
	connection: Pick<Connection, 'client' | 'mediaUrl'>,
	media: Fingerprint,
): Promise<Picked | undefined> {
	const { client } = connection;
	const reply = await client?.call(getMediaByFingerprint, { params: { fingerprint: media } });
	if (client === undefined || reply?.ok !== true) return undefined;
	const { id, name, bytes, modifiedAt } = reply.value;
	const address = await connection.mediaUrl(`/api/media/${encodeURIComponent(id)}/raw`);
	if (!address.ok) return undefined;
	const { origin } = new URL(client.base, location.href);
	return {
		file: {
			kind: 'url',
			url: new URL(address.value, location.href).href,
			id: media,
			...{ size: bytes, type: '', name, lastModifiedMs: Date.parse(modifiedAt) },
		},
		server: { server: origin === location.origin ? '' : origin, mediaId: id },
	};
}
