import type { Size } from '#core/crop/crop';
import type { Rectangle, Rotation } from './coded-rectangle.ts';
import { EvenScaler } from './even-scaler.ts';
import { PlaneScaler } from './lanczos.ts';

/** One 8-bit plane; rows follow each other without padding. */
export interface Plane extends Size {
	readonly data: Uint8Array<ArrayBuffer>;
}

/** A plane as it was read: rows are `stride` bytes apart. */
interface ReadPlane extends Plane {
	readonly stride: number;
}

/** `lanczos` is sharp; `even` is what encoders do themselves: the mean of what falls on a sample, straight lines between samples. */
export type Filter = 'lanczos' | 'even';

/** Formats whose planes are read directly; anything else goes through a canvas. */
const DEPTHS: Readonly<Record<string, number>> = { I420: 8, NV12: 8, I420P10: 10, I420P12: 12 };

export const hasReadablePlanes = (format: string | null): boolean => format !== null && format in DEPTHS;

/**
 * Turns and scales 4:2:0 pictures as planes, without a trip through RGB: rotation copies samples as they are, Lanczos filters luma and chroma
 * at their own resolution. For one output at a time; buffers are reused between frames.
 */
export class PlanePainter {
	#scratch = new Uint8Array(0);
	#scalers = new Map<string, PlaneScaler | EvenScaler>();

	/**
	 * The part `rect` of `frame`, turned clockwise by `rotation`, as 4:2:0 planes: luma, blue, red. At size `scaleTo` (after the turn) when given,
	 * else at its own size. The caller closes the frame.
	 */
	async planesOf(
		frame: VideoFrame,
		rect: Rectangle,
		rotation: Rotation,
		scaleTo: Size | undefined,
		filter: Filter = 'lanczos',
	): Promise<readonly Plane[]> {
		const turned = rotation === 90 || rotation === 270;
		const target = scaleTo ?? (turned ? { width: rect.height, height: rect.width } : rect);
		const upright = turned ? { width: target.height, height: target.width } : target;
		const planes = await this.#read(frame, rect);
		const half = { width: Math.ceil(upright.width / 2), height: Math.ceil(upright.height / 2) };
		return planes.map((plane, p) => rotatePlane(this.#scaled(plane, p === 0 ? upright : half, filter), rotation));
	}

	/** 4:2:0 planes, luma first, at another size. */
	scaled(planes: readonly Plane[], to: Size, filter: Filter = 'lanczos'): readonly Plane[] {
		const half = { width: Math.ceil(to.width / 2), height: Math.ceil(to.height / 2) };
		return planes.map((plane, p) => this.#scaled({ ...plane, stride: plane.width }, p === 0 ? to : half, filter));
	}

	async #read(frame: VideoFrame, rect: Rectangle): Promise<readonly ReadPlane[]> {
		const size = frame.allocationSize({ rect });
		if (this.#scratch.length < size) this.#scratch = new Uint8Array(size);
		const layout = await frame.copyTo(this.#scratch, { rect });
		const depth = DEPTHS[frame.format ?? ''] ?? 8;
		const half = { width: rect.width / 2, height: rect.height / 2 };
		const at = (plane: number): PlaneLayout => layout[plane] ?? { offset: 0, stride: 0 };
		if (frame.format === 'NV12') {
			return [this.#plane(at(0), rect, 8), this.#interleaved(at(1), half, 0), this.#interleaved(at(1), half, 1)];
		}
		return [this.#plane(at(0), rect, depth), this.#plane(at(1), half, depth), this.#plane(at(2), half, depth)];
	}

	#plane({ offset, stride }: PlaneLayout, { width, height }: Size, depth: number): ReadPlane {
		if (depth === 8) return { data: this.#scratch.subarray(offset), stride, width, height };
		const data = new Uint8Array(width * height);
		const words = new Uint16Array(this.#scratch.buffer, 0, this.#scratch.length >> 1);
		const [shift, round] = [depth - 8, 1 << (depth - 9)];
		for (let y = 0; y < height; y += 1) {
			const row = (offset + y * stride) >> 1;
			for (let x = 0; x < width; x += 1) {
				data[y * width + x] = Math.min(255, ((words[row + x] as number) + round) >> shift);
			}
		}
		return { data, stride: width, width, height };
	}

	#interleaved({ offset, stride }: PlaneLayout, { width, height }: Size, part: 0 | 1): ReadPlane {
		const data = new Uint8Array(width * height);
		for (let y = 0; y < height; y += 1) {
			const row = offset + y * stride + part;
			for (let x = 0; x < width; x += 1) data[y * width + x] = this.#scratch[row + 2 * x] as number;
		}
		return { data, stride: width, width, height };
	}

	#scaled(plane: ReadPlane, to: Size, filter: Filter): Plane {
		if (plane.width === to.width && plane.height === to.height) return packed(plane);
		const key = `${plane.width}x${plane.height}-${to.width}x${to.height}-${filter}`;
		const scaler = this.#scalers.get(key) ?? new (filter === 'lanczos' ? PlaneScaler : EvenScaler)(plane, to);
		this.#scalers.set(key, scaler);
		const data = new Uint8Array(to.width * to.height);
		scaler.scale(plane.data, plane.stride, data);
		return { data, width: to.width, height: to.height };
	}
}

function packed({ data: rows, stride, width, height }: ReadPlane): Plane {
	const data = new Uint8Array(width * height);
	for (let y = 0; y < height; y += 1) data.set(rows.subarray(y * stride, y * stride + width), y * width);
	return { data, width, height };
}

/** An I420 frame that holds `planes`: luma, blue, red. The caller closes it. */
export function frameOfPlanes(
	planes: readonly Plane[],
	colorSpace: VideoColorSpaceInit,
	timing: { readonly timestamp: number; readonly duration: number },
): VideoFrame {
	const data = new Uint8Array(planes.reduce((sum, plane) => sum + plane.data.length, 0));
	let offset = 0;
	const layout = planes.map((plane) => {
		data.set(plane.data, offset);
		offset += plane.data.length;
		return { offset: offset - plane.data.length, stride: plane.width };
	});
	const init: VideoFrameBufferInit & { readonly transfer: ArrayBuffer[] } = {
		format: 'I420',
		codedWidth: planes[0]?.width ?? 0,
		codedHeight: planes[0]?.height ?? 0,
		layout,
		colorSpace,
		...timing,
		transfer: [data.buffer],
	};
	return new VideoFrame(data, init);
}

/** `plane` turned clockwise. */
export function rotatePlane(plane: Plane, rotation: Rotation): Plane {
	const { data, width, height } = plane;
	if (rotation === 0) return plane;
	const turned = new Uint8Array(data.length);
	if (rotation === 180) {
		for (let i = 0, j = data.length - 1; j >= 0; i += 1, j -= 1) turned[i] = data[j] as number;
		return { data: turned, width, height };
	}
	// Blocks keep both the read and the written rows in the processor's cache.
	const block = 32;
	for (let top = 0; top < height; top += block) {
		for (let left = 0; left < width; left += block) {
			const [bottom, right] = [Math.min(height, top + block), Math.min(width, left + block)];
			for (let y = top; y < bottom; y += 1) {
				for (let x = left; x < right; x += 1) {
					const to = rotation === 90 ? x * height + height - 1 - y : (width - 1 - x) * height + y;
					turned[to] = data[y * width + x] as number;
				}
			}
		}
	}
	return { data: turned, width: height, height: width };
}
