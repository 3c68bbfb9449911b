/** Frames that one entry of the summary stands for. */
const BLOCK = 64;

/** Least and greatest of any stretch of a long row of numbers, without reading all of it. */
export class PathExtremes {
	readonly #values: Float64Array;
	readonly #least: Float64Array;
	readonly #greatest: Float64Array;

	constructor(values: Float64Array) {
		this.#values = values;
		const blocks = Math.ceil(values.length / BLOCK);
		this.#least = new Float64Array(blocks).fill(Infinity);
		this.#greatest = new Float64Array(blocks).fill(-Infinity);
		for (const [n, value] of values.entries()) {
			const block = Math.floor(n / BLOCK);
			this.#least[block] = Math.min(this.#least[block] ?? value, value);
			this.#greatest[block] = Math.max(this.#greatest[block] ?? value, value);
		}
	}

	get length(): number {
		return this.#values.length;
	}

	/** Of entries `from` up to, not including, `to`, cut to what there is; undefined for none. */
	range(from: number, to: number): { readonly least: number; readonly greatest: number } | undefined {
		let [least, greatest] = [Infinity, -Infinity];
		const end = Math.min(to, this.#values.length);
		for (let n = Math.max(0, from); n < end;) {
			if (n % BLOCK === 0 && n + BLOCK <= end) {
				least = Math.min(least, this.#least[n / BLOCK] ?? least);
				greatest = Math.max(greatest, this.#greatest[n / BLOCK] ?? greatest);
				n += BLOCK;
			} else {
				const value = this.#values[n] ?? least;
				least = Math.min(least, value);
				greatest = Math.max(greatest, value);
				n += 1;
			}
		}
		return least > greatest ? undefined : { least, greatest };
	}
}
