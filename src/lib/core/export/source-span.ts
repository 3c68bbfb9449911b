import { isFollowed } from '../crop/crop-span.ts';
import type { CropTrack } from '../crop/crop-track.ts';
import type { MediaFacts, VideoFacts } from '../media/media-facts.ts';
import { err, ok, type Result } from '../result.ts';
import type { PlanNote } from './export-task.ts';

/** What a segment is called in sentences: “walk”, or Segment 3. `number`: its 1-based place in the list of its file. */
export const calledSegment = (name: string, number: number): string =>
	name === '' ? `Segment ${number}` : `“${name}”`;

/** A span inside its file: half-open, in seconds on the file's own timeline. */
export interface SourceSpan {
	readonly inS: number;
	readonly outS: number;
	/** What was cut off, in words. */
	readonly notes: readonly PlanNote[];
}

/** Moves IN and OUT into the file, and tells when OUT had to move. An error is the sentence for a span outside of it. */
export function spanInFile(
	span: { readonly inS: number; readonly outS: number },
	{ name, firstTimestampS, durationS }: Pick<MediaFacts, 'name' | 'firstTimestampS' | 'durationS'>,
	called: string,
): Result<SourceSpan, string> {
	const inS = Math.max(span.inS, Math.min(firstTimestampS, 0));
	const outS = Math.min(span.outS, firstTimestampS + durationS + 1e-6);
	if (!(outS > inS)) return err(`${called} lies outside ${name}. Move its edges into the file.`);
	const isCut = span.outS > outS + 1e-3;
	return ok({ inS, outS, notes: isCut ? [{ kind: 'warning', text: `${called} ends where ${name} ends.` }] : [] });
}

/** What encoding does to the colours of a file. */
export const colourNotes = ({
	name,
	video,
}: {
	readonly name: string;
	readonly video?: VideoFacts | undefined;
}): PlanNote[] =>
	video?.hdr === true
		? [{ kind: 'warning', text: `${name} is HDR; its colours are brought to the standard range.` }]
		: [];

/** Said where a camera path moves the crop of a clip. */
export const followNotes = (
	track: CropTrack | undefined,
	span: { readonly inS: number; readonly outS: number },
): PlanNote[] =>
	track !== undefined && isFollowed(track, span) ? [{ kind: 'info', text: 'The crop follows its subject.' }] : [];
