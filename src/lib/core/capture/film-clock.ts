import type { MediaFacts } from '../media/media-facts.ts';

/** Containers whose clock players show as it is; in others (broadcasts, discs) it starts anywhere, and players count from there. */
const SHOWN = new Set(['mp4', 'mov', 'mkv', 'webm', 'matroska', 'avi', 'ogg']);

/** Seconds on the file's own timeline at which a player shows 0. */
export const playerZero = ({ container, firstTimestampS }: MediaFacts): number =>
	SHOWN.has(container) ? 0 : firstTimestampS;
