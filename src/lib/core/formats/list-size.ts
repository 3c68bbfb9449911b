/** Largest list that is read, in bytes: a larger one is not a list of cuts. */
export const MAX_LIST_BYTES = 20_000_000;

/** The sentence for a list that is too large to be one. */
export function tooLarge(fileName: string, bytes: number): string {
	return `${calledOf(fileName)} has ${Math.round(bytes / 1e6)} MB; a list of cuts has at most ${MAX_LIST_BYTES / 1e6}. Choose another file, or split it.`;
}

/** Most lines of a list: ten times what is taken over. */
const MAX_LINES = 200_000;

/** The sentence for a list of more lines than anyone cuts; undefined when it has not that many. */
export function tooManyLines(fileName: string, text: string): string | undefined {
	let lines = 0;
	for (let at = -1; lines <= MAX_LINES; lines += 1) {
		at = text.indexOf('\n', at + 1);
		if (at === -1) return undefined;
	}
	return `${calledOf(fileName)} has more than ${MAX_LINES} lines, so it is not a list of cuts. Choose another file, or split it.`;
}

const calledOf = (fileName: string): string => (fileName === '' ? 'The text' : `“${fileName}”`);
