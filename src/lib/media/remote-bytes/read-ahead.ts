/** Places of a file that are read on from at the same time: picture, sound, list of frames. */
const TRAILS = 4;

interface Trail {
	/** First block that was not asked for yet. */
	next: number;
	/** Blocks asked for the last time. */
	run: number;
	/** It was read on from at least once: a look at one place, however long, is no trail yet. */
	proven: boolean;
	used: number;
}

/**
 * How much to fetch at a time: what is read on from is fetched in ever longer runs, what is only looked at is not. Blocks are counted
 * from 0; spans of them are half-open.
 */
export class ReadAhead {
	readonly #trails: Trail[] = [];
	#clock = 0;

	/** `most`: blocks of a run that nobody has asked for in one go. */
	constructor(private readonly most: number) {}

	/** Blocks from `first` up to `last` are read, and those from `missing` on are not there: where the request for them ends. */
	endOfRun(missing: number, last: number): number {
		const trail = this.#trailAt(missing);
		if (trail === undefined) {
			this.#begin({ next: last, run: last - missing, proven: false, used: (this.#clock += 1) });
			return last;
		}
		return this.#goOn(trail, missing, last - missing);
	}

	/**
	 * The blocks to fetch already, while those up to `last` are being read; undefined when this place is not being read on from, or there
	 * is enough. They count as asked for.
	 */
	ahead(last: number): { readonly from: number; readonly to: number } | undefined {
		const trail = this.#trails.find(({ next, run }) => last <= next && last > next - run);
		if (trail?.proven !== true || last <= trail.next - trail.run / 2) return undefined;
		const from = trail.next;
		return { from, to: this.#goOn(trail, from, 1) };
	}

	#goOn(trail: Trail, from: number, atLeast: number): number {
		trail.run = Math.max(atLeast, Math.min(this.most, 2 * trail.run));
		trail.next = from + trail.run;
		trail.proven = true;
		trail.used = this.#clock += 1;
		return trail.next;
	}

	#trailAt(block: number): Trail | undefined {
		// One block may be left out: packets that nobody wants.
		return this.#trails.find(({ next }) => block === next || block === next + 1);
	}

	#begin(trail: Trail): void {
		this.#trails.push(trail);
		if (this.#trails.length <= TRAILS) return;
		this.#trails.sort((a, b) => a.used - b.used).shift();
	}
}
