import type { VideoSample } from 'mediabunny';
import type { ResolvedCrop, Size } from '#core/crop';
import { codedRectangle } from './coded-rectangle.ts';
import { hasReadablePlanes, PlanePainter } from './planes.ts';

interface PaintOptions {
	readonly size: Size;
	readonly scaling: 'fast' | 'lanczos';
	readonly hdr: boolean;
}

interface Timing {
	readonly timestamp: number;
	readonly duration: number;
}

/**
 * Makes what the encoder gets from what the decoder gave.
 *
 * In most cases that is the same picture with a visible rectangle: the encoder crops and scales, and no pixel is touched here. Turned pictures
 * and Lanczos scaling work on the planes; HDR and pictures that only the graphics card can read go through a canvas, which converts colours.
 */
export class FramePainter {
	readonly #planes = new PlanePainter();
	#canvas: OffscreenCanvasRenderingContext2D | undefined;

	constructor(private readonly options: PaintOptions) {}

	/** The caller closes the frame, and the sample. */
	async paint(sample: VideoSample, crop: ResolvedCrop, timing: Timing): Promise<VideoFrame> {
		const frame = sample.toVideoFrame();
		try {
			if (this.options.hdr || (frame.format === null && sample.rotation !== 0))
				return this.#paintCanvas(sample, crop, timing);
			const display = { width: sample.displayWidth, height: sample.displayHeight };
			const visible = frame.visibleRect ?? { x: 0, y: 0, width: frame.codedWidth, height: frame.codedHeight };
			const rect = codedRectangle(crop, display, sample.rotation, visible);
			const filter = this.options.scaling === 'lanczos' && !this.#isUnscaled(rect, sample.rotation);
			if (sample.rotation === 0 && !filter) return rectangleOf(frame, rect, timing);
			if (!hasReadablePlanes(frame.format)) return this.#paintCanvas(sample, crop, timing);
			return await this.#planes.paint(frame, rect, sample.rotation, filter ? this.options.size : undefined, timing);
		} finally {
			frame.close();
		}
	}

	#isUnscaled(rect: Size, rotation: number): boolean {
		const { width, height } = this.options.size;
		return rotation % 180 === 0
			? rect.width === width && rect.height === height
			: rect.width === height && rect.height === width;
	}

	#paintCanvas(sample: VideoSample, crop: ResolvedCrop, timing: Timing): VideoFrame {
		const { width, height } = this.options.size;
		this.#canvas ??=
			new OffscreenCanvas(width, height).getContext('2d', { alpha: false, desynchronized: true }) ?? undefined;
		const canvas = this.#canvas;
		if (canvas === undefined) throw new DOMException('no 2D canvas', 'OperationError');
		canvas.imageSmoothingQuality = 'high';
		sample.draw(canvas, crop.x, crop.y, crop.width, crop.height, 0, 0, width, height);
		return new VideoFrame(canvas.canvas, timing);
	}
}

/** The display size is set to the pixels of the rectangle: encoders stretch it to the output, whatever the pixel aspect. */
const rectangleOf = (frame: VideoFrame, rect: DOMRectInit & Size, timing: Timing): VideoFrame =>
	new VideoFrame(frame, { visibleRect: rect, displayWidth: rect.width, displayHeight: rect.height, ...timing });
