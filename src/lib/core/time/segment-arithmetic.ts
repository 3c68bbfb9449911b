/** Half-open, in seconds on the file's own timeline. */
export interface Span {
	readonly inS: number;
	readonly outS: number;
}

/** Gaps shorter than this are rounding, in seconds. */
const NOTHING_S = 1e-6;

const byIn = (a: Span, b: Span): number => a.inS - b.inS || a.outS - b.outS;

/** Spans that overlap or touch, joined; in order of time. */
export function joined(spans: readonly Span[]): readonly Span[] {
	const all: Span[] = [];
	for (const { inS, outS } of spans.toSorted(byIn)) {
		const last = all.at(-1);
		if (last !== undefined && inS <= last.outS + NOTHING_S) {
			all[all.length - 1] = { inS: last.inS, outS: Math.max(last.outS, outS) };
		} else all.push({ inS, outS });
	}
	return all;
}

/** What lies between `firstS` and `endS` and in none of `spans`, in order of time. */
export function gapsOf(spans: readonly Span[], firstS: number, endS: number): readonly Span[] {
	const covered = joined(spans);
	const edges = [firstS, ...covered.flatMap(({ inS, outS }) => [inS, outS]), endS];
	const gaps: Span[] = [];
	for (let n = 0; n < edges.length; n += 2) {
		const inS = Math.max(firstS, edges[n] ?? firstS);
		const outS = Math.min(endS, edges[n + 1] ?? endS);
		if (outS > inS + NOTHING_S) gaps.push({ inS, outS });
	}
	return gaps;
}

/** From the earliest IN to the latest OUT; undefined when there are none. */
export function hullOf(spans: readonly Span[]): Span | undefined {
	if (spans.length === 0) return undefined;
	return { inS: Math.min(...spans.map(({ inS }) => inS)), outS: Math.max(...spans.map(({ outS }) => outS)) };
}

/** What is left of `span` in a file that runs from `firstS` to `endS`; undefined when nothing is. */
export function clippedTo<T extends Span>(span: T, firstS: number, endS: number): T | undefined {
	const [inS, outS] = [Math.max(span.inS, firstS), Math.min(span.outS, endS)];
	return outS > inS + NOTHING_S ? { ...span, inS, outS } : undefined;
}

/** All INs and OUTs, ascending, each once. */
export const edgesOf = (spans: readonly Span[]): readonly number[] =>
	[...new Set(spans.flatMap(({ inS, outS }) => [inS, outS]))].sort((a, b) => a - b);
