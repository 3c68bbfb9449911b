import { AudioSample, type AudioSampleSource } from 'mediabunny';
import type { ExportTask } from '#core/export/export-task';
import type { Planes } from './mix.ts';
import { joinedLength, pieceSamples, SoundJoin } from './sound-join.ts';
import { SoundSpan } from './sound-span.ts';

/** How the sound of a task comes out. */
export interface SoundShape {
	readonly rateHz: number;
	readonly channels: 1 | 2;
}

export type SoundCodec = 'aac' | 'opus' | 'pcm-s16' | 'mp3';

/**
 * What the sound of several files becomes. PCM keeps a rate that all of them share, AAC and MP3 keep 44.1 kHz; everything else becomes 48 kHz. One
 * channel stays one when all have only one; more than two are mixed down.
 */
export function soundShape(
	codec: SoundCodec,
	tracks: readonly { readonly sampleRateHz: number; readonly channels: number }[],
): SoundShape {
	const rateHz = tracks[0]?.sampleRateHz ?? 48_000;
	const shared = tracks.every((track) => track.sampleRateHz === rateHz);
	const kept = codec === 'pcm-s16' || (codec !== 'opus' && rateHz === 44_100);
	const single = tracks.length > 0 && tracks.every(({ channels }) => channels === 1);
	return { rateHz: shared && kept ? rateHz : 48_000, channels: single ? 1 : 2 };
}

export interface SoundOutputOptions {
	readonly task: ExportTask;
	readonly shape: SoundShape;
	/** Lead-in that the encoder adds, in samples: the sound is handed over that much earlier, so that it stays where it was. */
	readonly primingSamples: number;
	/** What encodes it into the muxer. */
	readonly source: AudioSampleSource;
}

/** The sound of one output: exactly as many samples as its pieces are long, less what they overlap. */
export class SoundOutput {
	#made = 0;
	readonly #pieces: ReturnType<typeof pieceSamples>;
	readonly #join: SoundJoin;

	constructor(private readonly options: SoundOutputOptions) {
		const { task, shape } = options;
		this.#pieces = pieceSamples(task.pieces, shape.rateHz);
		this.#join = new SoundJoin(this.#pieces, shape.channels);
	}

	/** Seconds that are made. */
	get madeS(): number {
		return this.#made / this.options.shape.rateHz;
	}

	/** What piece `p` must become; the pieces before it are made. */
	span(p: number): SoundSpan {
		const { task, shape } = this.options;
		return new SoundSpan({ inS: task.pieces[p]?.inS ?? 0, length: this.#pieces[p]?.length ?? 0, ...shape });
	}

	/** Takes the next samples of the present piece. */
	async add(planes: Planes): Promise<void> {
		for (const joined of this.#join.push(planes)) await this.#encode(joined);
	}

	/** Resolves when everything is encoded. */
	finish(): Promise<void> {
		this.options.source.close();
		return Promise.resolve();
	}

	async #encode(planes: Planes): Promise<void> {
		const { shape, primingSamples, source } = this.options;
		const length = planes[0]?.length ?? 0;
		const data = new Float32Array(length * planes.length);
		planes.forEach((plane, channel) => data.set(plane, channel * length));
		const block = new AudioSample({
			data,
			format: 'f32-planar',
			numberOfChannels: planes.length,
			sampleRate: shape.rateHz,
			timestamp: (this.#made - primingSamples) / shape.rateHz,
		});
		this.#made += length;
		try {
			await source.add(block);
		} finally {
			block.close();
		}
	}
}

/** Samples of the whole output. */
export const soundLength = (task: ExportTask, rateHz: number): number =>
	joinedLength(pieceSamples(task.pieces, rateHz));
