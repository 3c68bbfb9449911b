import type { VideoSample } from 'mediabunny';
import type { FramePlanes } from '../analysis/frame-planes.ts';
import { CELLS, GRID, shrink, type Luma } from './luma.ts';

/** Reads the brightness of decoded pictures. */
export class LumaReader {
	#canvas: OffscreenCanvas | undefined;

	/** `planes` are the sample's, when they could be read. The sample stays the caller's. */
	read(sample: VideoSample, planes: FramePlanes | undefined): Luma {
		return planes === undefined
			? this.#draw(sample)
			: shrink({ bytes: planes.bytes, depth: planes.depth, ...planes.luma });
	}

	#draw(sample: VideoSample): Luma {
		this.#canvas ??= new OffscreenCanvas(GRID.width, GRID.height);
		const context = this.#canvas.getContext('2d', { willReadFrequently: true });
		if (context === null) throw new DOMException('there is no canvas to draw on', 'InvalidStateError');
		sample.drawWithFit(context, { fit: 'fill' });
		const { data } = context.getImageData(0, 0, GRID.width, GRID.height);
		const luma = new Uint8Array(CELLS);
		for (let n = 0; n < CELLS; n += 1) {
			luma[n] = 0.2126 * (data[4 * n] ?? 0) + 0.7152 * (data[4 * n + 1] ?? 0) + 0.0722 * (data[4 * n + 2] ?? 0);
		}
		return luma;
	}
}
