import { nearestTime } from '#core/time/key-frames';

/** What attracts an edge that is dragged: ascending times in seconds, so that the nearest of thousands is found at once. */
export class Magnets {
	readonly #timesS: readonly ArrayLike<number>[];

	/** Each list ascends. */
	constructor(...timesS: readonly ArrayLike<number>[]) {
		this.#timesS = timesS;
	}

	/** `timeS`, or the closest of them when it is nearer than `reachS` seconds. */
	pull(timeS: number, reachS: number): number {
		let [best, distance] = [timeS, reachS];
		for (const times of this.#timesS) {
			const nearest = nearestTime(times, timeS);
			if (nearest === undefined || Math.abs(nearest - timeS) >= distance) continue;
			distance = Math.abs(nearest - timeS);
			best = nearest;
		}
		return best;
	}
}

/** IN and OUT of every span but `exceptId`, ascending. */
export function edgesOf(
	spans: readonly { readonly id: string; readonly inS: number; readonly outS: number }[],
	exceptId?: string,
): Float64Array {
	const edges = new Float64Array(2 * spans.length);
	let count = 0;
	for (const { id, inS, outS } of spans) {
		if (id === exceptId) continue;
		edges[count] = inS;
		edges[count + 1] = outS;
		count += 2;
	}
	return edges.subarray(0, count).sort();
}
