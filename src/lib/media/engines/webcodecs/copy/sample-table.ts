import { findBox, type Box } from '../../../probe/mp4/boxes.ts';
import type { MovieTrack } from '../../../probe/mp4/movie.ts';
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
 * The sample tables of a track (ISO/IEC 14496-12 §8.6–8.7), read around the places asked for: nothing is spelled out that is not wanted, so that
 * a cut out of a film of hours costs no more than one out of minutes. Throws `RangeError` where the tables do not hold together.
 */
export class SampleTable {
	readonly count: number;
	/** Bytes of every sample when all have the same, else 0. */
	readonly sameSize: number;
	readonly #view: DataView;
	readonly #times: Box;
	readonly #sizes: Box;
	readonly #runs: Box;
	readonly #chunks: Box;
	readonly #offsets: Box | undefined;
	readonly #keys: Box | undefined;

	constructor(view: DataView, track: MovieTrack) {
		const table = (type: string): Box | undefined => findBox(view, track.tables, type);
		const [times, sizes, runs, chunks] = [table('stts'), table('stsz'), table('stsc'), table('stco') ?? table('co64')];
		if (!times || !sizes || !runs || !chunks) throw new RangeError('a list of samples is missing');
		this.#view = view;
		[this.#times, this.#sizes, this.#runs, this.#chunks] = [times, sizes, runs, chunks];
		[this.#offsets, this.#keys] = [table('ctts'), table('stss')];
		this.sameSize = view.getUint32(sizes.start + 4);
		this.count = view.getUint32(sizes.start + 8);
	}

	/** True when every sample lasts one unit and has the same size, as in PCM. */
	get isUncompressed(): boolean {
		return this.sameSize !== 0 && this.#view.getUint32(this.#times.start + 4) === 1 && this.#stepAt(0) === 1;
	}

	/** The sample that is shown at `shownAt`, give or take `slack` units; undefined when there is none. */
	find(shownAt: number, slack = 0.5): number | undefined {
		const cursor = new TimeCursor(this.#view, this.#times, this.#offsets);
		for (; cursor.n < this.count; cursor.next()) if (Math.abs(cursor.shownAt - shownAt) <= slack) return cursor.n;
		return undefined;
	}

	/** Number of the sample that is being decoded at `time` (units): for tracks without reordering. Clamped to the table. */
	atTime(time: number): number {
		let [n, start] = [0, 0];
		const entries = this.#view.getUint32(this.#times.start + 4);
		for (let entry = 0; entry < entries; entry += 1) {
			const [run, step] = [this.#view.getUint32(this.#times.start + 8 + 8 * entry), this.#stepAt(entry)];
			if (step > 0 && time < start + run * step) return Math.max(0, n + Math.floor((time - start) / step));
			n += run;
			start += run * step;
		}
		return Math.max(0, this.count - 1);
	}

	/** When sample `n` is decoded, in units; the end of the last for `n` = count. */
	timeOf(n: number): number {
		let [before, start] = [0, 0];
		const entries = this.#view.getUint32(this.#times.start + 4);
		for (let entry = 0; entry < entries; entry += 1) {
			const [run, step] = [this.#view.getUint32(this.#times.start + 8 + 8 * entry), this.#stepAt(entry)];
			if (n <= before + run) return start + (n - before) * step;
			before += run;
			start += run * step;
		}
		return start;
	}

	/** The last key sample at or before `n`, in storage order; 0 when none is marked. */
	keyBefore(n: number): number {
		if (this.#keys === undefined) return n;
		const entry = this.#keyEntryAfter(n);
		return entry === 0 ? 0 : this.#keyAt(entry - 1);
	}

	/** The samples from `from` on, in storage order. */
	*samples(from: number): Generator<Sample, void, undefined> {
		const cursor = new TimeCursor(this.#view, this.#times, this.#offsets);
		cursor.skipTo(from);
		let entry = this.#keyEntryAfter(from - 1);
		for (const place of this.#placesFrom(from)) {
			const { n, shownAt, length } = cursor;
			const marked = entry < this.#keyCount && this.#keyAt(entry) === n;
			if (marked) entry += 1;
			yield { n, shownAt, length, key: this.#keys === undefined || marked || n === 0, ...place };
			cursor.next();
		}
	}

	/** Where samples of the same size lie: the stretches of the file that hold [from, to), `samples` in each. */
	*stretches(from: number, to: number): Generator<{ readonly at: number; readonly samples: number }, void, undefined> {
		let n = from;
		for (const { start, at, samples } of this.#chunksFrom(from)) {
			if (n >= to) return;
			const taken = Math.min(to, start + samples) - n;
			yield { at: at + (n - start) * this.sameSize, samples: taken };
			n += taken;
		}
		if (n < to) throw new RangeError('more samples than places');
	}

	#stepAt(entry: number): number {
		return this.#view.getUint32(this.#times.start + 12 + 8 * entry);
	}

	get #keyCount(): number {
		return this.#keys === undefined ? 0 : this.#view.getUint32(this.#keys.start + 4);
	}

	/** Position in the list of key samples of the first one after `n`. */
	#keyEntryAfter(n: number): number {
		let [low, high] = [0, this.#keyCount];
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (this.#keyAt(middle) <= n) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	#keyAt(entry: number): number {
		return this.#view.getUint32((this.#keys?.start ?? 0) + 8 + 4 * entry) - 1;
	}

	sizeOf(n: number): number {
		return this.sameSize !== 0 ? this.sameSize : this.#view.getUint32(this.#sizes.start + 12 + 4 * n);
	}

	*#placesFrom(from: number): Generator<{ at: number; size: number }, void, undefined> {
		for (const { start, at, samples } of this.#chunksFrom(from)) {
			let place = at;
			for (let n = start; n < start + samples; n += 1) {
				const size = this.sizeOf(n);
				if (n >= from) yield { at: place, size };
				place += size;
			}
		}
	}

	/** The chunks from the one that holds sample `from` on: number of the first sample, place, number of samples. */
	*#chunksFrom(from: number): Generator<{ start: number; at: number; samples: number }, void, undefined> {
		const [view, rows] = [this.#view, this.#runs.start + 8];
		const [runs, chunkCount] = [view.getUint32(rows - 4), view.getUint32(this.#chunks.start + 4)];
		let { run, start } = runBefore(view, rows, runs, from);
		for (; run < runs; run += 1) {
			const at = rows + 12 * run;
			const [first, samples] = [view.getUint32(at) - 1, view.getUint32(at + 4)];
			const end = run + 1 < runs ? view.getUint32(at + 12) - 1 : chunkCount;
			// Chunks before the wanted one are stepped over in one go.
			const before = samples === 0 ? end - first : Math.floor((from - start) / samples);
			const skipped = Math.min(end - first, Math.max(0, before));
			start += skipped * samples;
			for (let chunk = first + skipped; chunk < end && start < this.count; chunk += 1, start += samples) {
				yield { start, at: this.#chunkAt(chunk), samples: Math.min(samples, this.count - start) };
			}
		}
	}

	#chunkAt(chunk: number): number {
		const { type, start } = this.#chunks;
		return type === 'co64'
			? Number(this.#view.getBigUint64(start + 8 + 8 * chunk))
			: this.#view.getUint32(start + 8 + 4 * chunk);
	}
}

/**
 * The run of chunks that holds sample `from`, and the number of its first sample. Writers that alternate packets of sound and picture list
 * hundreds of thousands of runs.
 */
function runBefore(view: DataView, rows: number, runs: number, from: number): { run: number; start: number } {
	let [run, start, first] = [0, 0, runs > 0 ? view.getUint32(rows) : 0];
	for (; run + 1 < runs; run += 1) {
		const next = view.getUint32(rows + 12 * run + 12);
		const end = start + (next - first) * view.getUint32(rows + 12 * run + 4);
		if (end > from) break;
		[start, first] = [end, next];
	}
	return { run, start };
}
