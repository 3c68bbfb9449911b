import type { ByteSource } from '../media/byte-source.ts';
import { findBox, type Box } from './boxes.ts';
import type { MovieTrack } from './movie.ts';
import { FileList, ListRows } from './list-rows.ts';
import { listIn } from './movie-outline.ts';
import { TimeCursor } from './time-cursor.ts';

/** One sample (frame, packet) of a movie's track. Times in the track's units, before its edit. */
export interface Sample {
	/** Number in storage order, from 0. */
	readonly n: number;
	readonly shownAt: number;
	readonly length: number;
	readonly key: boolean;
	/** Where its bytes are in the file. */
	readonly at: number;
	readonly size: number;
}

/**
 * The sample tables of a track (ISO/IEC 14496-12 §8.6–8.7), read from the file around the places asked for. Lists with a row a sample or a chunk
 * are read there alone, lists of runs are walked from their start to there: a run does not tell where it begins. Throws `RangeError` where the
 * tables do not hold together.
 */
export class SampleTable {
	readonly count: number;
	/** Bytes of every sample when all have the same, else 0. */
	readonly sameSize: number;
	readonly #times: FileList;
	readonly #sizes: FileList | undefined;
	readonly #runs: FileList;
	readonly #chunks: FileList;
	readonly #offsets: FileList | undefined;
	readonly #keys: FileList | undefined;

	/** `outline`: what `readOutline` made of the movie box of `file`. */
	constructor(file: ByteSource, outline: DataView, track: MovieTrack) {
		const table = (type: string): Box | undefined => findBox(outline, track.tables, type);
		const [times, sizes, runs, chunks] = [table('stts'), table('stsz'), table('stsc'), table('stco') ?? table('co64')];
		if (!times || !sizes || !runs || !chunks) throw new RangeError('a list of samples is missing');
		this.sameSize = outline.getUint32(sizes.start + 4);
		this.count = outline.getUint32(sizes.start + 8);
		const source = { file, outline };
		this.#times = listOf(source, times, { rowBytes: 8, isWalked: true });
		this.#sizes = this.sameSize === 0 ? listOf(source, sizes, { rowBytes: 4, countAt: 8 }) : undefined;
		this.#runs = listOf(source, runs, { rowBytes: 12, isWalked: true });
		this.#chunks = listOf(source, chunks, { rowBytes: chunks.type === 'co64' ? 8 : 4 });
		const [offsets, keys] = [table('ctts'), table('stss')];
		this.#offsets = offsets && listOf(source, offsets, { rowBytes: 8, isWalked: true });
		this.#keys = keys && listOf(source, keys, { rowBytes: 4 });
	}

	/** True when every sample lasts one unit and has the same size, as in PCM. */
	async isUncompressed(): Promise<boolean> {
		if (this.sameSize === 0 || this.#times.count !== 1) return false;
		const times = new ListRows(this.#times);
		await times.load(0);
		return times.u32(0, 4) === 1;
	}

	/** The sample that is shown at `shownAt`, give or take `slack` units; undefined when there is none. */
	async find(shownAt: number, slack = 0.5): Promise<number | undefined> {
		const cursor = await this.#cursor();
		while (cursor.n < this.count) {
			if (Math.abs(cursor.shownAt - shownAt) <= slack) return cursor.n;
			const loading = cursor.next();
			if (loading !== undefined) await loading;
		}
		return undefined;
	}

	/** Number of the sample that is being decoded at `time` (units): for tracks without reordering. Clamped to the table. */
	async atTime(time: number): Promise<number> {
		for await (const { n, start, run, step } of this.#timeRuns()) {
			if (step > 0 && time < start + run * step) return Math.max(0, n + Math.floor((time - start) / step));
		}
		return Math.max(0, this.count - 1);
	}

	/** When sample `n` is decoded, in units; the end of the last for `n` = count. */
	async timeOf(n: number): Promise<number> {
		let end = 0;
		for await (const { n: before, start, run, step } of this.#timeRuns()) {
			if (n <= before + run) return start + (n - before) * step;
			end = start + run * step;
		}
		return end;
	}

	/** The last key sample at or before `n`, in storage order; 0 when none is marked. */
	async keyBefore(n: number): Promise<number> {
		if (this.#keys === undefined) return n;
		const keys = new ListRows(this.#keys);
		const row = await rowAfter(keys, n);
		return row === 0 ? 0 : await sampleIn(keys, row - 1);
	}

	/** The samples from `from` on, in storage order. */
	async *samples(from: number): AsyncGenerator<Sample, void, undefined> {
		const keys = new ListRows(this.#keys);
		const sizes = new ListRows(this.#sizes);
		const cursor = await this.#cursor();
		let [, row] = await Promise.all([cursor.skipTo(from), rowAfter(keys, from - 1)]);
		for await (const { start, at, samples } of this.#chunksFrom(from)) {
			// What stands before the first one in its chunk is only counted, to know where that one lies.
			for (let n = start, place = at; n < start + samples; n += 1) {
				if (this.sameSize === 0 && !sizes.has(n)) await sizes.load(n);
				const size = this.sameSize === 0 ? sizes.u32(n) : this.sameSize;
				if (n >= from) {
					const marked = row < keys.count && (await sampleIn(keys, row)) === n;
					if (marked) row += 1;
					const key = this.#keys === undefined || marked || n === 0;
					yield { n, shownAt: cursor.shownAt, length: cursor.length, key, at: place, size };
					const loading = cursor.next();
					if (loading !== undefined) await loading;
				}
				place += size;
			}
		}
	}

	/** Where samples of the same size lie: the stretches of the file that hold [from, to), `samples` in each. */
	async *stretches(
		from: number,
		to: number,
	): AsyncGenerator<{ readonly at: number; readonly samples: number }, void, undefined> {
		let n = from;
		for await (const { start, at, samples } of this.#chunksFrom(from)) {
			if (n >= to) return;
			const taken = Math.min(to, start + samples) - n;
			yield { at: at + (n - start) * this.sameSize, samples: taken };
			n += taken;
		}
		if (n < to) throw new RangeError('more samples than places');
	}

	#cursor(): Promise<TimeCursor> {
		return TimeCursor.open(new ListRows(this.#times), new ListRows(this.#offsets));
	}

	/** Samples that last equally long: number and time of the first one, how many, how long each. */
	async *#timeRuns(): AsyncGenerator<Record<'n' | 'start' | 'run' | 'step', number>, void, undefined> {
		const times = new ListRows(this.#times);
		let [n, start] = [0, 0];
		for (let entry = 0; entry < times.count; entry += 1) {
			if (!times.has(entry)) await times.load(entry);
			const [run, step] = [times.u32(entry), times.u32(entry, 4)];
			yield { n, start, run, step };
			n += run;
			start += run * step;
		}
	}

	/** The chunks from the one that holds sample `from` on: number of the first sample, place, number of samples. */
	async *#chunksFrom(from: number): AsyncGenerator<Record<'start' | 'at' | 'samples', number>, void, undefined> {
		const runs = new ListRows(this.#runs);
		const chunks = new ListRows(this.#chunks);
		let { run, start } = await runBefore(runs, from);
		for (; run < runs.count; run += 1) {
			if (!runs.has(run)) await runs.load(run);
			const [first, samples] = [runs.u32(run) - 1, runs.u32(run, 4)];
			if (run + 1 < runs.count && !runs.has(run + 1)) await runs.load(run + 1);
			const end = run + 1 < runs.count ? runs.u32(run + 1) - 1 : chunks.count;
			// Chunks before the wanted one are stepped over in one go.
			const before = samples === 0 ? end - first : Math.floor((from - start) / samples);
			const skipped = Math.min(end - first, Math.max(0, before));
			start += skipped * samples;
			for (let chunk = first + skipped; chunk < end && start < this.count; chunk += 1, start += samples) {
				if (!chunks.has(chunk)) await chunks.load(chunk);
				const at = this.#chunks.rowBytes === 8 ? chunks.u64(chunk) : chunks.u32(chunk);
				yield { start, at, samples: Math.min(samples, this.count - start) };
			}
		}
	}
}

/** A minute of packets takes one block or two. */
const BLOCK_BYTES = 32 * 1024;
const WALKED_BYTES = 256 * 1024;

interface ListForm {
	readonly rowBytes: number;
	/** Where in its box the number of rows stands; the rows follow. */
	readonly countAt?: number;
	/** From its start on, instead of at places. */
	readonly isWalked?: boolean;
}

function listOf(
	{ file, outline }: { readonly file: ByteSource; readonly outline: DataView },
	found: Box,
	{ rowBytes, countAt = 4, isWalked = false }: ListForm,
): FileList {
	const { start, end } = listIn(outline, found);
	const place = { at: start + countAt + 4, count: outline.getUint32(found.start + countAt), rowBytes };
	if (place.at + place.count * rowBytes > end) throw new RangeError('a list of samples is cut off');
	return new FileList(file, place, isWalked ? WALKED_BYTES : BLOCK_BYTES);
}

/**
 * The run of chunks that holds sample `from`, and the number of its first sample. Writers that alternate packets of sound and picture list
 * hundreds of thousands of runs.
 */
async function runBefore(runs: ListRows, from: number): Promise<{ run: number; start: number }> {
	if (runs.count === 0) return { run: 0, start: 0 };
	await runs.load(0);
	let [run, start, first, samples] = [0, 0, runs.u32(0), runs.u32(0, 4)];
	for (; run + 1 < runs.count; run += 1) {
		if (!runs.has(run + 1)) await runs.load(run + 1);
		const next = runs.u32(run + 1);
		const end = start + (next - first) * samples;
		if (end > from) break;
		[start, first, samples] = [end, next, runs.u32(run + 1, 4)];
	}
	return { run, start };
}

/** The row of the first key sample after `n`. */
async function rowAfter(keys: ListRows, n: number): Promise<number> {
	let [low, high] = [0, keys.count];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((await sampleIn(keys, middle)) <= n) low = middle + 1;
		else high = middle;
	}
	return low;
}

async function sampleIn(keys: ListRows, row: number): Promise<number> {
	if (!keys.has(row)) await keys.load(row);
	return keys.u32(row) - 1;
}
