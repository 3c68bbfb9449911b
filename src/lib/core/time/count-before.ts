/** How many of the ascending `times` are before `time` (one that is equal is not counted), by halving. */
export function countBefore(times: ArrayLike<number>, time: number): number {
	let [low, high] = [0, times.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((times[middle] ?? Infinity) < time) low = middle + 1;
		else high = middle;
	}
	return low;
}
