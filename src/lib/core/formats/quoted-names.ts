/** “a”, “b” and 3 more. */
export function quoteList(names: readonly string[], most = 5): string {
	const shown = names.slice(0, most).map((name) => `“${name.slice(0, 60)}”`);
	return names.length > most ? `${shown.join(', ')} and ${names.length - most} more` : shown.join(', ');
}

/** The last part of a path or URL of any system, decoded. */
export function bareName(path: string): string {
	const last = path.split(/[\\/]/u).at(-1) ?? '';
	try {
		return decodeURIComponent(last);
	} catch (thrown) {
		if (thrown instanceof URIError) return last;
		throw thrown;
	}
}
