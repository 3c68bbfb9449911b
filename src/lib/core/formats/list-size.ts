/** Largest list that is read, in bytes: a larger one is not a list of cuts. */
export const MAX_LIST_BYTES = 20_000_000;

/** The sentence for a list that is too large to be one. */
export function tooLarge(fileName: string, bytes: number): string {
	const called = fileName === '' ? 'The text' : `“${fileName}”`;
	return `${called} has ${Math.round(bytes / 1e6)} MB; a list of cuts has at most ${MAX_LIST_BYTES / 1e6}. Choose another file, or split it.`;
}
