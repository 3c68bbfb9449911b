import { FFMPEG_CORE_BYTES, FFMPEG_CORE_CACHE, FFMPEG_CORE_PATHS } from '#core/ffmpeg/ffmpeg-core-files';
import type { Failure } from '#core/failure';
import { err, isAbort, ok, type Result } from '#core/result';
import type { CoreSource } from './core-types.ts';

export interface CoreOptions {
	readonly signal?: AbortSignal;
	/** Share of the download, 0..1. */
	readonly onProgress?: (share: number) => void;
	/** What failures are about. Defaults to "ffmpeg". */
	readonly subject?: string;
}

/** Compiled once a page: 32 MB of code are shared by all workers. */
let compiled: Promise<WebAssembly.Module> | undefined;
let isCompiled = false;

/**
 * Fetches ffmpeg if this device does not have it yet, and compiles it. Also what "make available offline" calls.
 *
 * Fails with `offline` when it can be had nowhere. Rejects with `AbortError` on `signal`.
 */
export async function ensureCore(options: CoreOptions = {}): Promise<Result<CoreSource, Failure>> {
	const { signal, subject = 'ffmpeg' } = options;
	signal?.throwIfAborted();
	const waitedFor = (compiled ??= download(options));
	try {
		const module = await orAborted(waitedFor, signal);
		isCompiled = true;
		options.onProgress?.(1);
		return ok({ module, scriptUrl: absolute(FFMPEG_CORE_PATHS.script) });
	} catch (thrown) {
		signal?.throwIfAborted();
		if (compiled === waitedFor) compiled = undefined;
		// Another caller gave up the download that both waited for.
		if (isAbort(thrown)) return ensureCore(options);
		if (thrown instanceof MissingError) return err({ kind: 'offline', subject });
		if (thrown instanceof RangeError) return err({ kind: 'out-of-memory', subject });
		const detail = thrown instanceof Error ? thrown.message : String(thrown);
		return err({ kind: 'unsupported', subject, detail: `ffmpeg could not be started (${detail})` });
	}
}

/** Whether ffmpeg is on this device already, so that it works without a network. */
export async function isCoreAvailable(): Promise<boolean> {
	if (isCompiled) return true;
	const kept = await Promise.all(Object.values(FFMPEG_CORE_PATHS).map((path) => cached(path)));
	return kept.every((response) => response !== undefined);
}

class MissingError extends Error {
	override name = 'MissingError';
}

async function download({ signal, onProgress }: CoreOptions): Promise<WebAssembly.Module> {
	// The script is small and fetched first, so that it is there when the worker asks for it without a network.
	await (await get(FFMPEG_CORE_PATHS.script, signal)).arrayBuffer();
	const wasm = await get(FFMPEG_CORE_PATHS.wasm, signal);
	return WebAssembly.compileStreaming(onProgress === undefined ? wasm : counted(wasm, onProgress));
}

async function get(path: string, signal: AbortSignal | undefined): Promise<Response> {
	const kept = await cached(path);
	if (kept !== undefined) return kept;
	const response = await fetch(path, signal === undefined ? {} : { signal }).catch((thrown: unknown) => {
		throw thrown instanceof TypeError ? new MissingError(thrown.message, { cause: thrown }) : thrown;
	});
	// A static host may answer with the app's page for a file that is not there.
	if (!response.ok || response.headers.get('Content-Type')?.startsWith('text/html') === true) {
		throw new MissingError(`${path} is not on the server`);
	}
	await keep(path, response);
	return response;
}

async function cached(path: string): Promise<Response | undefined> {
	return 'caches' in globalThis ? caches.match(absolute(path)) : undefined;
}

/** With a service worker in charge, it is the one that keeps what is fetched. */
async function keep(path: string, response: Response): Promise<void> {
	if (!('caches' in globalThis) || navigator.serviceWorker.controller !== null) return;
	const copy = response.clone();
	const cache = await caches.open(FFMPEG_CORE_CACHE);
	cache
		.put(absolute(path), copy)
		.catch((thrown: unknown) => console.warn('ffmpeg is not kept for offline use:', thrown));
}

function counted(response: Response, onProgress: (share: number) => void): Response {
	if (response.body === null) return response;
	let received = 0;
	const counter = new TransformStream<Uint8Array, Uint8Array>({
		transform(chunk, controller) {
			received += chunk.length;
			onProgress(Math.min(0.99, received / FFMPEG_CORE_BYTES));
			controller.enqueue(chunk);
		},
	});
	return new Response(response.body.pipeThrough(counter), { headers: { 'Content-Type': 'application/wasm' } });
}

const absolute = (path: string): string => new URL(path, location.origin).href;

function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
	if (signal === undefined) return promise;
	return new Promise((resolve, reject) => {
		const abort = (): void => reject(new DOMException('The call was cancelled', 'AbortError'));
		signal.addEventListener('abort', abort, { once: true });
		promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
	});
}
