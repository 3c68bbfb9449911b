/** How a grid of equal cells is laid out. Lengths are CSS pixels. */
export interface GridShape {
	readonly columns: number;
	readonly cellWidth: number;
	readonly cellHeight: number;
	/** From the top of a row to that of the next. */
	readonly rowStep: number;
}

/** Half open. */
export type Span = readonly [first: number, end: number];

export function gridShape(
	width: number,
	{ minWidth, gap, heightOf }: { minWidth: number; gap: number; heightOf: (cellWidth: number) => number },
): GridShape {
	const columns = Math.max(1, Math.floor((width + gap) / (minWidth + gap)));
	const cellWidth = Math.max(0, (width - gap * (columns - 1)) / columns);
	const cellHeight = Math.round(heightOf(cellWidth));
	return { columns, cellWidth, cellHeight, rowStep: cellHeight + gap };
}

/** Cells to keep in the page, half open: the rows in sight and `overscan` beyond each edge. `above` is what of the grid has scrolled away. */
export function cellsInSight(
	{ columns, rowStep }: GridShape,
	{ count, above, height, overscan }: { count: number; above: number; height: number; overscan: number },
): Span {
	const firstRow = Math.max(0, Math.floor(above / rowStep) - overscan);
	const endRow = Math.max(0, Math.ceil((above + height) / rowStep) + overscan);
	return [Math.min(count, firstRow * columns), Math.min(count, endRow * columns)];
}

/**
 * Cells that are made after one more step towards `sight`: `most` new ones, downwards first, and nothing beyond it.
 * Where none of them is made, it begins at the cell `seen`.
 */
export function grownTo(made: Span, sight: Span, seen: number, most: number): Span {
	let [first, end] = [Math.max(made[0], sight[0]), Math.min(made[1], sight[1])];
	if (first >= end) first = end = Math.min(Math.max(seen, sight[0]), sight[1]);
	const below = Math.min(most, sight[1] - end);
	return [Math.max(sight[0], first - (most - below)), end + below];
}

/** Where a key leads from the cell `at`; undefined when it leads nowhere. */
export function cellByKey(key: string, at: number, columns: number, count: number): number | undefined {
	const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
	if (key === 'Home') return 0;
	if (key === 'End') return count - 1;
	if (step === undefined || at + step < 0 || at + step >= count) return undefined;
	return at + step;
}
