import type { VideoSample } from 'mediabunny';
import { CELLS, GRID, shrink, type Luma } from './luma.ts';

/** Formats whose first plane is brightness, with their bits a sample. */
const DEPTHS: Readonly<Record<string, number>> = {
	...{ I420: 8, I420A: 8, I422: 8, I422A: 8, I444: 8, I444A: 8, NV12: 8 },
	...{ I420P10: 10, I422P10: 10, I444P10: 10, I420P12: 12, I422P12: 12, I444P12: 12 },
};

/** Reads the brightness of decoded pictures. For one film at a time: its buffer is used again. */
export class LumaReader {
	#bytes = new Uint8Array(0);
	#canvas: OffscreenCanvas | undefined;

	/** The sample stays the caller's. */
	async read(sample: VideoSample): Promise<Luma> {
		const depth = DEPTHS[sample.format ?? ''];
		return depth === undefined ? this.#draw(sample) : this.#copy(sample, depth);
	}

	async #copy(sample: VideoSample, depth: number): Promise<Luma> {
		const size = sample.allocationSize();
		if (this.#bytes.length < size) this.#bytes = new Uint8Array(size);
		const [plane] = await sample.copyTo(this.#bytes);
		const { width, height } = sample.visibleRect;
		return shrink({ bytes: this.#bytes, offset: 0, stride: width, ...plane, width, height, depth });
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
