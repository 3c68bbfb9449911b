import type { Detection } from '#core/tracking/detection';
import type { OnnxBackend } from '#core/vision/onnx-runtime-files';
import type { Picture, PictureShape } from '$lib/media/analysis/picture-maker';
import { coloursOf } from './colours.ts';
import type { DetectorModel } from './detector-model.ts';
import type { HeadContext } from './heads/candidate.ts';
import { decodeHead } from './heads/decode-head.ts';
import { InferenceLostError, type Inference, type OpenInference } from './inference.ts';
import { InputWriter } from './input-tensor.ts';
import { detectionOf, isInPicture } from './picture-fit.ts';
import { agree, testPicture } from './self-test.ts';
import { suppress } from './suppress.ts';
import type { Tensor, Tensors } from './tensor.ts';

/** Weaker boxes help nobody; weak ones help the tracker to keep hold of someone who is half hidden. */
const MIN_SCORE = 0.1;

export interface DetectorOptions {
	readonly model: DetectorModel;
	readonly bytes: Uint8Array;
	/** `auto` takes WebGPU when it gives the right answer and is faster; `webgpu` when it gives the right answer. */
	readonly wish: 'auto' | OnnxBackend;
	readonly open: OpenInference;
	/** Whether this device has a graphics processor that is worth a try. */
	readonly hasGpu: () => Promise<boolean>;
}

export interface DetectorClock {
	inferenceMs: number;
}

/** Finds things in pictures with one model. Goes on without the graphics processor when that breaks down. One call at a time. */
export class Detector {
	readonly #writer: InputWriter;
	readonly #context: HeadContext;
	readonly #names: ReadonlyMap<number, string>;

	private constructor(
		private readonly options: DetectorOptions,
		private inference: Inference,
	) {
		const { input, classes } = options.model;
		this.#writer = new InputWriter(input);
		this.#names = new Map(classes.map(({ id, name }) => [id, name]));
		this.#context = {
			...{ width: input.width, height: input.height, minScore: MIN_SCORE },
			isKnown: (id) => this.#names.has(id),
		};
	}

	/** Opens the model and warms it up. Throws as `OpenInference` does. */
	static async open(options: DetectorOptions): Promise<Detector> {
		if (options.wish === 'wasm' || !(await options.hasGpu())) return new Detector(options, await openWasm(options));
		return new Detector(options, await openBest(options));
	}

	get backend(): OnnxBackend {
		return this.inference.backend;
	}

	/** What is seen in `picture`, which stands in the model's input as `shape` says; the surest first. */
	async detect(picture: Picture, shape: PictureShape, clock: DetectorClock): Promise<readonly Detection[]> {
		const input = this.#writer.write(picture);
		const startedMs = performance.now();
		const tensors = await this.#run(input);
		clock.inferenceMs += performance.now() - startedMs;
		const { head } = this.options.model;
		return suppress(decodeHead(head, tensors, this.#context))
			.map((found) => ({
				...detectionOf(found, shape, this.#names.get(found.classId) ?? ''),
				colours: coloursOf(picture, found),
			}))
			.filter(({ box }) => isInPicture(box));
	}

	release(): Promise<void> {
		return this.inference.release();
	}

	async #run(input: Tensor): Promise<Tensors> {
		const { name } = this.options.model.input;
		try {
			return await this.inference.run(name, input);
		} catch (thrown) {
			if (!(thrown instanceof InferenceLostError) || this.inference.backend === 'wasm') throw thrown;
			console.warn('The graphics processor is no longer used to find things:', thrown.message);
			await this.inference.release();
			this.inference = await openWasm(this.options);
			return this.inference.run(name, input);
		}
	}
}

const inputOf = ({ input }: DetectorModel): Tensor =>
	new InputWriter(input).write(testPicture(input.width, input.height));

async function openWasm({ open, bytes, model }: DetectorOptions): Promise<Inference> {
	const wasm = await open(bytes, 'wasm');
	// The first run is the slowest, and shows whether there is memory enough.
	await wasm.run(model.input.name, inputOf(model));
	return wasm;
}

/** WebGPU when it answers like wasm (and, unless it was asked for, sooner), else wasm. */
async function openBest(options: DetectorOptions): Promise<Inference> {
	const { bytes, model, open, wish } = options;
	const wasm = await openWasm(options);
	let webgpu: Inference | undefined;
	try {
		webgpu = await open(bytes, 'webgpu');
		const mine = await timed(webgpu, model);
		const reference = await timed(wasm, model);
		const isBetter = wish === 'webgpu' || mine.ms < reference.ms;
		if (isBetter && agree(mine.answer, reference.answer)) {
			await wasm.release();
			return webgpu;
		}
	} catch (thrown) {
		if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
		console.warn('The graphics processor is not used to find things:', thrown);
	}
	await webgpu?.release();
	return wasm;
}

/** The second run: the first one compiles. */
async function timed(
	inference: Inference,
	model: DetectorModel,
): Promise<{ readonly answer: Tensors; readonly ms: number }> {
	const input = inputOf(model);
	await inference.run(model.input.name, input);
	const startedMs = performance.now();
	const answer = await inference.run(model.input.name, input);
	return { answer, ms: performance.now() - startedMs };
}
