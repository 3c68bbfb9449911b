import type { Size } from '#core/crop/crop';
import type { PictureFormat } from '#core/export/output-file-name';
import { frameOfPlanes, hasReadablePlanes, PlanePainter } from '../planes.ts';
import { loadWebp, type WebpEncoder } from './webp-encoder.ts';

export interface PictureShape {
	readonly size: Size;
	readonly format: PictureFormat;
	/** 1..100; PNG has none. */
	readonly quality: number;
}

/** Makes files of pictures, at one size. For one worker; one picture at a time. */
export class PictureCanvas {
	/** True once a picture was made by the browser's own encoder. */
	byBrowser = false;
	readonly #context: OffscreenCanvasRenderingContext2D;
	readonly #planes = new PlanePainter();
	readonly #picture: ImageData;
	#webp: Promise<WebpEncoder | undefined> | undefined;

	constructor(private readonly shape: PictureShape) {
		const { width, height } = shape.size;
		// What is read back at once is drawn in ordinary memory, not on the graphics card.
		const options = { alpha: false, willReadFrequently: true };
		const context = new OffscreenCanvas(width, height).getContext('2d', options);
		if (context === null) throw new DOMException('no 2D canvas', 'OperationError');
		context.imageSmoothingQuality = 'medium';
		this.#context = context;
		this.#picture = new ImageData(width, height);
	}

	/** The visible part of `frame` fills the picture. The caller closes it. */
	async encode(frame: VideoFrame): Promise<Uint8Array<ArrayBuffer>> {
		const { format, quality } = this.shape;
		const picture = await this.#pixels(frame);
		if (format === 'webp') {
			// Without it (a browser without SIMD) the browser's own encoder is slower, or missing.
			this.#webp ??= loadWebp().catch(() => undefined);
			const encode = await this.#webp;
			if (encode !== undefined) return encode(picture, quality);
		}
		this.byBrowser = true;
		this.#context.putImageData(picture, 0, 0);
		const type = `image/${format}`;
		const blob = await this.#context.canvas.convertToBlob({ type, quality: quality / 100 });
		// Browsers answer with PNG where they cannot write what was asked for.
		if (blob.type !== type)
			throw new DOMException(`this browser does not write ${format} pictures`, 'NotSupportedError');
		return new Uint8Array(await blob.arrayBuffer());
	}

	/** Scaled as planes and then turned into RGB: drawing a video frame on a canvas costs three times as much. */
	async #pixels(frame: VideoFrame): Promise<ImageData> {
		const { size } = this.shape;
		const rect = frame.visibleRect;
		if (rect === null || !hasReadablePlanes(frame.format)) {
			this.#context.drawImage(frame, 0, 0, size.width, size.height);
			return this.#context.getImageData(0, 0, size.width, size.height);
		}
		const planes = await this.#planes.planesOf(frame, rect, 0, size, 'even');
		const small = frameOfPlanes(planes, frame.colorSpace.toJSON(), { timestamp: 0, duration: 0 });
		try {
			await small.copyTo(this.#picture.data, { format: 'RGBX', colorSpace: 'srgb' });
			return this.#picture;
		} finally {
			small.close();
		}
	}
}
