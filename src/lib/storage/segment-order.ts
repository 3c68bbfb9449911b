import { generateNKeysBetween } from 'fractional-indexing';

/** What is put in order: by `order`, then by `id`, so that every device shows equal keys alike. */
export interface Ordered {
	readonly id: string;
	readonly order: string;
}

export const byOrder = (a: Ordered, b: Ordered): number =>
	a.order === b.order ? (a.id < b.id ? -1 : 1) : a.order < b.order ? -1 : 1;

/** Keys for new entries, and entries that must get another key to make room. */
export interface Placement {
	readonly orders: readonly string[];
	readonly moved: readonly Ordered[];
}

/**
 * Keys that put `count` new entries before `beforeId` (`null`: at the end) of `sorted`.
 *
 * Two devices may have inserted at the same place at once and so made equal keys; there is nothing between equal keys, so the entries
 * from `beforeId` on that share the key get new ones, in the order they had.
 */
export function placeBefore(sorted: readonly Ordered[], beforeId: string | null, count = 1): Placement {
	const found = beforeId === null ? -1 : sorted.findIndex((entry) => entry.id === beforeId);
	const index = found === -1 ? sorted.length : found;
	const previous = sorted[index - 1]?.order ?? null;
	const next = sorted[index]?.order ?? null;
	try {
		if (previous === null || next === null || previous < next) {
			return { orders: generateNKeysBetween(previous, next, count), moved: [] };
		}
		const equal = sorted.slice(index).filter((entry) => entry.order === previous);
		const after = sorted[index + equal.length]?.order ?? null;
		const keys = generateNKeysBetween(previous, after, equal.length + count);
		return {
			orders: keys.slice(0, count),
			moved: equal.map(({ id }, at) => ({ id, order: keys[at + count] ?? '' })),
		};
	} catch (thrown) {
		// A key that this library did not make, from another app: number everything anew.
		if (!(thrown instanceof Error)) throw thrown;
		const keys = generateNKeysBetween(null, null, sorted.length + count);
		const orders = keys.splice(index, count);
		return { orders, moved: sorted.map(({ id }, at) => ({ id, order: keys[at] ?? '' })) };
	}
}
