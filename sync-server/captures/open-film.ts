import { createHash } from 'node:crypto';
import type { Failure } from '#core/failure';
import type { FfmpegInput } from '#core/ffmpeg/ffmpeg-args';
import type { Overview } from '#core/ffmpeg/probe-overview';
import type { MediaFacts } from '#core/media/media-facts';
import type { MediaFile } from '../library/media-files.ts';
import type { PlayingMedia } from '../nowplaying/now-playing.ts';
import { openFeed } from './film-feed.ts';

/** A film that is open for programs. Whoever opened it closes it. */
export interface OpenFilm {
	/** For sentences. */
	readonly name: string;
	readonly input: FfmpegInput;
	/** What programs call it in what they say. */
	readonly path: string;
	/** Changes when the film does. */
	readonly version: string;
	/** Where it is a file of the library. */
	readonly file: MediaFile | undefined;
	/** A better reason than that of a program that could not read on. */
	failure(): Failure | undefined;
	close(): Promise<void>;
}

export interface FilmLook {
	readonly overview: Overview;
	/** As far as the head of the film tells. */
	readonly facts: MediaFacts;
	readonly deinterlace: boolean;
	readonly reorders: boolean;
}

export async function openFilm(media: PlayingMedia, title: string): Promise<OpenFilm> {
	if (media.kind === 'file') {
		const { id, path, name, bytes, mtimeMs } = media.file;
		return {
			...{ name, input: path, path, version: `${id} ${bytes} ${mtimeMs}`, file: media.file },
			...{ failure: () => undefined, close: () => Promise.resolve() },
		};
	}
	const feed = await openFeed(media);
	return {
		...{ name: title, input: { loopback: feed.url }, path: feed.url, file: undefined },
		// Kept in memory only; a hash, so that no secret lies about.
		version: createHash('sha256').update(media.address).digest('hex'),
		failure: () => feed.failure(title),
		close: () => feed.close(),
	};
}
