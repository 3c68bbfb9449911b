import { frameCount, nearestFrame, timeOfFrame, type FrameIndex } from '#core/time/frame-index';
import type { Place } from './backend.ts';
import { watchPictures } from './element-pictures.ts';

/** How long the element may take to present a picture it has sought, before its own clock is believed. */
const PRESENT_MS = 500;

/** Paused pictures by seeking a video element: for files that only the element can decode. Checks which picture came. */
export class ElementStills {
	readonly #video: HTMLVideoElement;
	readonly #index: FrameIndex;
	readonly #shiftS: number;
	#generation = 0;

	constructor(video: HTMLVideoElement, index: FrameIndex, shiftS: number) {
		this.#video = video;
		this.#index = index;
		this.#shiftS = shiftS;
	}

	/** The place that is really shown; undefined when a newer wish came. */
	async show(frame: number): Promise<Place | undefined> {
		const generation = (this.#generation += 1);
		const middleS = (timeOfFrame(this.#index, frame) + timeOfFrame(this.#index, frame + 1)) / 2 - this.#shiftS;
		let shown = await this.#seek(middleS, frame);
		if (generation !== this.#generation) return undefined;
		if (shown.frame !== frame) {
			// Some decoders land a picture beside: ask once more, off by what they were off.
			const offS = timeOfFrame(this.#index, shown.frame) - timeOfFrame(this.#index, frame);
			shown = await this.#seek(middleS - offS, frame);
		}
		return generation === this.#generation ? shown : undefined;
	}

	dispose(): void {
		this.#generation += 1;
	}

	#seek(elementS: number, wanted: number): Promise<Place> {
		const video = this.#video;
		return new Promise((resolve) => {
			video.currentTime = elementS;
			const stop = watchPictures(video, (presentedS) => {
				const place = this.#placeOf(presentedS);
				// While it seeks it may still present what was sought before.
				if (!video.seeking || place.frame === wanted) finish(place);
			});
			// The same picture as before is not presented again.
			const timer = setTimeout(() => finish(this.#placeOf(video.currentTime, true)), PRESENT_MS);
			const finish = (place: Place): void => {
				clearTimeout(timer);
				stop();
				resolve(place);
			};
		});
	}

	/** `inside`: the time lies somewhere in the frame, not at its start. */
	#placeOf(elementS: number, inside = false): Place {
		const timeS = elementS + this.#shiftS;
		const nearest = Math.min(nearestFrame(this.#index, timeS), frameCount(this.#index) - 1);
		const frame = inside && timeOfFrame(this.#index, nearest) > timeS ? Math.max(0, nearest - 1) : nearest;
		return { frame, timeS: timeOfFrame(this.#index, frame) };
	}
}
