import { frameAt, timeOfFrame, type FrameIndex } from '#core/time/frame-index';

export interface RewindOptions {
	readonly index: FrameIndex;
	readonly from: number;
	/** Seconds of the file a second, above 0. */
	readonly rate: number;
	/** Shows a frame; resolves when it is on screen. */
	readonly show: (frame: number) => Promise<unknown>;
	/** The first frame has been reached. */
	readonly onStart: () => void;
}

/** Plays backwards by showing frames one by one; what cannot be shown in time is left out. Gives what stops it. */
export function rewind({ index, from, rate, show, onStart }: RewindOptions): () => void {
	const began = performance.now();
	const fromS = timeOfFrame(index, from);
	let stopped = false;
	const run = async (): Promise<void> => {
		let shown = from;
		while (!stopped && shown > 0) {
			const due = frameAt(index, fromS - ((performance.now() - began) / 1000) * rate);
			if (due < shown) {
				shown = due;
				await show(due);
			} else {
				await nextPicture();
			}
		}
		if (!stopped) onStart();
	};
	void run();
	return () => {
		stopped = true;
	};
}

const nextPicture = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()));
