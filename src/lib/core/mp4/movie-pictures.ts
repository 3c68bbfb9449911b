import type { ByteSource } from '../media/byte-source.ts';
import type { CopySpan } from '../export/copy-plan.ts';
import { frameCount, timeOfFrame, type FrameIndex } from '../time/frame-index.ts';
import type { EncodedEdge, StoredPicture } from './edge.ts';
import { CopyProblem, damaged } from './copy-problem.ts';
import type { SourceTrack } from './movie-source.ts';
import { hevcParameterSets, isIdr, parameterSets, type ParameterSets } from './parameter-sets.ts';
import type { Sample } from './sample-table.ts';
import { loadParts } from './source-parts.ts';
import type { Packet, Part } from './stored-track.ts';
import { descriptionChild, type TrackTemplate } from './track-template.ts';

/** Frames to encode anew, with the packets it takes to decode them. */
export interface MovieEdge {
	readonly from: number;
	readonly to: number;
	readonly samples: readonly Sample[];
}

/** The frames of one file's picture track as packets of its sample table. */
export class MoviePictures {
	/** Set for H.264 and HEVC, whose frames are decoded by sets of their own. */
	readonly #sets: ParameterSets | undefined;

	constructor(
		private readonly file: ByteSource,
		private readonly track: SourceTrack,
		private readonly index: FrameIndex,
	) {
		this.#sets = setsOf(track.template);
	}

	get template(): TrackTemplate {
		return this.track.template;
	}

	/** What a decoder is told beside the codec. */
	get description(): Uint8Array | undefined {
		return descriptionChild(this.track.template, 'avcC');
	}

	/** When frame `n` is shown, in the track's units from the start of the playable part. */
	unitsOf(n: number): number {
		const seconds = n >= frameCount(this.index) ? this.index.endUs / 1e6 : timeOfFrame(this.index, n);
		return Math.round(seconds * this.track.template.timescale);
	}

	/** The frames [first, last) of `span` in storage order; `shiftUnits` is where the first one goes. */
	async packets(
		span: CopySpan,
		shiftUnits: number,
		encode: (edge: MovieEdge) => Promise<EncodedEdge>,
	): Promise<readonly Packet[]> {
		const { first, last, copyFrom, copyTo } = span;
		const shift = shiftUnits - this.unitsOf(first);
		const stored = await this.#stored(copyFrom, copyTo);
		const edged = copyFrom > first || copyTo < last;
		if (edged) await this.#checkJoint(stored);
		const head = await this.#edge(first, copyFrom, shift, encode);
		const tail = await this.#edge(copyTo, last, shift, encode);
		// A decoder that has seen an edge needs the source's own sets again, wherever it goes on.
		const inBand: readonly Part[] = edged && this.#sets !== undefined ? [{ bytes: this.#sets.inBand }] : [];
		const copied = stored.map(({ shownAt, key, at, size }): Packet => {
			const whole = { at, size };
			return { shownAt: shownAt - this.track.edit.offset + shift, key, parts: key ? [...inBand, whole] : [whole] };
		});
		return [...head, ...copied, ...tail];
	}

	/** The packets of `samples`, a few megabytes at a time. */
	async *load(samples: readonly Sample[]): AsyncGenerator<StoredPicture> {
		for (let n = 0; n < samples.length;) {
			const batch: Sample[] = [];
			for (let bytes = 0, next = samples[n]; next !== undefined && bytes < LOADED_BYTES; n += 1, next = samples[n]) {
				batch.push(next);
				bytes += next.size;
			}
			const data = await loadParts(this.file, batch);
			let at = 0;
			for (const { size, key, shownAt } of batch) {
				const ptsUs = Math.round(((shownAt - this.track.edit.offset) / this.track.template.timescale) * 1e6);
				yield { data: data.subarray(at, at + size), key, ptsUs };
				at += size;
			}
		}
	}

	async #edge(
		from: number,
		to: number,
		shift: number,
		encode: (edge: MovieEdge) => Promise<EncodedEdge>,
	): Promise<readonly Packet[]> {
		if (to <= from) return [];
		const { packets, description } = await encode({ from, to, samples: await this.#decodable(from, to) });
		const inBand = this.#sets === undefined ? undefined : description && this.#inBandOf(description);
		if (this.#sets !== undefined && inBand === undefined)
			throw new CopyProblem('the encoder does not say how its frames are decoded');
		return packets.map((bytes, i): Packet => {
			const sets: readonly Part[] = i === 0 && inBand !== undefined ? [{ bytes: inBand }] : [];
			return { shownAt: this.unitsOf(from + i) + shift, key: i === 0, parts: [...sets, { bytes }] };
		});
	}

	/** What an encoder's frames are decoded by, in the form in which they can stand before them. */
	#inBandOf(description: Uint8Array): Uint8Array | undefined {
		const isHevc = descriptionChild(this.track.template, 'hvcC') !== undefined;
		return (isHevc ? hevcParameterSets(description) : parameterSets(description))?.inBand;
	}

	/** The samples of frames [from, to), which divide from the rest; without those that an open group shows before its key frame. */
	async #stored(from: number, to: number): Promise<readonly Sample[]> {
		const { table, edit } = this.track;
		const [start, end] = [this.unitsOf(from) + edit.offset, this.unitsOf(to) + edit.offset];
		const slack = this.#slack;
		const at = await table.find(start, slack);
		if (at === undefined) throw damaged('a frame is not where it was');
		const samples: Sample[] = [];
		for await (const sample of table.samples(at)) {
			if (samples.length === to - from) break;
			if (sample.shownAt < start - slack) continue;
			if (sample.shownAt > end - slack && to < frameCount(this.index))
				throw damaged('its frames are stored in another order');
			samples.push(sample);
		}
		if (samples.length < to - from) throw damaged('frames are missing');
		return samples;
	}

	/** The samples from a key frame on that frames [from, to) are decoded with. */
	async #decodable(from: number, to: number): Promise<readonly Sample[]> {
		const { table, edit } = this.track;
		const [start, end] = [this.unitsOf(from) + edit.offset, this.unitsOf(to) + edit.offset];
		const slack = this.#slack;
		const wanted = await table.find(start, slack);
		if (wanted === undefined) throw damaged('a frame is not where it was');
		for (let key = await table.keyBefore(wanted); ; key = await table.keyBefore(key - 1)) {
			const samples: Sample[] = [];
			let missing = to - from;
			for await (const sample of table.samples(key)) {
				if (missing === 0) break;
				if (sample.shownAt >= start - slack && sample.shownAt < end - slack) missing -= 1;
				samples.push(sample);
			}
			const [opening] = samples;
			// A frame that is shown before its key frame belongs to the group before.
			const found = opening !== undefined && (opening.shownAt <= start + slack || key === 0);
			if (found && missing === 0) return samples.filter(({ shownAt }) => shownAt >= opening.shownAt);
			if (key === 0) throw damaged('frames are missing');
		}
	}

	/** Encoded frames can only stand beside stored ones that start anew, with lengths of the same form. */
	async #checkJoint([first]: readonly Sample[]): Promise<void> {
		if (this.#sets === undefined || first === undefined) return;
		const codec = descriptionChild(this.track.template, 'hvcC') === undefined ? 'avc' : 'hevc';
		if (this.#sets.lengthBytes !== 4) throw new CopyProblem('its packets are of an unusual form');
		if (!isIdr(await loadParts(this.file, [first]), 4, codec))
			throw new CopyProblem('its key frames do not stand alone');
	}

	/** What rounding to microseconds may have moved a time by, in units. */
	get #slack(): number {
		return Math.max(0.5, this.track.template.timescale * 1e-6);
	}
}

function setsOf(template: TrackTemplate): ParameterSets | undefined {
	const [avcC, hvcC] = [descriptionChild(template, 'avcC'), descriptionChild(template, 'hvcC')];
	return avcC === undefined ? hvcC && hevcParameterSets(hvcC) : parameterSets(avcC);
}

const LOADED_BYTES = 8 * 1024 * 1024;
