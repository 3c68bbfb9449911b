import type { DetectorModel } from './detector-model.ts';
import { ModelRefusedError, type OpenInference, type TensorFacts } from './inference.ts';
import { InputWriter } from './input-tensor.ts';
import { readingsOf, recogniseHead, recogniseInput, wordsOf, type Recognised } from './recognise.ts';
import { testPicture } from './self-test.ts';
import type { Tensor } from './tensor.ts';

/** A way to read a model's answer. */
export interface ModelReading {
	/** The family of its answer, for the person to confirm: "YOLOX". */
	readonly family: string;
	/** How many classes it tells apart; undefined when it does not tell. */
	readonly classCount: number | undefined;
	/** Input, head and class names as they are usual for the family; the person may know better. */
	readonly model: Omit<DetectorModel, 'title'>;
}

/** What a look at a model file found, with the likeliest reading. */
export interface ModelFacts extends ModelReading {
	readonly bytes: number;
	readonly inputs: readonly TensorFacts[];
	/** With the shapes of a real answer. */
	readonly outputs: readonly TensorFacts[];
	/** All readings that the shapes allow, the likeliest first. */
	readonly readings: readonly ModelReading[];
	/** Time for one picture on this device without the graphics processor, in milliseconds. */
	readonly pictureMs: number;
}

/** Opens a model, runs it once and tells what it is. Throws `ModelRefusedError` with what was found when it cannot be used. */
export async function inspectModel(bytes: Uint8Array, open: OpenInference): Promise<ModelFacts> {
	const size = bytes.byteLength;
	const inference = await open(bytes, 'wasm');
	try {
		const place = recogniseInput(inference.inputs);
		if (typeof place === 'string') throw new ModelRefusedError(place);
		const plain = { channels: 'rgb', mean: [0, 0, 0], deviation: [255, 255, 255], fit: 'stretch' } as const;
		const input = new InputWriter({ ...place, ...plain, mean: [0, 0, 0], deviation: [255, 255, 255] }).write(
			testPicture(place.width, place.height),
		);
		await inference.run(place.name, input);
		const startedMs = performance.now();
		const answer = await inference.run(place.name, input);
		const pictureMs = performance.now() - startedMs;
		const outputs = Object.entries(answer).map(([name, tensor]) => outputFacts(name, tensor));
		const found: Recognised | string = recogniseHead(place, outputs);
		if (typeof found === 'string') throw new ModelRefusedError(`${found}; it takes ${wordsOf(inference.inputs)}`);
		const readings = readingsOf(place, outputs).map(readingOf);
		return { bytes: size, inputs: inference.inputs, outputs, pictureMs, readings, ...readingOf(found) };
	} finally {
		await inference.release();
	}
}

const readingOf = ({ family, classCount, input, head, classes }: Recognised): ModelReading => ({
	...{ family, classCount },
	model: { input, head, classes: [...classes] },
});

const outputFacts = (name: string, { dims }: Tensor): TensorFacts => ({ name, type: 'float32', shape: dims });
