import { MissingPartError, ModelRefusedError } from './inference.ts';
import { MOST_MODEL_BYTES } from './detector-model.ts';

/** The bytes of a model. Throws `ModelRefusedError` for what is no ONNX file or too large, `MissingPartError` for what cannot be fetched. */
export async function modelBytes(at: string | Blob, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
	const blob = typeof at === 'string' ? await fetched(at, signal) : at;
	if (blob.size === 0) throw new ModelRefusedError('the file is empty');
	if (blob.size > MOST_MODEL_BYTES) {
		const [size, most] = [blob.size, MOST_MODEL_BYTES].map((bytes) => Math.round(bytes / 1e6));
		throw new ModelRefusedError(`it has ${size} MB, and ${most} MB is the most that fits into a page's memory`);
	}
	const bytes = new Uint8Array(await blob.arrayBuffer());
	const other = whatElse(bytes);
	if (other !== undefined) throw new ModelRefusedError(`it is not an ONNX model: it is ${other}`);
	return bytes;
}

async function fetched(address: string, signal: AbortSignal | undefined): Promise<Blob> {
	const url = new URL(address, location.origin).href;
	const response = await fetch(url, signal === undefined ? {} : { signal }).catch((thrown: unknown) => {
		throw thrown instanceof TypeError ? new MissingPartError(thrown.message, { cause: thrown }) : thrown;
	});
	// A static host may answer with the app's page for a file that is not there.
	if (!response.ok || response.headers.get('Content-Type')?.startsWith('text/html') === true) {
		throw new MissingPartError(`${address} is not on the server`);
	}
	return response.blob();
}

/** Marks of other files: bytes at a place. */
const MARKS: readonly (readonly [what: string, at: number, mark: string])[] = [
	['a zip archive, as PyTorch saves its weights', 0, 'PK\u0003\u0004'],
	['a TensorFlow Lite model', 4, 'TFL3'],
	['a Keras model (HDF5)', 0, '\u0089HDF'],
	['a GGUF model', 0, 'GGUF'],
	['an MP4 film', 4, 'ftyp'],
	['a picture (PNG)', 0, '\u0089PNG'],
	['a picture (JPEG)', 0, '\u00ff\u00d8\u00ff'],
];
/** Field 1 of the protobuf message that an ONNX file is: the version of the format, a small number. */
const [IR_VERSION_TAG, HIGHEST_IR_VERSION] = [0x08, 0x20];
/** Text begins with signs that can be read. */
const TEXT_SIGNS = 16;

/** What a file is that is no ONNX model, as far as its first bytes tell. */
export function whatElse(bytes: Uint8Array): string | undefined {
	const known = MARKS.find(([, at, mark]) => [...mark].every((sign, n) => bytes[at + n] === sign.charCodeAt(0)));
	if (known !== undefined) return known[0];
	const version = bytes[1] ?? 0;
	if (bytes[0] === IR_VERSION_TAG && version > 0 && version <= HIGHEST_IR_VERSION) return undefined;
	const start = bytes.subarray(0, TEXT_SIGNS);
	if (start.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13)) return 'a text';
	return 'a file of another kind';
}
