import type { Browser, Page } from 'playwright';

/** One line of a bench's table. Where a peer exists, `value` is a ratio to it. */
export interface Row {
	readonly name: string;
	readonly value: number;
	/** "×" for ratios. */
	readonly unit: string;
	/** What `value` must reach; null when it is only told. */
	readonly target: number | null;
	readonly better: 'lower' | 'higher';
	readonly samples: readonly number[];
}

export interface BenchContext {
	readonly browser: Browser;
	/** Opens the bench page (see `page/main.ts`) in a new context. Close the page's context when done. */
	readonly openPage: () => Promise<Page>;
	/** Path of a test file, made when it is missing. */
	readonly fixture: (name: string) => Promise<string>;
	/** A folder for what the bench makes; removed at the end. */
	readonly folder: string;
	/** What the page sent with `PUT /kept/<name>`: its path on this machine. */
	readonly kept: (name: string) => string;
	/** For the person who waits; never on stdout. */
	readonly say: (text: string) => void;
	/** Times everything is measured. */
	readonly rounds: number;
}

/** To add one: `tests/bench/<name>.bench.ts` that exports `bench`. */
export interface Bench {
	readonly name: string;
	readonly about: string;
	/** Measured rounds when none are asked for. */
	readonly rounds: number;
	run(context: BenchContext): Promise<readonly Row[]>;
}

export function median(samples: readonly number[]): number {
	const sorted = [...samples].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN, sorted[middle] ?? NaN];
	return (low + high) / 2;
}

/** A ratio per round, of runs that stood next to each other: noise of the machine hits both. */
export const ratios = (ours: readonly number[], peer: readonly number[]): readonly number[] =>
	ours.map((value, round) => value / (peer[round] ?? NaN));

export function row(
	name: string,
	unit: string,
	target: number | null,
	better: Row['better'],
	samples: readonly number[],
): Row {
	return { name, value: median(samples), unit, target, better, samples };
}

export const misses = ({ value, target, better }: Row): boolean =>
	target !== null && !(better === 'lower' ? value <= target : value >= target);
