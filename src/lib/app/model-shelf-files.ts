import { FFMPEG_CORE_CACHE } from '#core/ffmpeg/ffmpeg-core-files';
import type { Failure } from '#core/failure';
import { err, isAbort, ok, type Result } from '#core/result';
import { modelPath, type ModelEntry } from '#core/vision/model-manifest';
import { ONNX_RUNTIME_FILES, type OnnxBackend } from '#core/vision/onnx-runtime-files';
import { hasGpu } from '$lib/vision/gpu';

/** Something that is fetched when first needed; `bytes` for progress when the server does not tell. */
interface Part {
	readonly path: string;
	readonly bytes: number;
}

/** Whether the model's bytes are on this device, so that it works without a network. */
export async function isModelHere(model: ModelEntry): Promise<boolean> {
	return isHere(modelPath(model));
}

/** Whether everything is here that finding things needs: the models, and what runs them. */
export async function areDetectorsHere(models: readonly ModelEntry[]): Promise<boolean> {
	const here = await Promise.all((await partsOf(models)).map(({ path }) => isHere(path)));
	return models.length > 0 && here.every(Boolean);
}

/**
 * Fetches the models and what runs them, and keeps them for use without a network. Ends when they are written. `onProgress` tells 0..1.
 * Rejects with `AbortError` on `signal`; what was complete by then is kept.
 */
export async function fetchDetectors(
	models: readonly ModelEntry[],
	{ signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (share: number) => void },
): Promise<Result<void, Failure>> {
	const subject = 'Finding people and things';
	try {
		const parts = await partsOf(models);
		const all = parts.reduce((sum, { bytes }) => sum + bytes, 0);
		let done = 0;
		for (const part of parts) {
			if (!(await isHere(part.path))) {
				const share = (received: number): void =>
					onProgress(Math.min(0.99, (done + Math.min(received, part.bytes)) / all));
				await keep(part.path, signal, share);
			}
			done += part.bytes;
		}
		return ok(undefined);
	} catch (thrown) {
		signal.throwIfAborted();
		if (isAbort(thrown)) throw thrown;
		if (thrown instanceof TypeError || thrown instanceof MissingError) {
			console.warn('A part could not be fetched:', thrown.message);
			return err({ kind: 'offline', subject });
		}
		if (thrown instanceof DOMException && thrown.name === 'QuotaExceededError') {
			return err({ kind: 'out-of-space', subject });
		}
		return err({ kind: 'unexpected', subject, detail: thrown instanceof Error ? thrown.message : String(thrown) });
	}
}

async function partsOf(models: readonly ModelEntry[]): Promise<readonly Part[]> {
	const backends: readonly OnnxBackend[] = (await hasGpu('auto')) ? ['wasm', 'webgpu'] : ['wasm'];
	const runtime = backends.flatMap((backend): readonly Part[] => {
		const { api, script, wasm, bytes } = ONNX_RUNTIME_FILES[backend];
		// The two scripts weigh next to nothing beside the rest.
		return [
			{ path: api, bytes: 0 },
			{ path: script, bytes: 0 },
			{ path: wasm, bytes },
		];
	});
	return [...models.map((model) => ({ path: modelPath(model), bytes: model.bytes })), ...runtime];
}

async function isHere(path: string): Promise<boolean> {
	return 'caches' in globalThis && (await caches.match(absolute(path))) !== undefined;
}

class MissingError extends Error {
	override name = 'MissingError';
}

/** The cache's own answer is waited for: it tells when there is no space. */
async function keep(path: string, signal: AbortSignal, onBytes: (received: number) => void): Promise<void> {
	const response = await fetch(path, { signal });
	// A static host may answer with the app's page for a file that is not there.
	if (!response.ok || response.headers.get('Content-Type')?.startsWith('text/html') === true) {
		throw new MissingError(`${path} is not on the server`);
	}
	let received = 0;
	const counter = new TransformStream<Uint8Array, Uint8Array>({
		transform(piece, controller) {
			received += piece.length;
			onBytes(received);
			controller.enqueue(piece);
		},
	});
	const headers = new Headers(response.headers);
	// The body arrives unpacked.
	for (const name of ['Content-Encoding', 'Content-Length']) headers.delete(name);
	await (
		await caches.open(FFMPEG_CORE_CACHE)
	).put(absolute(path), new Response(response.body?.pipeThrough(counter) ?? null, { headers }));
}

const absolute = (path: string): string => new URL(path, location.origin).href;
