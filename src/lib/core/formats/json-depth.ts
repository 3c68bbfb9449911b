/** Deeper than any list of cuts nests its values. */
export const MAX_JSON_DEPTH = 64;

/**
 * Whether the brackets of a JSON or JSON5 text stand deeper in each other than `most`. Strings and comments are passed over; nothing is
 * parsed, so that a text made to keep a parser busy costs one look at each character.
 */
export function isDeeper(text: string, most = MAX_JSON_DEPTH): boolean {
	let depth = 0;
	for (let at = 0; at < text.length; at += 1) {
		const character = text.charAt(at);
		if (character === '[' || character === '{') depth += 1;
		else if (character === ']' || character === '}') depth -= 1;
		else if (character === '"' || character === "'") at = endOfString(text, at);
		else if (character === '/') at = endOfComment(text, at);
		if (depth > most) return true;
	}
	return false;
}

/** Where the string that opens at `start` closes. */
function endOfString(text: string, start: number): number {
	const quote = text.charAt(start);
	for (let at = start + 1; at < text.length; at += 1) {
		const character = text.charAt(at);
		if (character === '\\') at += 1;
		else if (character === quote) return at;
	}
	return text.length;
}

/** The last character of the comment that begins at `start`; `start` when none does. */
function endOfComment(text: string, start: number): number {
	const [mark, end] = text.startsWith('/*', start) ? ['*/', 1] : ['\n', 0];
	if (end === 0 && !text.startsWith('//', start)) return start;
	const at = text.indexOf(mark, start + 2);
	return at === -1 ? text.length : at + end;
}
