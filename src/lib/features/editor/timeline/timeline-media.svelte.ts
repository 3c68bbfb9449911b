import type { MediaFacts } from '#core/media/media-facts';
import type { KeyFrames } from '#core/time/key-frames';
import type { MediaBytes } from '$lib/media/media-bytes';
import type { DerivedCache } from '$lib/media/derived-cache';
import { evenTimes, slotsIn, ThumbnailStrip, wantedKeys, type TileSlot } from '$lib/media/strip';
import { Waveform } from '$lib/media/waveform';
import { endOfView, type TimelineExtent, type TimelineView } from './timeline-scale.ts';

/** What pictures and sound are made of. */
export interface TimelineSource {
	readonly facts: MediaFacts;
	/** The file, or the small copy that is shown instead of it. */
	readonly file: MediaBytes;
	readonly isCopy: boolean;
	/** The browser cannot decode it: pictures and sound come from the cache, or not at all. */
	readonly keptOnly?: boolean;
	/** Undefined for a file without a picture. */
	readonly keys: KeyFrames | undefined;
}

/** Heights that pictures are made in, in device pixels. */
const [PLAIN_PX, SHARP_PX] = [64, 128];
/** Distance of the pictures that a copy, or a film without an index, is asked for, in seconds. */
const EVEN_S = 0.5;
/** How often a moving view asks for other pictures, in milliseconds. */
const ASK_EVERY_MS = 90;

/** The pictures and the sound behind the segments. Nothing is made until it is looked at. */
export class TimelineMedia {
	readonly extent: TimelineExtent;
	readonly facts: MediaFacts;
	#keysS: ArrayLike<number>;
	readonly #strip: ThumbnailStrip | undefined;
	readonly #waveform: Waveform | undefined;
	/** Counts what has come: who reads it is told of more. */
	#version = $state(0);
	#asked: { readonly view: TimelineView; readonly nearS: number; readonly tilePx: number } | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#askedMs = 0;

	constructor(
		{ facts, file, isCopy, keptOnly = false, keys }: TimelineSource,
		extent: TimelineExtent,
		cache?: DerivedCache,
	) {
		this.facts = facts;
		this.extent = extent;
		const { name, audio, video } = facts;
		this.#keysS = isCopy || keys === undefined ? evenTimes(extent.firstS, extent.endS, EVEN_S) : keys.timesS;
		const common = { file: keptOnly ? undefined : file, name, cache, onChange: (): void => void (this.#version += 1) };
		const heightPx = globalThis.devicePixelRatio > 1.25 ? SHARP_PX : PLAIN_PX;
		if (video !== undefined) this.#strip = new ThumbnailStrip({ ...common, heightPx });
		if (audio.length > 0) {
			const durationS = extent.endS - extent.firstS;
			this.#waveform = new Waveform({ ...common, originS: extent.firstS, durationS });
		}
		if (keptOnly) void this.#takeTimes(cache);
	}

	/** Changes whenever a picture or a piece of sound has come. */
	get version(): number {
		return this.#version;
	}
	get waveform(): Waveform | undefined {
		return this.#waveform;
	}
	/** Whether there is, or will be, something to draw. */
	get hasStrip(): boolean {
		return this.#version >= 0 && this.#strip !== undefined && this.#strip.failure === undefined;
	}
	get hasWave(): boolean {
		return this.#version >= 0 && this.#waveform !== undefined && this.#waveform.failure === undefined;
	}

	/** Width of a picture in a strip `heightPx` high, in CSS pixels. */
	tilePx(heightPx: number): number {
		const { video } = this.facts;
		return video === undefined ? heightPx : Math.max(8, (heightPx * video.width) / video.height);
	}

	/** The places of the strip that are in view, and what stands in them. */
	slots(view: TimelineView, tilePx: number): TileSlot[] {
		const { firstS, endS } = this.extent;
		const range = { fromS: Math.max(firstS, view.startS), toS: Math.min(endS, endOfView(view)) };
		return slotsIn({ ...range, secondsPerPx: view.secondsPerPx, tilePx, originS: firstS }, this.#keysS);
	}

	picture(slot: TileSlot): ImageBitmap | undefined {
		return this.#strip?.picture(slot.keyS);
	}

	/** Asks for what is in view, the nearest to `nearS` first. While the view moves, not more often than it makes sense. */
	look(view: TimelineView, nearS: number, tilePx: number): void {
		this.#asked = { view, nearS, tilePx };
		if (this.#timer !== undefined) return;
		const waitMs = Math.max(0, this.#askedMs + ASK_EVERY_MS - performance.now());
		this.#timer = setTimeout(() => this.#ask(), waitMs);
	}

	/** Where only some pictures are to be had, these are shown. */
	async #takeTimes(cache: DerivedCache | undefined): Promise<void> {
		this.#keysS = [];
		const times = await cache?.times?.();
		if (times === undefined) return;
		this.#keysS = times;
		this.#version += 1;
		if (this.#asked !== undefined) this.#ask();
	}

	/** While it rests, only the sound in view is read. */
	rest(resting: boolean): void {
		this.#waveform?.rest(resting);
	}

	dispose(): void {
		clearTimeout(this.#timer);
		this.#strip?.dispose();
		this.#waveform?.dispose();
	}

	#ask(): void {
		this.#timer = undefined;
		this.#askedMs = performance.now();
		if (this.#asked === undefined) return;
		const { view, nearS, tilePx } = this.#asked;
		this.#strip?.want(wantedKeys(this.slots(view, tilePx), nearS));
		this.#waveform?.want(view.startS, endOfView(view));
	}
}
