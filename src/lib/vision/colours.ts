import type { Colours } from '#core/tracking/detection';
import type { Picture } from '$lib/media/analysis/picture-maker';
import type { Candidate } from './heads/candidate.ts';

/** Parts of a box, from its top, that show what someone who stands wears: neither head nor feet. */
const UPPER = [0.2, 0.45] as const;
const LOWER = [0.55, 0.85] as const;
/** Nearer to the sides there is as much of what lies behind. */
const ACROSS = [0.3, 0.7] as const;

/** The colours of what was found in a picture that a model was given: see `Colours`. */
export function coloursOf(
	{ width, height, rgba }: Picture,
	{ left, top, right, bottom }: Pick<Candidate, 'left' | 'top' | 'right' | 'bottom'>,
): Colours {
	const [fromX, toX] = pixels(left, right, ACROSS, width);
	return [UPPER, LOWER].flatMap((band) => {
		const [fromY, toY] = pixels(top, bottom, band, height);
		const sums = [0, 0, 0] as [number, number, number];
		for (let y = fromY; y < toY; y += 1) {
			for (let x = fromX; x < toX; x += 1) {
				const at = 4 * (y * width + x);
				sums[0] += rgba[at] ?? 0;
				sums[1] += rgba[at + 1] ?? 0;
				sums[2] += rgba[at + 2] ?? 0;
			}
		}
		return sums.map((sum) => Math.round(sum / ((toX - fromX) * (toY - fromY))));
	});
}

/** The pixels of `count` that lie in a part of [from, to]; at least one, inside the picture. */
function pixels(from: number, to: number, [low, high]: readonly [number, number], count: number): [number, number] {
	const at = (share: number): number => Math.round((from + (to - from) * share) * count);
	const first = Math.min(count - 1, Math.max(0, at(low)));
	return [first, Math.min(count, Math.max(first + 1, at(high)))];
}
