import { frameAt, frameCount, nearestFrame, timeOfFrame, type FrameIndex } from '#core/time/frame-index';
import type { Place } from './backend.ts';
import { watchPictures } from './element-pictures.ts';
import { timeInside } from './element-time.ts';

/** How long the element may take to present a picture it has sought, before its own clock is believed. */
const PRESENT_MS = 500;
/** And once it says that it has found it. */
const SETTLE_MS = 50;

/** Paused pictures by seeking a video element: for files that only the element can decode. Checks which picture came. */
export class ElementStills {
	readonly #video: HTMLVideoElement;
	readonly #index: FrameIndex;
	readonly #shiftS: number;
	readonly #placeIn: (timeS: number) => Place;
	#generation = 0;

	/** `placeIn`: what a picture is that the element presents at a time of the file. By default the frame nearest to it. */
	constructor(video: HTMLVideoElement, index: FrameIndex, shiftS: number, placeIn = nearestPlace(index)) {
		this.#video = video;
		this.#index = index;
		this.#shiftS = shiftS;
		this.#placeIn = placeIn;
	}

	/** The place that is really shown; undefined when a newer wish came. */
	async show(frame: number): Promise<Place | undefined> {
		const generation = (this.#generation += 1);
		const middleS = timeInside(this.#index, frame) - this.#shiftS;
		const isWanted = (): boolean => generation === this.#generation;
		let shown = await this.#seek(middleS, frame, isWanted);
		if (generation !== this.#generation) return undefined;
		if (shown.frame !== frame) {
			// Some decoders land a picture beside: ask once more, off by what they were off.
			const offS = timeOfFrame(this.#index, shown.frame) - timeOfFrame(this.#index, frame);
			shown = await this.#seek(middleS - offS, frame, isWanted);
		}
		return generation === this.#generation ? shown : undefined;
	}

	dispose(): void {
		this.#generation += 1;
	}

	#seek(elementS: number, wanted: number, isWanted: () => boolean): Promise<Place> {
		const video = this.#video;
		return new Promise((resolve) => {
			video.currentTime = elementS;
			let seen: Place | undefined;
			const stop = watchPictures(video, (presentedS) => {
				const place = this.#placeIn(presentedS + this.#shiftS);
				// While it seeks it may still present what was sought before, or already what it finds.
				if (!video.seeking || place.frame === wanted) finish(place);
				else seen = place;
			});
			let timer = setTimeout(late, PRESENT_MS);
			function late(this: void): void {
				// What comes over the network may take longer: it is not there before it was found.
				if (video.seeking && isWanted()) timer = setTimeout(late, PRESENT_MS);
				else believe();
			}
			const found = (): void => {
				if (seen === undefined) return;
				clearTimeout(timer);
				timer = setTimeout(late, SETTLE_MS);
			};
			video.addEventListener('seeked', found);
			// The same picture as before is not presented again.
			const believe = (): void => finish(seen ?? this.#placeAround(video.currentTime + this.#shiftS));
			const finish = (place: Place): void => {
				clearTimeout(timer);
				video.removeEventListener('seeked', found);
				stop();
				resolve(place);
			};
		});
	}

	/** The time lies somewhere in the frame, not at its start. */
	#placeAround(timeS: number): Place {
		const frame = frameAt(this.#index, timeS);
		return { frame, timeS: timeOfFrame(this.#index, frame) };
	}
}

const nearestPlace =
	(index: FrameIndex) =>
	(timeS: number): Place => {
		const frame = Math.min(nearestFrame(index, timeS), frameCount(index) - 1);
		return { frame, timeS: timeOfFrame(index, frame) };
	};
