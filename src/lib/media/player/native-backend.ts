import type { Failure } from '#core/failure';
import { frameAt, frameCount, nearestFrame, timeOfFrame, type FrameIndex } from '#core/time/frame-index';
import { err, ok, type Result } from '#core/result';
import type { LiveList } from '../live/playlist.ts';
import type { BackendEvents, BackendSource, Loudness, Opened, Place, PlayerBackend, PlayOptions } from './backend.ts';
import { DecodeClient } from './decode-client.ts';
import { ElementStills } from './element-stills.ts';
import { watchPictures } from './element-pictures.ts';
import { failureOf } from '../probe/failure-of.ts';
import { LiveStream } from '../live/live-stream.ts';
import { elementAddress, type ElementAddress } from '../media-bytes.ts';
import { createVideoElement, loadElement, MAKE_MS } from './element-loading.ts';
import { elementShiftS, timeInside } from './element-time.ts';
import { StillScreen } from './still-screen.ts';
import { Surface } from './surface.ts';

/** The element follows a paused picture after this long without another one: its own seeking costs decoding time. */
const FOLLOW_MS = 150;
/** Times of pieces are off by this at most. */
const ROUNDED_S = 0.0015;

/**
 * Plays with a video element. Paused pictures come from the decoding worker, drawn over the element: one exact way for all
 * of them. When playing stops, the element's own picture is drawn there, so that nothing changes on screen.
 */
export class NativeBackend implements PlayerBackend {
	readonly kind = 'native';
	readonly layers: readonly HTMLElement[];
	readonly #source: BackendSource;
	readonly #events: BackendEvents;
	readonly #video = createVideoElement();
	readonly #address: ElementAddress;
	readonly #client: DecodeClient;
	readonly #surface: Surface | undefined;
	readonly #screen: StillScreen | undefined;
	#elementStills: ElementStills | undefined;
	#index: FrameIndex | undefined;
	/** What is added to the element's times to get the file's. */
	#shiftS = 0;
	#worker: Promise<void> | undefined;
	#workerKnown = false;
	/** Why the worker cannot decode the picture, if so. */
	#workerProblem: string | undefined;
	#following: ReturnType<typeof setTimeout> | undefined;
	#stopWatching: () => void = () => undefined;
	/** Counts plays and pauses: what belongs to an older one is dropped. */
	#run = 0;
	#playing = false;
	#last: Place = { frame: 0, timeS: 0 };

	constructor(source: BackendSource, events: BackendEvents) {
		this.#source = source;
		this.#events = events;
		this.#index = source.index;
		this.#address = source.live === undefined ? elementAddress(source.file) : this.#liveAddress(source.live);
		this.#client = new DecodeClient(source);
		const { video } = source.facts;
		if (video !== undefined) {
			// The small copy is upright already.
			const rotation = source.isCopy === true ? 0 : video.rotation;
			this.#surface = new Surface({ width: video.width, height: video.height, rotation });
			this.#screen = new StillScreen({
				client: this.#client,
				surface: this.#surface,
				subject: source.facts.name,
				onShown: (place) => this.#shown(place),
				onFailed: (failure) => events.onFailed(failure),
			});
		}
		this.layers = this.#surface === undefined ? [this.#video] : [this.#video, this.#surface.canvas];
		this.#video.addEventListener('ended', () => this.#end());
		this.#video.addEventListener('timeupdate', () => this.#tick());
		this.#video.addEventListener('error', () => void this.#break());
	}

	async open(): Promise<Result<Opened, Failure>> {
		const { facts, index, isCopy = false, live } = this.#source;
		const loading = this.#load();
		// The worker takes longer the longer the file is: where nothing else depends on it, the first picture goes first.
		if (index === undefined || isCopy) await this.#openWorker();
		const failure = await loading;
		if (failure !== undefined) return err(failure);
		this.#index = this.#client.index;
		const { ownIndex } = this.#client;
		const isLive = live !== undefined;
		this.#shiftS = this.#client.shiftS + elementShiftS(this.#video, ownIndex, facts.firstTimestampS, isLive);
		const endS = facts.firstTimestampS + facts.durationS;
		if (Number.isFinite(this.#video.duration) && this.#video.duration + this.#shiftS < endS - 0.5) {
			return err({ kind: 'unsupported', subject: facts.name, detail: 'the video element sees only a part of it' });
		}
		if (facts.video !== undefined && this.#index === undefined) {
			return err({ kind: 'unsupported', subject: facts.name, detail: this.#workerProblem ?? '' });
		}
		return ok({ index: this.#index, sound: facts.audio.length > 0 });
	}

	async show(place: Place, towards: -1 | 0 | 1): Promise<boolean> {
		this.#stopRunning();
		if (!this.#workerKnown && this.#showOwn(place)) {
			void this.#openWorker();
			return true;
		}
		await this.#openWorker();
		const standIn = this.#standIn();
		if (standIn !== undefined) {
			this.#hideSurface();
			const shown = await standIn.show(place.frame);
			if (shown !== undefined) this.#shown(shown);
			return shown !== undefined;
		}
		this.#follow(place);
		if (this.#screen !== undefined) return this.#screen.show(place.frame, towards);
		this.#shown(place);
		return true;
	}

	glance(place: Place): void {
		if (this.#standIn() !== undefined || this.#screen === undefined) {
			void this.show(place, 0);
			return;
		}
		void this.#openWorker();
		this.#stopRunning();
		clearTimeout(this.#following);
		this.#screen.glance(place.frame);
	}

	async play(from: Place, { rate }: PlayOptions): Promise<boolean> {
		const run = (this.#run += 1);
		this.#screen?.stop();
		clearTimeout(this.#following);
		const broken = this.#video.error === null ? undefined : await this.#reopen();
		if (run !== this.#run) return false;
		if (broken !== undefined) {
			this.#events.onFailed(broken);
			return false;
		}
		const wantedS = this.#elementTime(from);
		if (Math.abs(this.#video.currentTime - wantedS) > 1e-3) this.#video.currentTime = wantedS;
		this.#playing = true;
		this.setRate(rate);
		this.#watchPictures();
		try {
			await this.#video.play();
			return run === this.#run;
		} catch (thrown) {
			if (run !== this.#run) return false;
			this.#playing = false;
			const detail = thrown instanceof Error ? thrown.message : String(thrown);
			this.#events.onFailed({ kind: 'unsupported', subject: this.#source.facts.name, detail });
			return false;
		}
	}

	pause(): Promise<void> {
		if (!this.#playing) return Promise.resolve();
		this.#stopRunning();
		this.#keepPicture();
		return Promise.resolve();
	}

	setRate(rate: number): void {
		this.#video.playbackRate = rate;
	}

	setLoudness({ volume, muted }: Loudness): void {
		this.#video.volume = volume;
		this.#video.muted = muted;
	}

	dispose(): void {
		this.#stopRunning();
		clearTimeout(this.#following);
		this.#screen?.stop();
		this.#elementStills?.dispose();
		void this.#client.close();
		this.#video.removeAttribute('src');
		this.#video.load();
		this.#video.remove();
		this.#surface?.dispose();
		this.#address.release();
	}

	async #load(): Promise<Failure | undefined> {
		const problem = await loadElement(this.#video, this.#address, this.#source.live && MAKE_MS);
		if (problem === undefined) return undefined;
		const failure = await this.#reopen();
		return failure?.kind === 'source-unreadable' ? { ...failure, kind: 'unsupported', detail: problem } : failure;
	}

	/** Loads the element anew after an error when its address has ended. Why it cannot go on, otherwise. */
	async #reopen(): Promise<Failure | undefined> {
		const subject = this.#source.facts.name;
		const detail = this.#video.error?.message ?? 'the video element stopped';
		try {
			// A server that was away hands it out again at the same address.
			const sameAgain = this.#video.error?.code === MediaError.MEDIA_ERR_NETWORK ? this.#video.src : undefined;
			const url = (await this.#address.renew()) ?? sameAgain;
			if (url === undefined) return { kind: 'source-unreadable', subject, detail };
			const problem = await loadElement(this.#video, { ...this.#address, url });
			return problem === undefined ? undefined : { kind: 'source-unreadable', subject, detail: problem };
		} catch (thrown) {
			return failureOf(thrown, subject);
		}
	}

	#liveAddress(list: LiveList): ElementAddress {
		const subject = this.#source.facts.name;
		const stream = new LiveStream(list, this.#video, {
			onAway: (away) => this.#events.onAway?.(away),
			onFailed: (detail) => this.#events.onFailed({ kind: 'source-unreadable', subject, detail }),
		});
		// Pieces are for the element alone.
		[this.#workerProblem, this.#workerKnown] = ['it is still being made', true];
		const release = (): void => stream.dispose();
		return { url: stream.url, crossOrigin: null, renew: () => Promise.resolve(undefined), release };
	}

	/** Opens the decoding worker, once; never rejects. Done when it is open, or known not to open. */
	#openWorker(): Promise<void> {
		if (this.#source.facts.video === undefined || this.#source.live !== undefined) return Promise.resolve();
		return (this.#worker ??= this.#askWorker());
	}

	async #askWorker(): Promise<void> {
		try {
			this.#workerProblem = (await this.#client.open()).pictureProblem;
		} catch (thrown) {
			this.#workerProblem = thrown instanceof Error ? thrown.message : String(thrown);
		}
		this.#workerKnown = true;
	}

	/** Takes over paused pictures when the worker cannot decode the file. */
	#standIn(): ElementStills | undefined {
		if (this.#workerProblem === undefined || this.#index === undefined) return undefined;
		const placeIn = (timeS: number): Place => this.#placeAt(timeS);
		return (this.#elementStills ??= new ElementStills(this.#video, this.#index, this.#shiftS, placeIn));
	}

	/** Draws the element's picture if that is the one wanted, as it is after loading: nobody waits for the worker then. */
	#showOwn(place: Place): boolean {
		const shown = this.#elementPlace();
		if (shown?.frame !== place.frame || this.#surface === undefined) return false;
		this.#surface.drawElement(this.#video);
		this.#surface.visible = true;
		this.#shown(shown);
		return true;
	}

	#shown(place: Place): void {
		this.#last = place;
		this.#events.onShown(place);
	}

	#stopRunning(): void {
		this.#run += 1;
		this.#playing = false;
		this.#stopWatching();
		if (!this.#video.paused) this.#video.pause();
	}

	/** Draws what the element shows over it, and tells which frame that is: the two are read in the same moment. */
	#keepPicture(): void {
		if (this.#surface === undefined || this.#index === undefined) {
			this.#shown({ frame: 0, timeS: this.#video.currentTime + this.#shiftS });
			return;
		}
		// Without a picture yet, the last one it told of is what is seen.
		const place = this.#surface.visible ? undefined : this.#elementPlace();
		if (place !== undefined) {
			this.#surface.drawElement(this.#video);
			this.#surface.visible = true;
		}
		this.#shown(place ?? this.#last);
	}

	/** Which picture the element shows at this moment; undefined when it has none, or the browser cannot tell. */
	#elementPlace(): Place | undefined {
		if (this.#index === undefined || typeof VideoFrame === 'undefined') return undefined;
		try {
			const picture = new VideoFrame(this.#video);
			const place = this.#placeOf(picture.timestamp / 1e6);
			picture.close();
			return place;
		} catch (thrown) {
			if (thrown instanceof DOMException) return undefined;
			throw thrown;
		}
	}

	#watchPictures(): void {
		this.#stopWatching();
		if (this.#index === undefined) return;
		this.#stopWatching = watchPictures(this.#video, (elementS) => {
			if (this.#video.seeking) return;
			this.#hideSurface();
			this.#shown(this.#placeOf(elementS));
		});
	}

	#hideSurface(): void {
		if (this.#surface !== undefined) this.#surface.visible = false;
	}

	/** Sound alone has no frames to tell by. */
	#tick(): void {
		if (this.#playing && this.#index === undefined) {
			this.#shown({ frame: 0, timeS: this.#video.currentTime + this.#shiftS });
		}
	}

	#end(): void {
		if (!this.#playing) return;
		this.#stopRunning();
		this.#keepPicture();
		this.#events.onEnded();
	}

	async #break(): Promise<void> {
		if (!this.#playing) return;
		const [from, rate] = [this.#last, this.#video.playbackRate];
		this.#stopRunning();
		// Loading anew empties the element.
		this.#keepPicture();
		const run = this.#run;
		const failure = await this.#reopen();
		if (run !== this.#run) return;
		if (failure === undefined) await this.play(from, { rate });
		else this.#events.onFailed(failure);
	}

	#placeOf(elementS: number): Place {
		return this.#placeAt(elementS + this.#shiftS);
	}

	/** What a picture that is presented at `timeS` is. */
	#placeAt(timeS: number): Place {
		if (this.#index === undefined) return { frame: 0, timeS };
		// A server that has to fill a piece with something repeats the picture that stands.
		const found =
			this.#source.live === undefined ? nearestFrame(this.#index, timeS) : frameAt(this.#index, timeS + ROUNDED_S);
		const frame = Math.min(found, frameCount(this.#index) - 1);
		return { frame, timeS: timeOfFrame(this.#index, frame) };
	}

	#elementTime({ frame, timeS }: Place): number {
		return (this.#index === undefined ? timeS : timeInside(this.#index, frame)) - this.#shiftS;
	}

	#follow(place: Place): void {
		clearTimeout(this.#following);
		this.#following = setTimeout(
			() => {
				if (!this.#playing) this.#video.currentTime = this.#elementTime(place);
			},
			this.#screen === undefined ? 0 : FOLLOW_MS,
		);
	}
}
