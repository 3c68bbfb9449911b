import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byOrder, placeBefore, type Ordered } from './segment-order.ts';

function insert(list: readonly Ordered[], id: string, beforeId: string | null): Ordered[] {
	const {
		orders: [order = ''],
		moved,
	} = placeBefore(list, beforeId);
	const kept = list.map((entry) => moved.find((other) => other.id === entry.id) ?? entry);
	return [...kept, { id, order }].sort(byOrder);
}

const ids = (list: readonly Ordered[]): string[] => list.map(({ id }) => id);

describe('a place in the list', () => {
	test('inserts land exactly before the entry that was named', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(), { maxLength: 40 }), (places) => {
				let list: Ordered[] = [];
				let expected: string[] = [];
				places.forEach((place, n) => {
					const index = place % (expected.length + 1);
					const before = expected[index] ?? null;
					list = insert(list, `s${n}`, before);
					expected = expected.toSpliced(index, 0, `s${n}`);
				});
				expect(ids(list)).toEqual(expected);
			}),
		);
	});

	test('an entry fits between two that were inserted at the same place at once', () => {
		const start = insert(insert([], 'a', null), 'z', null);
		const here = insert(start, 'm1', 'z');
		const there = insert(start, 'm2', 'z');
		const merged = [...here, ...there.filter(({ id }) => id === 'm2')].sort(byOrder);
		expect(ids(merged)).toEqual(['a', 'm1', 'm2', 'z']);
		expect(ids(insert(merged, 'x', 'm2'))).toEqual(['a', 'm1', 'x', 'm2', 'z']);
	});

	test('any mix of equal keys keeps its order around an insert', () => {
		const keys = fc.array(fc.constantFrom('a0', 'a1', 'a1V', 'a2'), { minLength: 1, maxLength: 12 });
		fc.assert(
			fc.property(keys, fc.nat(), (orders, place) => {
				const list = orders.map((order, n) => ({ id: String(n).padStart(2, '0'), order })).sort(byOrder);
				const before = list[place % (list.length + 1)]?.id ?? null;
				const index = before === null ? list.length : ids(list).indexOf(before);
				expect(ids(insert(list, 'new', before))).toEqual(ids(list).toSpliced(index, 0, 'new'));
			}),
		);
	});

	test('several at once stand together, in their order', () => {
		const list = insert(insert([], 'a', null), 'z', null);
		const { orders, moved } = placeBefore(list, 'z', 1000);
		expect(moved).toEqual([]);
		const added = orders.map((order, n) => ({ id: `n${n}`, order }));
		expect(ids([...list, ...added].sort(byOrder))).toEqual(['a', ...ids(added), 'z']);
	});

	test('keys from elsewhere that cannot be built upon are made anew', () => {
		const list = [
			{ id: 'a', order: '!' },
			{ id: 'b', order: 'not a key' },
		];
		expect(ids(insert(list, 'new', 'b'))).toEqual(['a', 'new', 'b']);
	});
});
