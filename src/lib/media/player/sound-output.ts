import type { Loudness } from './backend.ts';
import type { DecodeClient } from './decode-client.ts';
import type { SoundAnswer } from './messages.ts';

/** Sound is scheduled this far ahead, in seconds of real time. */
const AHEAD_S = 1;
/** From the decision to begin to the first sample: scheduling in the past would cut it. */
const LEAD_S = 0.05;
/** A device that does not start within this time is done without. */
const START_MS = 400;

/** Plays decoded sound through the Web Audio API, and is the clock that the pictures follow. */
export class SoundOutput {
	readonly #client: DecodeClient;
	#context: AudioContext | undefined;
	#gain: GainNode | undefined;
	#loudness: Loudness = { volume: 1, muted: false };
	#sources = new Set<AudioBufferSourceNode>();
	/** Counts starts: pieces asked for by an older one are not played. */
	#run = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(client: DecodeClient) {
		this.#client = client;
	}

	setLoudness(loudness: Loudness): void {
		this.#loudness = loudness;
		if (this.#gain !== undefined) this.#gain.gain.value = loudness.muted ? 0 : loudness.volume;
	}

	/**
	 * Starts at `fromS`. Gives the clock: the file's time that is heard now; undefined when there is no sound to be heard (no device,
	 * no permission to start, nothing left to decode).
	 */
	async start(fromS: number, rate: number): Promise<(() => number) | undefined> {
		this.stop();
		const run = this.#run;
		const context = await this.#running();
		if (context === undefined || run !== this.#run) return undefined;
		await this.#client.seekSound(fromS);
		const first = await this.#client.sound();
		if (first === null || run !== this.#run) return undefined;
		const startedAt = context.currentTime + LEAD_S;
		const timing = { fromS, startedAt, rate };
		this.#schedule(context, first, timing);
		void this.#keepUp(context, run, timing);
		return () => fromS + Math.max(0, context.currentTime - context.outputLatency - startedAt) * rate;
	}

	stop(): void {
		this.#run += 1;
		clearTimeout(this.#timer);
		for (const source of this.#sources) source.stop();
		this.#sources.clear();
	}

	async close(): Promise<void> {
		this.stop();
		if (this.#context?.state !== 'closed') await this.#context?.close();
		this.#context = undefined;
	}

	async #running(): Promise<AudioContext | undefined> {
		if (typeof AudioContext === 'undefined') return undefined;
		if (this.#context === undefined) {
			this.#context = new AudioContext();
			this.#gain = this.#context.createGain();
			this.#gain.connect(this.#context.destination);
			this.setLoudness(this.#loudness);
		}
		const context = this.#context;
		if (context.state !== 'running') {
			const late = new Promise((resolve) => setTimeout(resolve, START_MS));
			// Without a press the browser may keep it waiting for ever.
			await Promise.race([context.resume().catch(() => undefined), late]);
		}
		return this.#context?.state === 'running' ? context : undefined;
	}

	async #keepUp(context: AudioContext, run: number, timing: Timing): Promise<void> {
		for (;;) {
			// Sound that cannot be had is silence: the picture plays on.
			const piece = await this.#client.sound().catch(() => null);
			if (piece === null || run !== this.#run) return;
			const endsAt = this.#schedule(context, piece, timing);
			const waitMs = (endsAt - context.currentTime - AHEAD_S) * 1000;
			if (waitMs > 0) await new Promise((resolve) => (this.#timer = setTimeout(resolve, waitMs)));
		}
	}

	/** When the piece will have been played, on the context's clock. */
	#schedule(context: AudioContext, piece: SoundAnswer, { fromS, startedAt, rate }: Timing): number {
		const length = piece.channels[0]?.length ?? 0;
		if (length === 0 || this.#gain === undefined) return context.currentTime;
		const buffer = context.createBuffer(piece.channels.length, length, piece.sampleRateHz);
		piece.channels.forEach((samples, channel) => buffer.copyToChannel(samples, channel));
		const source = new AudioBufferSourceNode(context, { buffer, playbackRate: rate });
		source.connect(this.#gain);
		const at = startedAt + (piece.startS - fromS) / rate;
		// What lies before the start, or was decoded too late, is left out.
		const missedS = Math.max(0, context.currentTime - at, startedAt - at);
		if (missedS * rate < buffer.duration) {
			source.start(at + missedS, missedS * rate);
			this.#sources.add(source);
			source.addEventListener('ended', () => this.#sources.delete(source));
		}
		return at + buffer.duration / rate;
	}
}

interface Timing {
	/** The file's time that is heard at `startedAt` on the context's clock. */
	readonly fromS: number;
	readonly startedAt: number;
	readonly rate: number;
}
