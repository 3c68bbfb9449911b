import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import { failureOf } from '../probe/failure-of.ts';
import type { BackendSource } from './backend.ts';
import { DecodeClient } from './decode-client.ts';
import { Surface } from './surface.ts';

export type SnapshotType = 'image/png' | 'image/jpeg';

/** How good a JPEG is, 0 … 1. */
const JPEG_QUALITY = 0.95;

/** One frame of a file as a picture of its full size, upright, decoded anew: what is on screen may be smaller. */
export async function takeSnapshot(
	source: BackendSource,
	frame: number,
	type: SnapshotType,
): Promise<Result<Blob, Failure>> {
	const { name: subject, video } = source.facts;
	if (video === undefined) return err({ kind: 'unsupported', subject, detail: 'it has no picture' });
	const client = new DecodeClient(source);
	const surface = new Surface(video, Infinity);
	try {
		const { picture } = await client.still({ frame, want: 'exact', towards: 0 }, new AbortController().signal);
		try {
			surface.draw(picture);
		} finally {
			picture.close();
		}
		const blob = await new Promise<Blob | null>((done) => surface.canvas.toBlob(done, type, JPEG_QUALITY));
		return blob === null ? err({ kind: 'out-of-memory', subject }) : ok(blob);
	} catch (thrown) {
		return err(failureOf(thrown, subject));
	} finally {
		surface.dispose();
		await client.close();
	}
}
