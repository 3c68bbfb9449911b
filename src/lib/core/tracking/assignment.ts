/**
 * The cheapest way to give rows to columns, one to one: for each row its column, or −1.
 *
 * `cost` is row by row. A pair at `limit` or above is never made; leaving a pair out costs as much as `limit`, so that the sum of what is
 * gained is as large as can be. Shortest augmenting paths with potentials (Kuhn 1955, Munkres 1957, Jonker and Volgenant 1987),
 * O(rows² × columns) at worst for rows ≤ columns. Costs that are not numbers count as `limit`.
 */
export function assign(cost: Float64Array, rows: number, columns: number, limit = Infinity): Int32Array {
	const result = new Int32Array(rows).fill(-1);
	if (rows === 0 || columns === 0) return result;
	const turned = rows > columns;
	const [n, m] = turned ? [columns, rows] : [rows, columns];
	const costs = new Float64Array(n * m);
	for (let i = 0; i < n; i += 1) {
		for (let j = 0; j < m; j += 1) {
			const value = cost[turned ? j * columns + i : i * columns + j] ?? limit;
			costs[i * m + j] = value < limit ? value : Math.min(limit, Number.MAX_SAFE_INTEGER);
		}
	}
	const rowOf = matched(costs, n, m);
	for (let j = 0; j < m; j += 1) {
		const i = rowOf[j] ?? -1;
		if (i < 0 || !((costs[i * m + j] ?? limit) < limit)) continue;
		result[turned ? j : i] = turned ? i : j;
	}
	return result;
}

/** The row of each of `m` columns or −1; every one of `n` ≤ `m` rows has a column. */
function matched(costs: Float64Array, n: number, m: number): Int32Array {
	const rowOf = new Int32Array(m).fill(-1);
	const rowPotential = new Float64Array(n);
	const columnPotential = new Float64Array(m);
	const shortest = new Float64Array(m);
	const before = new Int32Array(m);
	const done = new Uint8Array(m);
	for (let start = 0; start < n; start += 1) {
		shortest.fill(Infinity);
		done.fill(0);
		let column = -1;
		for (;;) {
			const row = column < 0 ? start : (rowOf[column] ?? -1);
			if (row < 0) break;
			if (column >= 0) done[column] = 1;
			const potential = rowPotential[row] ?? 0;
			let [next, least] = [-1, Infinity];
			for (let j = 0; j < m; j += 1) {
				if (done[j] === 1) continue;
				const length = (costs[row * m + j] ?? 0) - potential - (columnPotential[j] ?? 0);
				if (length < (shortest[j] ?? Infinity)) {
					shortest[j] = length;
					before[j] = column;
				}
				if ((shortest[j] ?? Infinity) < least) [next, least] = [j, shortest[j] ?? Infinity];
			}
			if (next < 0) break;
			// Every length that is still open is told from the row that comes next.
			rowPotential[start] = (rowPotential[start] ?? 0) + least;
			for (let j = 0; j < m; j += 1) {
				if (done[j] === 1) {
					const owner = rowOf[j] ?? 0;
					rowPotential[owner] = (rowPotential[owner] ?? 0) + least;
					columnPotential[j] = (columnPotential[j] ?? 0) - least;
				} else shortest[j] = (shortest[j] ?? Infinity) - least;
			}
			column = next;
		}
		while (column >= 0) {
			const previous = before[column] ?? -1;
			rowOf[column] = previous < 0 ? start : (rowOf[previous] ?? -1);
			column = previous;
		}
	}
	return rowOf;
}
