/** A span that a list names, in seconds on the file's own timeline. `outS` absent: until the end of the file. */
export interface ListedSpan {
	readonly inS: number;
	readonly outS?: number;
	readonly name: string;
	readonly tags?: readonly string[];
	readonly selected?: boolean;
}

/** Something in a list that was not taken over, and why. Lines count from 1; 0 stands for the whole list. */
export interface Skipped {
	readonly line: number;
	readonly reason: string;
}

/** What reading a list gave: the spans in order, and a report of all that was left out. */
export interface Imported {
	readonly spans: readonly ListedSpan[];
	readonly skipped: readonly Skipped[];
}

/** Longest list that is read, in UTF-16 units: a longer one is not a list of cuts. */
export const MAX_LIST_LENGTH = 20_000_000;

/** Ends that are open are closed at `endS`; spans that lie beyond it or are empty then are reported. */
export function closeSpans(
	{ spans, skipped }: Imported,
	endS: number,
): { spans: (ListedSpan & { outS: number })[]; skipped: Skipped[] } {
	const closed: (ListedSpan & { outS: number })[] = [];
	const left = [...skipped];
	spans.forEach((span, i) => {
		const outS = Math.min(span.outS ?? endS, endS);
		if (span.inS >= endS)
			left.push({ line: 0, reason: `span ${i + 1} starts at ${span.inS} s, after the end of the file (${endS} s)` });
		else if (outS <= span.inS) left.push({ line: 0, reason: `span ${i + 1} ends before it starts` });
		else closed.push({ ...span, outS });
	});
	return { spans: closed, skipped: left };
}
