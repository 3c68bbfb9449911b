import { AudioSampleSink, type AudioSample, type InputAudioTrack } from 'mediabunny';
import type { SoundAnswer } from './messages.ts';

/** Sound handed over at a time, in seconds. */
const PIECE_S = 0.25;

/** Reads decoded sound in order, piece by piece. */
export class SoundReader {
	readonly #sink: AudioSampleSink;
	#samples: AsyncGenerator<AudioSample, void, unknown> | undefined;
	/** The first sample of the next piece: of another rate or with other channels than those before it. */
	#different: AudioSample | undefined;

	constructor(track: InputAudioTrack) {
		this.#sink = new AudioSampleSink(track);
	}

	/** The next pieces start at `fromS`. */
	async seek(fromS: number): Promise<void> {
		await this.close();
		this.#samples = this.#sink.samples(fromS);
	}

	/** The next piece; null at the end. */
	async next(): Promise<SoundAnswer | null> {
		const samples: AudioSample[] = [];
		try {
			for (let lengthS = 0; lengthS < PIECE_S;) {
				const sample = await this.#take();
				if (sample === undefined) break;
				const first = samples[0] ?? sample;
				if (sample.sampleRate !== first.sampleRate || sample.numberOfChannels !== first.numberOfChannels) {
					this.#different = sample;
					break;
				}
				samples.push(sample);
				lengthS += sample.duration;
			}
			return join(samples);
		} finally {
			for (const sample of samples) sample.close();
		}
	}

	async close(): Promise<void> {
		this.#different?.close();
		this.#different = undefined;
		await this.#samples?.return();
		this.#samples = undefined;
	}

	async #take(): Promise<AudioSample | undefined> {
		const different = this.#different;
		this.#different = undefined;
		if (different !== undefined) return different;
		const step = await this.#samples?.next();
		return step === undefined || step.done === true ? undefined : step.value;
	}
}

function join(samples: readonly AudioSample[]): SoundAnswer | null {
	const first = samples[0];
	if (first === undefined) return null;
	const length = samples.reduce((sum, sample) => sum + sample.numberOfFrames, 0);
	const channels = Array.from({ length: first.numberOfChannels }, (_, channel) => {
		const whole = new Float32Array(length);
		let at = 0;
		for (const sample of samples) {
			sample.copyTo(whole.subarray(at, at + sample.numberOfFrames), { planeIndex: channel, format: 'f32-planar' });
			at += sample.numberOfFrames;
		}
		return whole;
	});
	return { startS: first.timestamp, sampleRateHz: first.sampleRate, channels };
}
