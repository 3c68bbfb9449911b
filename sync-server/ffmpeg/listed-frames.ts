import { open } from 'node:fs/promises';
import { type Overview, pictureOf } from '#core/ffmpeg/probe-overview';
import { readLayout, viewOf } from '#core/mp4/boxes';
import { tracksOf } from '#core/mp4/movie';
import { framesOf, type MovieFrames } from '#core/mp4/read-movie';
import { frameCount } from '#core/time/frame-index';
import { fileSource } from '../library/file-source.ts';

/**
 * The frames of a film as its own movie box lists them: a few megabytes of ten gigabytes. Undefined where it has none, lists them in fragments, or does not hold
 * together: then the packets themselves are read.
 */
export async function listedFrames(
	path: string,
	overview: Overview,
	signal: AbortSignal | undefined,
): Promise<MovieFrames | undefined> {
	const id = Number(pictureOf(overview)?.id ?? Number.NaN);
	if (overview.format.format_name?.startsWith('mov,') !== true || Number.isNaN(id)) return undefined;
	const handle = await open(path);
	try {
		const file = fileSource(handle, (await handle.stat()).size);
		const { movie } = await readLayout(file, signal ?? NEVER);
		if (movie === undefined) return undefined;
		const box = await viewOf(file, movie);
		const track = tracksOf(box)?.find((one) => one.id === id);
		const frames = track && framesOf(box, track, file.size);
		return frames !== undefined && frameCount(frames.index) > 0 ? frames : undefined;
	} finally {
		await handle.close();
	}
}

const NEVER = { throwIfAborted: () => undefined };
