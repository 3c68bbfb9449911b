import type { VideoSample } from 'mediabunny';
import type { Rotation } from '../engines/webcodecs/coded-rectangle.ts';
import type { FramePlanes } from './frame-planes.ts';
import { PlaneShrinker, rgbMatrix } from './planes-to-rgb.ts';

/** The small picture that is made of a frame: `width` × `height` pixels, the displayed frame scaled into `content`, `fill` (0..255) beside it. */
export interface PictureShape {
	readonly width: number;
	readonly height: number;
	/** Whole pixels. */
	readonly content: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
	readonly fill: number;
}

/** Red, green, blue and 255, row by row. The bytes are overwritten by the next picture of the same maker. */
export interface Picture {
	readonly width: number;
	readonly height: number;
	readonly rgba: Uint8ClampedArray;
}

/** Pictures in light that goes beyond the screen's: the browser knows how to bring them into range. */
const BEYOND_SDR: ReadonlySet<string> = new Set(['pq', 'hlg']);

/**
 * Makes small upright pictures of decoded frames, after their turn and pixel aspect. From planes with our own arithmetic, which is twice as fast as a canvas in software;
 * what cannot be read as planes, would have to grow, or has light beyond the screen's is drawn.
 */
export class PictureMaker {
	readonly #rgba: Uint8ClampedArray;
	readonly #pixels: Uint32Array;
	#part = new Uint8ClampedArray(0);
	#shrinker: PlaneShrinker | undefined;
	#geometry = '';
	#canvas: OffscreenCanvas | undefined;

	constructor(private readonly shape: PictureShape) {
		const { width, height, fill } = shape;
		const buffer = new ArrayBuffer(4 * width * height);
		this.#rgba = new Uint8ClampedArray(buffer);
		this.#pixels = new Uint32Array(buffer);
		for (let n = 0; n < this.#rgba.length; n += 1) this.#rgba[n] = n % 4 === 3 ? 255 : fill;
	}

	/** `planes` are the sample's, when they could be read. The sample stays the caller's. */
	make(sample: VideoSample, planes: FramePlanes | undefined): Picture {
		if (planes !== undefined && this.#canShrink(sample, planes)) this.#shrink(sample, planes);
		else this.#draw(sample);
		const { width, height } = this.shape;
		return { width, height, rgba: this.#rgba };
	}

	#canShrink({ colorSpace, rotation, flip }: VideoSample, { luma }: FramePlanes): boolean {
		const { width, height } = this.#upright(rotation);
		return !flip && !BEYOND_SDR.has(colorSpace.transfer ?? '') && luma.width >= width && luma.height >= height;
	}

	/** Size of the content before its turn. */
	#upright(rotation: Rotation): { readonly width: number; readonly height: number } {
		const { width, height } = this.shape.content;
		return rotation === 90 || rotation === 270 ? { width: height, height: width } : { width, height };
	}

	#shrink(sample: VideoSample, planes: FramePlanes): void {
		const { width, height } = this.#upright(sample.rotation);
		const { luma, blue } = planes;
		const geometry = [luma, blue].map((plane) => `${plane.width} ${plane.height} ${plane.stride} ${plane.step}`).join();
		if (this.#shrinker === undefined || geometry !== this.#geometry) {
			this.#shrinker = new PlaneShrinker(planes, width, height);
			this.#geometry = geometry;
		}
		if (this.#part.length !== 4 * width * height) this.#part = new Uint8ClampedArray(4 * width * height);
		this.#shrinker.shrink(planes, this.#part, rgbMatrix(sample.colorSpace, luma.height));
		this.#place(new Uint32Array(this.#part.buffer), width, height, sample.rotation);
	}

	/** Puts pixels into the content's place, turned clockwise. */
	#place(pixels: Uint32Array, width: number, height: number, rotation: Rotation): void {
		const { width: stride, content } = this.shape;
		const to = this.#pixels;
		const first = content.y * stride + content.x;
		if (rotation === 0) {
			for (let y = 0; y < height; y += 1) to.set(pixels.subarray(y * width, (y + 1) * width), first + y * stride);
			return;
		}
		for (let y = 0; y < height; y += 1) {
			for (let x = 0; x < width; x += 1) {
				const [column, row] =
					rotation === 90
						? [height - 1 - y, x]
						: rotation === 180
							? [width - 1 - x, height - 1 - y]
							: [y, width - 1 - x];
				to[first + row * stride + column] = pixels[y * width + x] as number;
			}
		}
	}

	#draw(sample: VideoSample): void {
		const { width, height, content } = this.shape;
		this.#canvas ??= new OffscreenCanvas(width, height);
		const context = this.#canvas.getContext('2d', { willReadFrequently: true });
		if (context === null) throw new DOMException('there is no canvas to draw on', 'InvalidStateError');
		context.imageSmoothingQuality = 'medium';
		sample.draw(context, content.x, content.y, content.width, content.height);
		const { data } = context.getImageData(content.x, content.y, content.width, content.height);
		this.#place(new Uint32Array(data.buffer), content.width, content.height, 0);
	}
}
