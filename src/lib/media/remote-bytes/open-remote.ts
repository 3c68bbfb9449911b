import type { Failure } from '#core/failure';
import type { RemoteBytes } from '#core/media/remote-bytes';
import { sourceFailure } from '#core/media/source-failure';
import { err, ok, type Result } from '#core/result';
import { fetchRange, type RemotePlace } from './fetch-range.ts';

export interface RemoteFile {
	/** May be relative to the page. */
	readonly url: string;
	/** For people; also the name of the file when a copy is kept. */
	readonly name: string;
	/** By what `answerAddresses` gives a new address when this one ends. */
	readonly id?: string;
}

/**
 * A file on a server as something that can be read, by one small request. It fails with `source-missing`, `source-offline`, `source-refused`, or
 * `server-unfit` when the server does not hand out parts. Rejects with `AbortError` on `signal`.
 */
export async function openRemote(
	{ url, name, id }: RemoteFile,
	signal = new AbortController().signal,
): Promise<Result<RemoteBytes, Failure>> {
	const place: RemotePlace = { url: new URL(url, location.href).href, ...(id === undefined ? {} : { id }) };
	try {
		await fetchRange(place, { start: 0, end: 1 }, signal);
	} catch (thrown) {
		signal.throwIfAborted();
		const failure = thrown instanceof DOMException ? sourceFailure(thrown.name, name, thrown.message) : undefined;
		if (failure === undefined) throw thrown;
		return err(failure);
	}
	const { size = 0, type = '', lastModifiedMs = 0 } = place;
	return ok({ ...place, kind: 'url', name, size, type, lastModifiedMs });
}
