import * as Y from 'yjs';
import { placeBefore, type Ordered } from './segment-order.ts';

type EntryMap = Y.Map<Y.Map<unknown>>;

/** Puts new entries before `beforeId` (`null`: at the end) of `sorted`, in the order given. Inside a transaction. */
export function putEntries(
	map: EntryMap,
	sorted: readonly Ordered[],
	entries: readonly { readonly id: string }[],
	beforeId: string | null,
): void {
	const { orders, moved } = placeBefore(sorted, beforeId, entries.length);
	reorder(map, moved);
	for (const [n, entry] of entries.entries()) {
		const fields = Object.entries({ ...entry, order: orders[n] ?? '' }).filter(([, value]) => value !== undefined);
		map.set(entry.id, new Y.Map(fields));
	}
}

/** Puts the entry `id` before another, or at the end (`null`). Inside a transaction. */
export function moveEntry(map: EntryMap, sorted: readonly Ordered[], id: string, beforeId: string | null): void {
	const others = sorted.filter((entry) => entry.id !== id);
	const {
		orders: [order = ''],
		moved,
	} = placeBefore(others, beforeId, 1);
	reorder(map, moved);
	map.get(id)?.set('order', order);
}

function reorder(map: EntryMap, moved: readonly Ordered[]): void {
	for (const { id, order } of moved) map.get(id)?.set('order', order);
}
