import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import { hasLiveStreams } from './live-stream.ts';
import { readPlaylist, type LiveList } from './playlist.ts';

/** The list at `url`. Rejects with `AbortError` on `signal`. */
export async function openLive(
	url: string,
	subject: string,
	signal = new AbortController().signal,
): Promise<Result<LiveList, Failure>> {
	if (!hasLiveStreams()) return err({ kind: 'unsupported', subject, detail: 'this browser plays no pieces' });
	try {
		const response = await fetch(url, { signal });
		if (response.status === 401 || response.status === 403) return err({ kind: 'source-refused', subject });
		const list = response.ok ? readPlaylist(await response.text(), response.url) : undefined;
		if (list !== undefined) return ok(list);
		return err({ kind: 'server-unfit', subject, detail: `it has no list of pieces (status ${response.status})` });
	} catch (thrown) {
		if (signal.aborted || !(thrown instanceof TypeError)) throw thrown;
		return err({ kind: 'source-offline', subject });
	}
}
