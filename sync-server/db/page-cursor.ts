/** Where a page of a list ends: the value that it is sorted by, and the number of the row. */
export interface PageCursor {
	readonly value: string | number;
	readonly n: number;
}

/** As text for an address: it holds for one order alone. */
export const writeCursor = (sort: string, { value, n }: PageCursor): string =>
	Buffer.from(JSON.stringify([sort, value, n])).toString('base64url');

/** Undefined where it is none of that order. */
export function readCursor(cursor: string, sort: string): PageCursor | undefined {
	let read: unknown;
	try {
		read = JSON.parse(Buffer.from(cursor, 'base64url').toString());
	} catch (thrown) {
		if (thrown instanceof SyntaxError) return undefined;
		throw thrown;
	}
	if (!Array.isArray(read) || read.length !== 3) return undefined;
	const [of, value, n] = read as unknown[];
	if (of !== sort || (typeof value !== 'string' && typeof value !== 'number') || typeof n !== 'number')
		return undefined;
	return Number.isSafeInteger(n) ? { value, n } : undefined;
}
