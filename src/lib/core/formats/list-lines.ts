/** Longer lines are cut off: no moment, chapter or event is that long, and no name has to be. */
const LONGEST_LINE = 2000;

/** The lines of a text, whatever ends them, without a byte order mark. */
export const linesOf = (text: string): string[] =>
	text
		.replace(/^\ufeff/u, '')
		.split(/\r\n|\r|\n/u)
		.map((line) => (line.length > LONGEST_LINE ? line.slice(0, LONGEST_LINE) : line));
