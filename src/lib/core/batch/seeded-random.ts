/**
 * Numbers in [0, 1) that depend on `seed` alone (mulberry32, Tommy Ettinger, public domain algorithm): the same batch exported again draws the same
 * clips. Not for secrets.
 */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}

/** `count` different items of `items`, drawn with `random`, in their original order. */
export function draw<T>(items: readonly T[], count: number, random: () => number): T[] {
	const pool = items.map((item, position) => ({ item, position }));
	const drawn: { item: T; position: number }[] = [];
	for (let left = Math.min(count, pool.length); left > 0; left -= 1) {
		drawn.push(...pool.splice(Math.floor(random() * pool.length), 1));
	}
	return drawn.sort((a, b) => a.position - b.position).map(({ item }) => item);
}
