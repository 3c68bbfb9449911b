/** How a coded picture becomes the one a person sees. */
export interface Display {
	/** Size as shown: after rotation and pixel aspect. */
	readonly width: number;
	readonly height: number;
	/** Clockwise, in degrees. */
	readonly rotation: 0 | 90 | 180 | 270;
}

/** Canvases are no larger than this many pixels: more than a screen shows costs time and memory for nothing. */
const MOST_PIXELS = 2560 * 1440;

/** A canvas that shows one picture the way a video element would. */
export class Surface {
	readonly canvas: HTMLCanvasElement;
	readonly #context: CanvasRenderingContext2D | null;
	readonly #display: Display;

	/** `mostPixels`: a larger picture is shown smaller. */
	constructor(display: Display, mostPixels = MOST_PIXELS) {
		const { width, height } = display;
		const scale = Math.min(1, Math.sqrt(mostPixels / (width * height)));
		this.canvas = document.createElement('canvas');
		this.canvas.width = Math.max(1, Math.round(width * scale));
		this.canvas.height = Math.max(1, Math.round(height * scale));
		this.#display = display;
		this.#context = this.canvas.getContext('2d', { alpha: false });
	}

	/** Draws a decoded picture, turned and stretched. */
	draw(picture: VideoFrame): void {
		const context = this.#context;
		if (context === null) return;
		const { width, height } = this.canvas;
		const { rotation } = this.#display;
		const across = rotation % 180 === 0;
		const [drawnWidth, drawnHeight] = across ? [width, height] : [height, width];
		context.setTransform(1, 0, 0, 1, width / 2, height / 2);
		context.rotate((rotation * Math.PI) / 180);
		context.drawImage(picture, -drawnWidth / 2, -drawnHeight / 2, drawnWidth, drawnHeight);
	}

	/** Draws what a video element shows now, as it shows it. */
	drawElement(video: HTMLVideoElement): void {
		this.#context?.setTransform(1, 0, 0, 1, 0, 0);
		this.#context?.drawImage(video, 0, 0, this.canvas.width, this.canvas.height);
	}

	get visible(): boolean {
		return this.canvas.style.visibility !== 'hidden';
	}
	set visible(visible: boolean) {
		this.canvas.style.visibility = visible ? 'visible' : 'hidden';
	}

	/** Gives the memory of the canvas back. */
	dispose(): void {
		this.canvas.width = 0;
		this.canvas.height = 0;
		this.canvas.remove();
	}
}
