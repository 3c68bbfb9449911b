import type { Span } from '#core/time/segment-arithmetic';
import type { Segment } from '#core/project/project';

/** Which spans are followed: the chosen segment, those that are ticked, the clips of the batch, all of the file. */
export type TrackScope = 'segment' | 'ticked' | 'batch' | 'file';

export interface ScopeChoices {
	readonly selected: Segment | undefined;
	readonly ticked: readonly Segment[];
	/** Clips of the batch that is being placed; null while there is none. */
	readonly batch: readonly Span[] | null;
	readonly file: Span;
}

/** The scopes that hold something now, the nearest one first. */
export function scopesIn({ selected, ticked, batch }: ScopeChoices): readonly TrackScope[] {
	return [
		...(batch !== null && batch.length > 0 ? ['batch' as const] : []),
		...(selected === undefined ? [] : ['segment' as const]),
		...(ticked.length > 0 ? ['ticked' as const] : []),
		'file',
	];
}

/** The spans of a scope, cut to the file; never empty ones. */
export function spansOf(scope: TrackScope, { selected, ticked, batch, file }: ScopeChoices): readonly Span[] {
	const spans: readonly Span[] =
		scope === 'segment'
			? selected === undefined
				? []
				: [selected]
			: scope === 'ticked'
				? ticked
				: scope === 'batch'
					? (batch ?? [])
					: [file];
	return spans
		.map(({ inS, outS }) => ({ inS: Math.max(inS, file.inS), outS: Math.min(outS, file.outS) }))
		.filter(({ inS, outS }) => outS > inS + 1e-6);
}

/** The first part of `span` that none of `paths` covers, where one of them covers another part. */
export function firstGap(paths: readonly Span[], span: Span): Span | undefined {
	const inside = paths
		.filter(({ inS, outS }) => inS < span.outS - SAME_S && outS > span.inS + SAME_S)
		.toSorted((a, b) => a.inS - b.inS);
	if (inside.length === 0) return undefined;
	let coveredS = span.inS;
	for (const { inS, outS } of inside) {
		if (inS > coveredS + SAME_S) return { inS: coveredS, outS: inS };
		coveredS = Math.max(coveredS, outS);
	}
	return coveredS < span.outS - SAME_S ? { inS: coveredS, outS: span.outS } : undefined;
}

/** Less than a frame of any film: times that containers round are the same. */
const SAME_S = 2e-3;
