import type { Failure } from '#core/failure';
import { timeOfFrame } from '#core/time/frame-index';
import { err, isAbort, ok, type Result } from '#core/result';
import { failureOf } from '../probe/failure-of.ts';
import type { BackendEvents, BackendSource, Loudness, Opened, Place, PlayerBackend, PlayOptions } from './backend.ts';
import { DecodeClient } from './decode-client.ts';
import { DecodedPlayback } from './decoded-playback.ts';
import { SoundOutput } from './sound-output.ts';
import { StillScreen } from './still-screen.ts';
import { Surface } from './surface.ts';

/** Shows what no video element opens (Matroska, transport streams …) but the browser can decode: pictures on a canvas, sound beside. */
export class WebCodecsBackend implements PlayerBackend {
	readonly kind = 'webcodecs';
	readonly layers: readonly HTMLElement[];
	readonly #source: BackendSource;
	readonly #events: BackendEvents;
	readonly #client: DecodeClient;
	readonly #surface: Surface | undefined;
	readonly #screen: StillScreen | undefined;
	readonly #sound: SoundOutput;
	#audible = false;
	#playback: DecodedPlayback | undefined;
	/** Where the sound stands when there is no picture, or what is on screen. */
	#last: Place;

	constructor(source: BackendSource, events: BackendEvents) {
		this.#source = source;
		this.#events = events;
		this.#last = { frame: 0, timeS: source.facts.firstTimestampS };
		this.#client = new DecodeClient(source);
		this.#sound = new SoundOutput(this.#client);
		const { video, name } = source.facts;
		if (video !== undefined) {
			// A copy is upright already.
			const rotation = source.isCopy === true ? 0 : video.rotation;
			this.#surface = new Surface({ width: video.width, height: video.height, rotation });
			this.#screen = new StillScreen({
				client: this.#client,
				surface: this.#surface,
				subject: name,
				onShown: (place) => this.#shown(place),
				onFailed: (failure) => events.onFailed(failure),
			});
		}
		this.layers = this.#surface === undefined ? [] : [this.#surface.canvas];
	}

	async open(): Promise<Result<Opened, Failure>> {
		const { facts } = this.#source;
		try {
			const { pictureProblem, sound } = await this.#client.open();
			if (facts.video !== undefined && pictureProblem !== undefined) {
				return err({ kind: 'unsupported', subject: facts.name, detail: pictureProblem });
			}
			this.#audible = sound;
			return ok({ index: this.#client.index, sound });
		} catch (thrown) {
			return err(failureOf(thrown, facts.name));
		}
	}

	async show(place: Place, towards: -1 | 0 | 1): Promise<boolean> {
		this.#stop();
		if (this.#screen !== undefined) return this.#screen.show(place.frame, towards);
		this.#shown(place);
		return true;
	}

	glance(place: Place): void {
		this.#stop();
		if (this.#screen === undefined) this.#shown(place);
		else this.#screen.glance(place.frame);
	}

	async play(from: Place, { rate }: PlayOptions): Promise<boolean> {
		this.#stop();
		this.#screen?.stop();
		const { facts } = this.#source;
		const { index } = this.#client;
		const playback = new DecodedPlayback(
			{
				client: this.#client,
				sound: this.#audible ? this.#sound : undefined,
				surface: this.#surface,
				index: facts.video === undefined ? undefined : index,
				endS: facts.firstTimestampS + facts.durationS,
				onShown: (place) => this.#shown(place),
				onEnded: () => this.#events.onEnded(),
				onFailed: (thrown) => this.#failed(thrown),
			},
			from,
		);
		this.#playback = playback;
		const fromS = facts.video === undefined || index === undefined ? from.timeS : timeOfFrame(index, from.frame);
		return playback.start(fromS, rate).catch((thrown: unknown) => {
			this.#failed(thrown);
			return false;
		});
	}

	pause(): Promise<void> {
		this.#stop();
		return Promise.resolve();
	}

	/** Sound that is scheduled already keeps its speed: it starts anew from what is on screen. */
	setRate(rate: number): void {
		if (this.#playback !== undefined) void this.play(this.#last, { rate });
	}

	setLoudness(loudness: Loudness): void {
		this.#sound.setLoudness(loudness);
	}

	dispose(): void {
		this.#stop();
		this.#screen?.stop();
		void this.#sound.close();
		void this.#client.close();
		this.#surface?.dispose();
	}

	#stop(): void {
		this.#playback?.stop();
		this.#playback = undefined;
	}

	#shown(place: Place): void {
		this.#last = place;
		this.#events.onShown(place);
	}

	#failed(thrown: unknown): void {
		this.#stop();
		if (isAbort(thrown)) return;
		this.#events.onFailed(failureOf(thrown, this.#source.facts.name));
	}
}
