import { parseTimecode } from '../time/timecode.ts';

/** Longer than any time that a person or program writes. */
const LONGEST = 40;

/** The seconds that a field of a list stands for; null when it is no time. */
export function listedTime(field: string): number | null {
	const text = field.trim();
	return text.length > LONGEST ? null : parseTimecode(text);
}
