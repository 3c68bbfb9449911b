import { withOutLine, type Remark } from '#core/formats/imported';
import type { ListMedia, ReadSpan } from '#core/formats/read-list';
import type { Fingerprint } from '#core/media/fingerprint';
import { framesIn, type FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import type { NewSegment } from '$lib/storage/project-document';
import type { MediaStore } from '$lib/storage/storage';
import { snapTime } from '../snap.ts';
import { text } from './text.ts';

export const listMediaOf = ({ fingerprint, name, firstTimestampS, durationS }: MediaFacts): ListMedia => ({
	id: fingerprint,
	name,
	startS: firstTimestampS,
	endS: firstTimestampS + durationS,
});

/** The other files of the library that a list may name. */
export async function otherMedia(
	store: Pick<MediaStore, 'get'>,
	media: readonly Fingerprint[],
): Promise<readonly ListMedia[]> {
	const records = await Promise.all(media.map((one) => store.get(one)));
	return records.flatMap((record) => (record?.facts === undefined ? [] : [listMediaOf(record.facts)]));
}

/** The frames of the files that spans are of. */
export async function indexesOf(
	store: Pick<MediaStore, 'frameIndex'>,
	spans: readonly ReadSpan[],
): Promise<(media: string) => FrameIndex | undefined> {
	const indexes = new Map<string, FrameIndex | undefined>();
	for (const { media } of spans) {
		if (!indexes.has(media)) indexes.set(media, await store.frameIndex(media));
	}
	return (media) => indexes.get(media);
}

export interface Segments {
	readonly segments: readonly NewSegment[];
	readonly skipped: readonly Remark[];
}

/** Cuts of a list as segments: their edges on frames, as when a person marks them. One that holds no frame is left out. */
export function segmentsFrom(spans: readonly ReadSpan[], indexOf: (media: string) => FrameIndex | undefined): Segments {
	const segments: NewSegment[] = [];
	const skipped: Remark[] = [];
	for (const { media, inS, outS, name, tags = [], selected = true, crop, line = 0, ...more } of spans) {
		const index = indexOf(media);
		const grid = { index, firstS: -Infinity, endS: Infinity };
		const span = { inS: snapTime(grid, inS), outS: snapTime(grid, outS) };
		const empty = span.outS <= span.inS || (index !== undefined && framesIn(index, span.inS, span.outS) === 0);
		if (empty) skipped.push({ line, reason: withOutLine(more, text.tooShort) });
		else segments.push({ media, ...span, name, tags, selected, ...(crop === undefined ? {} : { crop }) });
	}
	return { segments, skipped };
}
