import { BUCKETS_PER_S, decibelsOf, type WaveformPyramid } from '#core/sound/pyramid';

/** Half-open, in seconds on the file's own timeline. */
export interface SoundSpan {
	readonly inS: number;
	readonly outS: number;
}

export interface SilenceOptions {
	/** What is quieter than this is silent: decibels below full scale, root mean square over 5 ms. Default −40. */
	readonly thresholdDb?: number;
	/** Shorter silences are none, in seconds. Default 0.5. */
	readonly minS?: number;
}

/** Where the sound of a whole file is silent, to 5 ms. */
export function findSilences(
	{ finest, count, originS }: Pick<WaveformPyramid, 'finest' | 'count' | 'originS'>,
	{ thresholdDb = -40, minS = 0.5 }: SilenceOptions = {},
): SoundSpan[] {
	const spans: SoundSpan[] = [];
	let from = -1;
	for (let n = 0; n <= count; n += 1) {
		const silent = n < count && decibelsOf(finest.loudness[n] ?? 0) < thresholdDb;
		if (silent && from < 0) from = n;
		if (silent || from < 0) continue;
		if ((n - from) / BUCKETS_PER_S >= minS - 1e-9) {
			spans.push({ inS: originS + from / BUCKETS_PER_S, outS: originS + n / BUCKETS_PER_S });
		}
		from = -1;
	}
	return spans;
}

/** What lies between `spans` (in order) within [fromS, toS). Pieces shorter than `minS` seconds are left out. */
export function between(spans: readonly SoundSpan[], fromS: number, toS: number, minS = 0): SoundSpan[] {
	const rest: SoundSpan[] = [];
	let atS = fromS;
	for (const { inS, outS } of [...spans, { inS: toS, outS: toS }]) {
		if (inS - atS > Math.max(minS, 1e-9)) rest.push({ inS: atS, outS: inS });
		atS = Math.max(atS, outS);
	}
	return rest;
}
