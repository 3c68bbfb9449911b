import type { Failure } from '#core/failure';
import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import type { MediaFile } from '$lib/media/media-bytes';
import type { Opened, Place, PlayerBackend } from '$lib/media/player';
import { sourceOf, type View } from '$lib/media/player/view';
import { BackendSlot } from './backend-slot.svelte.ts';
import { Comeback } from './comeback.ts';
import { Loudness } from './loudness.svelte.ts';
import { clamp, fasterThan, Places } from './places.ts';
import { rewind } from './rewinding.ts';
import type { LoopRange, PlayerOptions } from './player-options.ts';
import { problemText, text } from './text.ts';

const [SLOWEST, FASTEST] = [0.25, 4];
/** A loop turns at the first picture behind it that is told of, if it is no further away than this, in seconds. */
const LOOP_CATCH_S = 0.5;
/** A dragged playhead that rests this long has settled. */
const SETTLE_MS = 80;
/** A step where there are no frames. */
const SOUND_STEP_S = 1 / 30;

/** One open file and what of it is on screen. Owns its backend: workers, decoders, object URLs; `dispose` frees them. */
export class PlayerState {
	readonly facts: MediaFacts;
	readonly file: MediaFile;
	#state: 'loading' | 'ready' | 'error' = $state('loading');
	#message = $state('');
	#needsPreview = $state(false);
	#places: Places = $state.raw(new Places(undefined, 0, 0));
	/** What is seen comes from a server that is away. */
	#away = $state(false);
	#view: View = { kind: 'file' };
	#shown: Place = $state.raw({ frame: 0, timeS: 0 });
	/** Where it is going. */
	#target: Place = $state.raw({ frame: 0, timeS: 0 });
	#seeking = $state(false);
	/** 0: paused; below 0: backwards. */
	#running = $state(0);
	#speed = $state(1);
	#loop: LoopRange | null = $state.raw(null);
	readonly #slot = new BackendSlot({
		onShown: (place) => this.#show(place),
		onEnded: () => void this.#end(),
		onAway: (away) => (this.#away = away),
		onFailed: (failure) => this.#break(failure),
	});
	readonly #comeback = new Comeback();
	#stopRewind: (() => void) | undefined;
	#settling: ReturnType<typeof setTimeout> | undefined;
	#disposed = false;
	readonly #askView: () => View | Promise<View>;
	readonly #loudness: Loudness;

	constructor(options: PlayerOptions) {
		this.file = options.file;
		this.facts = options.facts;
		const { firstTimestampS: firstS, durationS } = options.facts;
		this.#places = new Places(options.index, firstS, firstS + durationS);
		this.#shown = this.#target = this.#places.first;
		this.#loudness = new Loudness({
			volume: options.volume,
			muted: options.muted,
			onChange: (loudness) => {
				this.#slot.current?.setLoudness(loudness);
				options.onLoudness?.(loudness);
			},
		});
		this.#askView = options.view ?? ((): View => ({ kind: 'file' }));
		// Not within the caller's effect: what it reads is no concern of that.
		queueMicrotask(() => void this.retry());
	}

	get state(): 'loading' | 'ready' | 'error' {
		return this.#state;
	}
	/** Why it is in error, or what went wrong last; a sentence, or empty. */
	get message(): string {
		return this.#away ? text.away(this.facts.name) : this.#message;
	}
	/** True when it can be shown only from a small copy, which is not there yet. */
	get needsPreview(): boolean {
		return this.#needsPreview;
	}
	/** Index of the picture that is really on screen; 0 without a picture. */
	get frame(): number {
		return this.#shown.frame;
	}
	/** When that picture is first shown, in seconds; without a picture, where the sound stands. */
	get timeS(): number {
		return this.#shown.timeS;
	}
	/** Where it is going: the same as `timeS` once it is there. */
	get targetS(): number {
		return this.#target.timeS;
	}
	/** True while the exact picture of `targetS` is being decoded. */
	get seeking(): boolean {
		return this.#seeking;
	}
	get playing(): boolean {
		return this.#running !== 0;
	}
	/** Seconds of the file a second; 0 paused, below 0 backwards. */
	get rate(): number {
		return this.#running;
	}
	get speed(): number {
		return this.#speed;
	}
	get volume(): number {
		return this.#loudness.volume;
	}
	get muted(): boolean {
		return this.#loudness.muted;
	}
	get loopRange(): LoopRange | null {
		return this.#loop;
	}
	get firstS(): number {
		return this.#places.firstS;
	}
	get endS(): number {
		return this.#places.endS;
	}
	get index(): FrameIndex | undefined {
		return this.#places.index;
	}
	get frameCount(): number {
		return this.#places.count;
	}
	/** As displayed; undefined for sound alone. */
	get size(): { readonly width: number; readonly height: number } | undefined {
		const { video } = this.facts;
		return video === undefined ? undefined : { width: video.width, height: video.height };
	}
	/** Elements that make up the picture, from the back to the front: `Player.svelte` puts them into its box. */
	get layers(): readonly HTMLElement[] {
		return this.#slot.layers;
	}

	/** Shows the frame exactly; pauses. Resolves when it is on screen or another wish replaced it. */
	async seekToFrame(frame: number): Promise<void> {
		await this.#go(this.#places.ofFrame(frame), 0);
	}

	/** Shows the frame that is on screen at `timeS`. Goes on playing if it played. */
	async seekToTime(timeS: number): Promise<void> {
		const place = this.#places.at(timeS);
		if (this.#running > 0) await this.#play(place, this.#running);
		else await this.#go(place, 0);
	}

	/** While the playhead is dragged: something near at once, the exact frame when it rests. */
	scrubTo(timeS: number): void {
		const backend = this.#ready();
		if (backend === undefined) return;
		this.#halt();
		this.#target = this.#places.at(timeS);
		backend.glance(this.#target);
		this.#settling = setTimeout(() => void this.settle(), SETTLE_MS);
	}

	/** The drag is over: the exact frame. */
	async settle(): Promise<void> {
		if (this.playing) return;
		await this.#go(this.#target, 0);
	}

	/** Moves by whole frames from where it is going; pauses. */
	async step(frames: number): Promise<void> {
		const from = this.playing ? this.#shown : this.#target;
		if (this.index === undefined) await this.stepSeconds(frames * SOUND_STEP_S);
		else await this.#go(this.#places.ofFrame(from.frame + frames), frames < 0 ? -1 : 1);
	}

	async stepSeconds(seconds: number): Promise<void> {
		const from = this.playing ? this.#shown : this.#target;
		await this.seekToTime(from.timeS + seconds);
	}

	/** Plays forward at `speed`; from the start again when it stands at the end. */
	async play(): Promise<void> {
		const over = this.#places.isLast(this.#target);
		await this.#play(over ? this.#places.at(this.#loop?.inS ?? this.firstS) : this.#target, this.#speed);
	}

	/** Stops; what is on screen stays. */
	async pause(): Promise<void> {
		if (!this.playing) return;
		const backwards = this.#running < 0;
		this.#halt();
		if (backwards) return;
		await this.#slot.current?.pause();
		this.#target = this.#shown;
	}

	async toggle(): Promise<void> {
		await (this.playing ? this.pause() : this.play());
	}

	/** J, K and L: −1 and 1 start or speed up (1×, 2×, 4×), 0 stops. */
	async shuttle(direction: -1 | 0 | 1): Promise<void> {
		if (direction === 0) {
			await this.pause();
			return;
		}
		const rate = fasterThan(this.#running * direction);
		if (direction === 1) await this.#play(this.#running > 0 ? this.#shown : this.#target, rate);
		else await this.#rewind(rate);
	}

	/** 0.25 … 4; the speed of `play`. */
	setSpeed(speed: number): void {
		this.#speed = clamp(speed, SLOWEST, FASTEST);
		if (this.#running <= 0) return;
		this.#running = this.#speed;
		this.#slot.current?.setRate(this.#speed);
	}

	/** 0 … 1. Sound that was off comes on. */
	setVolume(volume: number): void {
		this.#loudness.set(volume);
	}

	toggleMute(): void {
		this.#loudness.toggleMute();
	}

	toStart = (): Promise<void> => this.#go(this.#places.first, 0);
	toEnd = (): Promise<void> => this.#go(this.#places.last, 0);

	/** Plays this range over and over; null plays on as usual. Does not start playing. */
	loop(range: LoopRange | null): void {
		this.#loop = range;
	}

	/** Shows the file from a small copy of it. */
	usePreview(preview: Blob): Promise<void> {
		return this.#open({ kind: 'copy', file: preview });
	}

	/** Opens anew, as at first. */
	async retry(): Promise<void> {
		const view = await this.#askView();
		if (!this.#disposed) await this.#open(view);
	}

	/**
	 * Looks at something else to see the file from now on; what is on screen stays until that shows the same frame, and playing goes on. Why it
	 * cannot be looked at, if so: nothing has changed then.
	 */
	async lookAt(view: View): Promise<string | undefined> {
		if (this.#slot.current === undefined) {
			await this.#open(view);
			return undefined;
		}
		const before = this.#view;
		this.#view = view;
		const opened = await this.#slot.open(this.#source, (backend) => this.#prepare(backend));
		if (opened?.ok === false && this.#view === view) this.#view = before;
		if (opened?.ok !== true) return opened && problemText(opened.error);
		this.#away = false;
		if (this.#running > 0) await this.#play(this.#shown, this.#running);
		else await this.#go(this.#running < 0 ? this.#shown : this.#target, 0);
		return undefined;
	}

	dispose(): void {
		this.#disposed = true;
		this.#halt();
		this.#comeback.cancel();
		this.#slot.close();
	}

	get #source() {
		return sourceOf(this.#view, { file: this.file, facts: this.facts, index: this.index });
	}

	async #open(view: View): Promise<void> {
		this.#slot.close();
		this.#view = view;
		this.#state = 'loading';
		[this.#message, this.#away] = ['', false];
		this.#needsPreview = this.facts.playable === 'preview' && view.kind === 'file';
		const { name, playable } = this.facts;
		if (this.#needsPreview) return this.#fail(text.needsPreview(name));
		if (playable === 'no' && view.kind === 'file') return this.#fail(text.cannotPlay(name));
		const opened = await this.#slot.open(this.#source, (backend, found) => this.#prepare(backend, found));
		if (opened?.ok === false) this.#fail(problemText(opened.error));
		else if (opened?.ok === true && this.#state === 'loading') this.#state = 'ready';
	}

	async #prepare(backend: PlayerBackend, opened?: Opened): Promise<void> {
		if (this.index === undefined && opened?.index !== undefined) {
			this.#places = new Places(opened.index, this.firstS, this.endS);
			this.#target = this.#places.at(this.#target.timeS);
		}
		backend.setLoudness(this.#loudness);
		await backend.show(this.playing ? this.#shown : this.#target, 0);
	}

	async #go(place: Place, towards: -1 | 0 | 1): Promise<void> {
		const backend = this.#ready();
		if (backend === undefined) return;
		this.#halt();
		this.#target = place;
		this.#seeking = place.frame !== this.#shown.frame;
		await backend.show(place, towards);
		if (this.#target === place) this.#seeking = false;
	}

	async #play(from: Place, rate: number): Promise<void> {
		const backend = this.#ready();
		if (backend === undefined) return;
		this.#halt();
		this.#target = from;
		this.#running = rate;
		const runs = await backend.play(from, { rate });
		if (!runs && this.#running === rate && this.#target === from) this.#running = 0;
	}

	async #rewind(rate: number): Promise<void> {
		const backend = this.#ready();
		const { index } = this;
		if (backend === undefined || index === undefined) return;
		await this.pause();
		this.#running = -rate;
		this.#stopRewind = rewind({
			index,
			from: this.#shown.frame,
			rate,
			show: (frame) => {
				this.#target = this.#places.ofFrame(frame);
				return backend.show(this.#target, -1);
			},
			onStart: () => {
				this.#running = 0;
			},
		});
	}

	/** Stops what moves by itself, but for the backend. */
	#halt(): void {
		clearTimeout(this.#settling);
		this.#stopRewind?.();
		this.#stopRewind = undefined;
		this.#running = 0;
		this.#seeking = false;
	}

	#show(place: Place): void {
		this.#shown = place;
		if (this.#running <= 0) return;
		this.#target = place;
		const loop = this.#loop;
		// A playhead that was put behind the range plays on from there.
		if (loop !== null && place.timeS >= loop.outS && place.timeS < loop.outS + LOOP_CATCH_S) {
			void this.#play(this.#places.at(loop.inS), this.#running);
		}
	}

	async #end(): Promise<void> {
		const [rate, loop] = [this.#running, this.#loop];
		this.#running = 0;
		if (loop !== null && rate > 0 && loop.outS >= this.#shown.timeS) await this.#play(this.#places.at(loop.inS), rate);
		else await this.toEnd();
	}

	/** Something went wrong on the way: the picture stays, the sentence is shown. */
	#break(failure: Failure): void {
		const rate = this.#running;
		this.#halt();
		const { file } = this.#source;
		if (failure.kind === 'source-offline' && this.#state === 'ready') {
			this.#away = true;
			this.#comeback.wait(file, () => {
				this.#away = false;
				void (rate > 0 ? this.#play(this.#shown, rate) : this.#go(this.#target, 0));
			});
			return;
		}
		if (this.#state === 'loading') this.#fail(problemText(failure));
		else this.#message = problemText(failure);
	}

	#fail(message: string): void {
		this.#message = message;
		this.#state = 'error';
	}

	#ready(): PlayerBackend | undefined {
		if (this.#state !== 'ready') return undefined;
		this.#message = '';
		if (this.#comeback.cancel()) this.#away = false;
		return this.#slot.current;
	}
}
