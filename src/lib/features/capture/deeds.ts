import type { Capture } from '#contract/captures';
import type { LibraryId } from '#contract/library';
import type * as z from 'zod';

type MediaId = z.infer<typeof LibraryId>;

/** Seconds of a film, as its player shows them; of a screenshot both are one. */
export interface FilmSpan {
	readonly startS: number;
	readonly endS: number;
	/** Where the file begins that shows it, of films in several files; absent: 0. */
	readonly offsetS?: number | undefined;
}

/** What can be done with a capture and with what plays, where other screens have to do it. */
export interface Deeds {
	/** Opens a file of the server in the editor, with a segment of the span. Settles when it is open, or was told that it cannot. */
	edit(media: MediaId, span: FilmSpan, title: string): Promise<void>;
	/** Where the gallery shows the capture. */
	galleryHref(capture: Capture): string;
}
