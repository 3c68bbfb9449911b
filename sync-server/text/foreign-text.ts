/** Controls, and marks that turn the order of letters around or hide: a name could pretend to be another one. Joiners stay: letters and pictures are made with them. */
const HIDDEN = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** Text of others (titles of media servers, names that people type) as one plain line of at most `most` characters. */
export function foreignText(text: string, most: number): string {
	const line = text.replace(/\s+/g, ' ').replace(HIDDEN, '').trim();
	const letters = [...line.slice(0, 2 * most + 2)];
	return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : line;
}
