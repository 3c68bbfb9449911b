import { nearestTime } from '#core/time/key-frames';

/** Pictures in a strip at most: enough for a wide screen at several zooms. */
const MOST = 320;

/**
 * The key frames that a timeline asks for first, in seconds: those nearest to places a power of two apart (see `slotsIn` in the app), from the
 * start of the file, the finest such spacing that stays within the limit.
 */
export function stripTimes(keysS: ArrayLike<number>, originS: number, durationS: number): number[] {
	if (keysS.length <= MOST) return Array.from(keysS);
	const stepS = 2 ** Math.ceil(Math.log2(durationS / MOST));
	const times = new Set<number>();
	for (let atS = originS; atS < originS + durationS; atS += stepS) {
		const keyS = nearestTime(keysS, atS);
		if (keyS !== undefined) times.add(keyS);
	}
	return [...times].sort((a, b) => a - b);
}

/** Half of what a frame lasts at least. */
const HAIR_S = 0.0005;

/** An expression that is 1 for frames at these times (ascending, in seconds): a search tree, so that a frame costs a few comparisons. */
export function atTimes(timesS: readonly number[]): string {
	if (timesS.length <= 2) {
		return (
			timesS.map((time) => `between(t,${(time - HAIR_S).toFixed(6)},${(time + HAIR_S).toFixed(6)})`).join('+') || '0'
		);
	}
	const middle = Math.ceil(timesS.length / 2);
	const edge = ((timesS[middle] ?? 0) - HAIR_S).toFixed(6);
	return `if(lt(t,${edge}),${atTimes(timesS.slice(0, middle))},${atTimes(timesS.slice(middle))})`;
}
