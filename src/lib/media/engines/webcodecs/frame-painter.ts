import type { VideoSample } from 'mediabunny';
import type { ResolvedCrop, Size } from '#core/crop/crop';
import { codedRectangle } from './coded-rectangle.ts';
import { blackOf, colourOf, differs, recolour, type PlaneColour } from './plane-colour.ts';
import { mixPlanes, ownCanvas, padded, planesOfRgba } from './plane-paint.ts';
import { frameOfPlanes, hasReadablePlanes, PlanePainter, type Plane } from './planes.ts';

interface PaintOptions {
	readonly size: Size;
	readonly scaling: 'fast' | 'lanczos';
	readonly hdr: boolean;
	/** Where the picture stands in the output; the rest is black. Absent: it fills the output. */
	readonly place?: ResolvedCrop | undefined;
	/** Shared by the painters of one output, so that all its pictures mean the same colours. */
	readonly colour?: OutputColour;
}

interface Timing {
	readonly timestamp: number;
	readonly duration: number;
}

/** One of two pictures that are shown at once. */
export interface Layer {
	readonly sample: VideoSample;
	readonly crop: ResolvedCrop;
	readonly hdr: boolean;
	readonly place?: ResolvedCrop | undefined;
}

/** The colours of an output are those of its first picture; what comes from other files is made to match. */
export class OutputColour {
	#space: VideoColorSpaceInit | undefined;

	/** The output's colour space, which is that of the first one asked about. */
	of(space: VideoColorSpaceInit): VideoColorSpaceInit {
		return (this.#space ??= space);
	}
}

/**
 * Makes what the encoder gets from what the decoder gave.
 *
 * In most cases that is the same picture with a visible rectangle: the encoder crops and scales, and no pixel is touched here. Turned pictures,
 * bars around a picture, cross-fades and Lanczos scaling work on the planes; HDR and pictures that only the graphics card can read go through a
 * canvas, which converts colours.
 */
export class FramePainter {
	readonly #planes = new PlanePainter();
	readonly #colour: OutputColour;
	#canvas: OffscreenCanvasRenderingContext2D | undefined;

	constructor(private readonly options: PaintOptions) {
		this.#colour = options.colour ?? new OutputColour();
	}

	/** The caller closes the frame, and the sample. */
	async paint(sample: VideoSample, crop: ResolvedCrop, timing: Timing): Promise<VideoFrame> {
		const { hdr, place, scaling, size } = this.options;
		const layer: Layer = { sample, crop, hdr, place };
		const frame = sample.toVideoFrame();
		try {
			if (hdr || (frame.format === null && sample.rotation !== 0)) return this.#canvasFrame(layer, timing);
			const rect = rectangleIn(frame, layer);
			const wanted = place ?? size;
			const filter = scaling === 'lanczos' && !isUnscaled(rect, sample.rotation, wanted);
			const space = frame.colorSpace.toJSON();
			const own = colourOf(space);
			const target = this.#colour.of(space);
			const foreign = differs(own, colourOf(target));
			if (sample.rotation === 0 && !filter && place === undefined && !foreign) {
				return rectangleOf(frame, rect, timing);
			}
			if (!hasReadablePlanes(frame.format)) return this.#canvasFrame(layer, timing);
			const planes = await this.#planes.planesOf(frame, rect, sample.rotation, filter ? wanted : undefined);
			if (foreign) recolour(planes, own, colourOf(target));
			return frameOfPlanes(this.#inPlace(planes, place, colourOf(target), filter), target, timing);
		} finally {
			frame.close();
		}
	}

	/** Both layers at once: `share` (0..1) of `over`, the rest of `under`. The caller closes the frame, and the samples. */
	async mix(under: Layer, over: Layer, share: number, timing: Timing): Promise<VideoFrame> {
		const below = await this.#layerPlanes(under);
		const above = await this.#layerPlanes(over);
		return frameOfPlanes(mixPlanes(below.planes, above.planes, share), below.space, timing);
	}

	/** A layer as planes of the output's size and colours. */
	async #layerPlanes(layer: Layer): Promise<{ planes: readonly Plane[]; space: VideoColorSpaceInit }> {
		const { sample, place } = layer;
		const { size, scaling } = this.options;
		const frame = sample.toVideoFrame();
		try {
			if (layer.hdr || !hasReadablePlanes(frame.format)) {
				const space = this.#colour.of(BT709);
				const canvas = this.#draw(layer);
				const planes = planesOfRgba(canvas.getImageData(0, 0, size.width, size.height).data, size);
				if (differs(colourOf(BT709), colourOf(space))) recolour(planes, colourOf(BT709), colourOf(space));
				return { planes, space };
			}
			const own = frame.colorSpace.toJSON();
			const space = this.#colour.of(own);
			const filter = scaling === 'lanczos' ? 'lanczos' : 'even';
			const rect = rectangleIn(frame, layer);
			const planes = await this.#planes.planesOf(frame, rect, sample.rotation, place ?? size, filter);
			if (differs(colourOf(own), colourOf(space))) recolour(planes, colourOf(own), colourOf(space));
			return { planes: this.#inPlace(planes, place, colourOf(space), true), space };
		} finally {
			frame.close();
		}
	}

	/** `planes` with black around them: at the size of the output when they are `scaled` to it, else on a canvas of their own pixels. */
	#inPlace(
		planes: readonly Plane[],
		place: ResolvedCrop | undefined,
		colour: PlaneColour,
		scaled: boolean,
	): readonly Plane[] {
		const { size } = this.options;
		const [luma] = planes;
		if (place === undefined || luma === undefined) return planes;
		const { canvas, at } = scaled ? { canvas: size, at: place } : ownCanvas(luma, place, size);
		return padded(planes, canvas, at, blackOf(colour));
	}

	#canvasFrame(layer: Layer, timing: Timing): VideoFrame {
		return new VideoFrame(this.#draw(layer).canvas, timing);
	}

	#draw({ sample, crop, place }: Layer): OffscreenCanvasRenderingContext2D {
		const { width, height } = this.options.size;
		this.#canvas ??=
			new OffscreenCanvas(width, height).getContext('2d', { alpha: false, desynchronized: true }) ?? undefined;
		const canvas = this.#canvas;
		if (canvas === undefined) throw new DOMException('no 2D canvas', 'OperationError');
		canvas.imageSmoothingQuality = 'high';
		canvas.fillRect(0, 0, width, height);
		const to = place ?? { x: 0, y: 0, width, height };
		sample.draw(canvas, crop.x, crop.y, crop.width, crop.height, to.x, to.y, to.width, to.height);
		return canvas;
	}
}

const BT709: VideoColorSpaceInit = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false };

function rectangleIn(frame: VideoFrame, { sample, crop }: Layer) {
	const display = { width: sample.displayWidth, height: sample.displayHeight };
	const visible = frame.visibleRect ?? { x: 0, y: 0, width: frame.codedWidth, height: frame.codedHeight };
	return codedRectangle(crop, display, sample.rotation, visible);
}

const isUnscaled = (rect: Size, rotation: number, { width, height }: Size): boolean =>
	rotation % 180 === 0
		? rect.width === width && rect.height === height
		: rect.width === height && rect.height === width;

/** The display size is set to the pixels of the rectangle: encoders stretch it to the output, whatever the pixel aspect. */
const rectangleOf = (frame: VideoFrame, rect: DOMRectInit & Size, timing: Timing): VideoFrame =>
	new VideoFrame(frame, { visibleRect: rect, displayWidth: rect.width, displayHeight: rect.height, ...timing });
