/** Bytes of a file, both ends inside. */
export interface ByteRange {
	readonly first: number;
	readonly last: number;
}

/**
 * What a `Range` header asks of a file of `size` bytes (RFC 9110, 14.1.2): `null` is the whole file (no header, several ranges, another
 * unit, nonsense), `'unsatisfiable'` is a range past the end.
 */
export function readRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
	const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
	if (!match) return null;
	const [, from = '', to = ''] = match;
	if (from === '' && to === '') return null;
	if (from === '') {
		const count = Math.min(Number(to), size);
		return count === 0 ? 'unsatisfiable' : { first: size - count, last: size - 1 };
	}
	const [first, last] = [Number(from), to === '' ? size - 1 : Math.min(Number(to), size - 1)];
	if (to !== '' && Number(to) < first) return null;
	return first >= size ? 'unsatisfiable' : { first, last };
}
