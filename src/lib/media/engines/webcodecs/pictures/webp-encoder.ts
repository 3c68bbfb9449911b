import startLibwebp from '@jsquash/webp/codec/enc/webp_enc_simd.js';
// Inside the script, which is kept for offline use like all scripts: a file of its own would be fetched at first use.
import wasmUrl from '@jsquash/webp/codec/enc/webp_enc_simd.wasm?url&inline';
import { defaultOptions } from '@jsquash/webp/meta.js';

/** RGBA to a WebP file, lossy, quality 1..100. */
export type WebpEncoder = (picture: ImageData, quality: number) => Uint8Array<ArrayBuffer>;

/**
 * How hard libwebp tries, 0..6. At the same quality the pictures are as close to the source, and files a few per cent larger than with 1; what
 * browsers use (3) takes twice as long.
 */
const METHOD = 0;

/** What is used of the package's own code; its types lean on names that it does not declare. */
interface Libwebp {
	encode(data: BufferSource, width: number, height: number, options: typeof defaultOptions): Uint8Array | null;
}
const start = startLibwebp as unknown as (options: {
	readonly noInitialRun: boolean;
	readonly instantiateWasm: (
		imports: WebAssembly.Imports,
		done: (instance: WebAssembly.Instance) => void,
	) => WebAssembly.Exports;
}) => Promise<Libwebp>;

/** libwebp in WebAssembly (345 kB). Rejects where the browser has no WebAssembly with SIMD. */
export async function loadWebp(): Promise<WebpEncoder> {
	const compiled = await WebAssembly.compile(bytesOf(wasmUrl));
	const module = await start({
		noInitialRun: true,
		instantiateWasm: (imports, done) => {
			const instance = new WebAssembly.Instance(compiled, imports);
			done(instance);
			return instance.exports;
		},
	});
	return ({ data, width, height }, quality) => {
		const file = module.encode(data, width, height, { ...defaultOptions, quality, method: METHOD });
		if (file === null) throw new DOMException('libwebp refused the picture', 'EncodingError');
		return new Uint8Array(file);
	};
}

/** Not by `fetch`: a page's content policy need not allow `data:` addresses. */
const bytesOf = (dataUrl: string): Uint8Array<ArrayBuffer> =>
	Uint8Array.from(atob(dataUrl.slice(dataUrl.indexOf(',') + 1)), (letter) => letter.charCodeAt(0));
