import type { VideoSample } from 'mediabunny';
import type { ResolvedCrop, Size } from '#core/crop/crop';
import type { FineCrop } from '#core/crop/crop-span';
import { codedRectangle } from './coded-rectangle.ts';
import { blackOf, colourOf, differs, recolour, type PlaneColour } from './plane-colour.ts';
import { mixPlanes, ownCanvas, padded, planesOfRgba } from './plane-paint.ts';
import { shiftedPlane } from './plane-shift.ts';
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
	readonly crop: FineCrop;
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
	async paint(sample: VideoSample, crop: FineCrop, timing: Timing): Promise<VideoFrame> {
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
			const between = this.#isBetween(layer, frame, wanted);
			if (sample.rotation === 0 && !filter && place === undefined && !foreign && !between) {
				return rectangleOf(frame, rect, timing);
			}
			if (!hasReadablePlanes(frame.format)) return this.#canvasFrame(layer, timing);
			const planes = between
				? await this.#planesBetween(frame, layer, filter ? wanted : undefined)
				: await this.#planes.planesOf(frame, rect, sample.rotation, filter ? wanted : undefined);
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

	/** Whether a step by whole pixels would be seen in the output, and pixels can be told apart from samples. */
	#isBetween({ sample, crop }: Layer, frame: VideoFrame, wanted: Size): boolean {
		if (crop.fine === undefined || !hasReadablePlanes(frame.format)) return false;
		if (Math.max(wanted.width / crop.width, wanted.height / crop.height) < SEEN_SCALE) return false;
		const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
		const turned = sample.rotation % 180 !== 0;
		return sample.displayWidth === (turned ? height : width) && sample.displayHeight === (turned ? width : height);
	}

	/** The crop's planes where it stands between pixels. */
	async #planesBetween(frame: VideoFrame, layer: Layer, scaleTo: Size | undefined): Promise<readonly Plane[]> {
		const { sample, crop } = layer;
		const [dx, dy] = [crop.fine?.x ?? 0, crop.fine?.y ?? 0];
		const display = { width: sample.displayWidth, height: sample.displayHeight };
		const around = grown(crop, display, { x: dx === 0 ? 0 : MARGIN_PX, y: dy === 0 ? 0 : MARGIN_PX });
		const rect = rectangleIn(frame, { ...layer, crop: around });
		const planes = await this.#planes.planesOf(frame, rect, sample.rotation, undefined);
		const shifted = planes.map((plane, p) => {
			const part = p === 0 ? 1 : 2;
			const offset = { x: (crop.x - around.x + dx) / part, y: (crop.y - around.y + dy) / part };
			return shiftedPlane(plane, offset, { width: crop.width / part, height: crop.height / part });
		});
		return scaleTo === undefined ? shifted : this.#planes.scaled(shifted, scaleTo);
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
		const [left, above] = [crop.x + (crop.fine?.x ?? 0), crop.y + (crop.fine?.y ?? 0)];
		sample.draw(canvas, left, above, crop.width, crop.height, to.x, to.y, to.width, to.height);
		return canvas;
	}
}

/** Output pixels for one of the source from which on a step by two of them is seen. */
const SEEN_SCALE = 0.6;
/** What is read around a box that stands between pixels; even. */
const MARGIN_PX = 4;

function grown(
	{ x, y, width, height }: ResolvedCrop,
	{ width: most, height: tallest }: Size,
	by: { x: number; y: number },
) {
	const [left, top] = [Math.max(0, x - by.x), Math.max(0, y - by.y)];
	const even = (value: number): number => 2 * Math.floor(value / 2);
	return {
		...{ x: left, y: top },
		width: even(Math.min(most, x + width + by.x)) - left,
		height: even(Math.min(tallest, y + height + by.y)) - top,
	};
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
