import type { InferenceSession } from 'onnxruntime-web/wasm';
import { ONNX_RUNTIME_FILES, type OnnxBackend } from '#core/vision/onnx-runtime-files';
import {
	InferenceLostError,
	MissingPartError,
	ModelRefusedError,
	type Inference,
	type TensorFacts,
} from './inference.ts';
import type { Tensor, Tensors } from './tensor.ts';

type Ort = typeof import('onnxruntime-web/wasm');

/**
 * More threads than this bring little for models of this size. One processor is left to the decoder and the page: threads that wait for each other while
 * something else has their processor are slower than one alone (twice as slow on two busy processors).
 */
const MOST_THREADS = 4;

const loading = new Map<OnnxBackend, Promise<Ort>>();

/** Opens `model` with ONNX Runtime. See `OpenInference`. */
export async function openOrtSession(model: Uint8Array, backend: OnnxBackend): Promise<Inference> {
	const ort = await load(backend);
	const session = await ort.InferenceSession.create(model, {
		executionProviders: [backend],
		graphOptimizationLevel: 'all',
		logSeverityLevel: 3,
	}).catch((thrown: unknown) => {
		throw openingError(thrown, backend);
	});
	const lost = backend === 'webgpu' ? deviceLoss(await ort.env.webgpu.device) : undefined;
	return new OrtSession(ort, session, backend, lost);
}

class OrtSession implements Inference {
	readonly inputs: readonly TensorFacts[];
	readonly outputs: readonly TensorFacts[];
	#released = false;

	constructor(
		private readonly ort: Ort,
		private readonly session: InferenceSession,
		readonly backend: OnnxBackend,
		/** Rejects when the graphics device is lost. */
		private readonly lost: Promise<never> | undefined,
	) {
		this.inputs = session.inputMetadata.map(factsOf);
		this.outputs = session.outputMetadata.map(factsOf);
	}

	async run(inputName: string, { dims, data }: Tensor): Promise<Tensors> {
		const input = new this.ort.Tensor('float32', data, dims);
		const running = this.session.run({ [inputName]: input });
		try {
			const outputs = await (this.lost === undefined ? running : Promise.race([running, this.lost]));
			return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, tensorFrom(name, value)]));
		} catch (thrown) {
			// Without a device, what still runs is of no interest.
			running.catch(() => undefined);
			throw runningError(thrown);
		}
	}

	async release(): Promise<void> {
		if (this.#released) return;
		this.#released = true;
		try {
			await this.session.release();
		} catch (thrown) {
			console.warn('A model could not be released:', thrown);
		}
	}
}

function tensorFrom(name: string, { data, dims, type }: InferenceSession.OnnxValueMapType[string]): Tensor {
	if (data instanceof Float32Array) return { dims, data };
	// Classes come as whole numbers in some models.
	if (data instanceof BigInt64Array || data instanceof Int32Array)
		return { dims, data: Float32Array.from(data, Number) };
	throw new ModelRefusedError(`its output “${name}” holds ${type}, not float32`);
}

const factsOf = (value: InferenceSession.ValueMetadata): TensorFacts =>
	value.isTensor
		? { name: value.name, type: value.type, shape: value.shape }
		: { name: value.name, type: 'no tensor', shape: [] };

function load(backend: OnnxBackend): Promise<Ort> {
	const known = loading.get(backend);
	if (known !== undefined) return known;
	const loaded = importOrt(backend);
	loading.set(backend, loaded);
	loaded.catch(() => loading.delete(backend));
	return loaded;
}

async function importOrt(backend: OnnxBackend): Promise<Ort> {
	const { api, script, wasm } = ONNX_RUNTIME_FILES[backend];
	try {
		const ort = (await import(/* @vite-ignore */ absolute(api))) as Ort;
		ort.env.logLevel = 'error';
		ort.env.wasm.wasmPaths = { mjs: absolute(script), wasm: absolute(wasm) };
		ort.env.wasm.numThreads = crossOriginIsolated
			? Math.max(1, Math.min(MOST_THREADS, navigator.hardwareConcurrency - 1))
			: 1;
		return ort;
	} catch (thrown) {
		throw new MissingPartError(textOf(thrown), { cause: thrown });
	}
}

/** A promise that rejects when the device of ONNX Runtime is lost. */
function deviceLoss(device: unknown): Promise<never> | undefined {
	if (!hasLost(device)) return undefined;
	const lost = device.lost.then(({ message }) => {
		throw new InferenceLostError(message || 'the graphics device was lost', false);
	});
	lost.catch(() => undefined);
	return lost;
}

const hasLost = (device: unknown): device is { readonly lost: Promise<{ readonly message: string }> } =>
	typeof device === 'object' && device !== null && 'lost' in device && device.lost instanceof Promise;

const absolute = (path: string): string => new URL(path, location.origin).href;

const textOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** A size that overflows is told by the number class it overflows in. */
const isMemory = (text: string): boolean =>
	/bad_alloc|SafeInt|out of memory|(could not|failed to) allocate|allocation failed|\bOOM\b|memory access out of bounds/i.test(
		text,
	);
/** Weights of large models may stand in files beside them. */
const elsewhere = (text: string): string | undefined => /external data file "*([^"]*)/i.exec(text)?.[1];

function openingError(thrown: unknown, backend: OnnxBackend): Error {
	const text = textOf(thrown);
	if (isMemory(text)) return new InferenceLostError(text, true, { cause: thrown });
	const weights = elsewhere(text);
	if (weights !== undefined) {
		const found = `its weights are in another file, “${weights}”, and only a model in a single file can be read`;
		return new ModelRefusedError(found, { cause: thrown });
	}
	if (/failed to fetch|dynamically imported|both async and sync fetching|no available backend/i.test(text)) {
		return backend === 'webgpu'
			? new InferenceLostError(text, false, { cause: thrown })
			: new MissingPartError(text, { cause: thrown });
	}
	return new ModelRefusedError(`the runtime cannot read it (${firstLine(text)})`, { cause: thrown });
}

function runningError(thrown: unknown): Error {
	if (thrown instanceof InferenceLostError || thrown instanceof ModelRefusedError) return thrown;
	const text = textOf(thrown);
	return new InferenceLostError(firstLine(text), isMemory(text), { cause: thrown });
}

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, 200);
