import type { ModelInput } from '#core/vision/model-manifest';
import type { Picture } from '$lib/media/analysis/picture-maker';
import type { Tensor } from './tensor.ts';

/** Turns pictures into a model's input, one at a time: each overwrites the one before. */
export class InputWriter {
	readonly #data: Float32Array;
	/** What each value of each channel becomes. */
	readonly #values: readonly [Float32Array, Float32Array, Float32Array];

	constructor(private readonly input: ModelInput) {
		this.#data = new Float32Array(3 * input.width * input.height);
		const value = (channel: 0 | 1 | 2): Float32Array =>
			Float32Array.from({ length: 256 }, (_, v) => (v - input.mean[channel]) / input.deviation[channel]);
		this.#values = [value(0), value(1), value(2)];
	}

	write({ rgba }: Picture): Tensor {
		const { width, height, layout, channels } = this.input;
		const [first, second, third] = this.#values;
		const [a, c] = channels === 'rgb' ? [0, 2] : [2, 0];
		const [step, apart] = layout === 'nhwc' ? [3, 1] : [1, width * height];
		const data = this.#data;
		for (let n = 0, at = 0; n < rgba.length; n += 4, at += step) {
			data[at] = first[rgba[n + a] as number] as number;
			data[at + apart] = second[rgba[n + 1] as number] as number;
			data[at + 2 * apart] = third[rgba[n + c] as number] as number;
		}
		return { dims: layout === 'nhwc' ? [1, height, width, 3] : [1, 3, height, width], data };
	}
}
