import type { BatchShape } from '#core/batch/batch';

/** The least number of clips whose batch reaches `lengthS` seconds from its start, at least one. */
export function clipsToCover({ lengthS: clipS, spreadS }: Omit<BatchShape, 'count'>, lengthS: number): number {
	if (spreadS === 0) return 1;
	// Frame times carry rounding; a pause exactly at the end of a clip needs no further one.
	return Math.max(0, Math.ceil((lengthS - clipS) / spreadS - 1e-6)) + 1;
}
