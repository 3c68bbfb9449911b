import { DetailedError, Upload, type HttpRequest } from 'tus-js-client';
import { ApiError } from '#contract/api-error';
import { getMediaByFingerprint } from '#contract/library';
import { UPLOAD_METADATA, UPLOADED_MEDIA_HEADER, UPLOADS_PATH } from '#contract/uploads';
import type { Fingerprint } from '#core/media/fingerprint';
import { err, ok, type Result } from '#core/result';
import type { ServerClient } from './server-client.ts';
import type { ServerFailure } from './server-failure.ts';

/** Small enough for proxies, and for a break to cost little. */
const PART_BYTES = 16 * 1024 * 1024;
/** Of tus, for a checksum that does not match. */
const CHECKSUM_MISMATCH = 460;
const RETRY_AFTER_MS = [0, 1000, 3000, 5000, 10_000, 20_000];

export interface UploadOptions {
	/** Of the file: it is not sent when the server has it, found again after a reload, and checked when it has arrived. */
	readonly fingerprint: Fingerprint;
	/** As the person sees it. */
	readonly name: string;
	/** Stops; asked for again with the same file, it goes on where it stopped, also after a reload. */
	readonly signal?: AbortSignal;
	readonly onProgress?: (progress: { readonly sentBytes: number; readonly totalBytes: number }) => void;
}

/**
 * Hands a file to the server, in parts, going on after breaks of the line. The id that the file has in the server's library. Rejects with
 * `AbortError` on `signal`.
 */
export async function uploadFile(
	client: ServerClient,
	file: Blob,
	{ fingerprint, name, signal, onProgress }: UploadOptions,
): Promise<Result<string, ServerFailure>> {
	const there = await findOnServer(client, fingerprint, signal);
	if (!there.ok) return there;
	if (there.value !== undefined) return ok(there.value);
	const sent = await send(client, file, {
		fingerprint,
		name,
		...(signal && { signal }),
		...(onProgress && { onProgress }),
	});
	if (!sent.ok) return sent;
	if (sent.value !== undefined) return ok(sent.value);
	// All had arrived before, but its answer was lost.
	const found = await findOnServer(client, fingerprint, signal);
	if (!found.ok) return found;
	if (found.value !== undefined) return ok(found.value);
	return err({
		kind: 'unreadable',
		status: 204,
		cause: new Error('the server does not say what became of the upload'),
	});
}

/** Undefined when the server does not have it. */
async function findOnServer(
	client: ServerClient,
	fingerprint: Fingerprint,
	signal: AbortSignal | undefined,
): Promise<Result<string | undefined, ServerFailure>> {
	const found = await client.call(getMediaByFingerprint, { params: { fingerprint }, ...(signal && { signal }) });
	if (found.ok) return ok(found.value.id);
	return found.error.kind === 'refused' && found.error.status === 404 ? ok(undefined) : found;
}

function send(
	client: ServerClient,
	file: Blob,
	{ fingerprint, name, signal, onProgress }: UploadOptions,
): Promise<Result<string | undefined, ServerFailure>> {
	return new Promise((resolve, reject) => {
		const stop = (): void => {
			upload.abort().then(
				() => reject(new DOMException('The upload was stopped', 'AbortError')),
				(thrown: unknown) => reject(thrown instanceof Error ? thrown : new Error(String(thrown))),
			);
		};
		const settle = (result: Result<string | undefined, ServerFailure>): void => {
			signal?.removeEventListener('abort', stop);
			resolve(result);
		};
		const upload = new Upload(file as File, {
			endpoint: client.url(UPLOADS_PATH),
			headers: client.headers(),
			metadata: { [UPLOAD_METADATA.name]: name, [UPLOAD_METADATA.fingerprint]: fingerprint },
			// What is kept for resuming is found by the file's inside, whatever it is called.
			fingerprint: () => Promise.resolve(`octocut ${client.base} ${fingerprint}`),
			removeFingerprintOnSuccess: true,
			chunkSize: PART_BYTES,
			retryDelays: RETRY_AFTER_MS,
			onBeforeRequest: (request) => addChecksum(request, file),
			// A part that was damaged on its way is sent again, like after a break of the line.
			onShouldRetry: (error) => isWorthAnotherTry(error),
			onProgress: (sentBytes, totalBytes) => onProgress?.({ sentBytes, totalBytes }),
			onSuccess: ({ lastResponse }) => settle(ok(lastResponse.getHeader(UPLOADED_MEDIA_HEADER))),
			onError: (error) => settle(err(failureOf(error))),
		});
		signal?.addEventListener('abort', stop, { once: true });
		upload
			.findPreviousUploads()
			.then(([previous]) => {
				if (signal?.aborted === true) return;
				if (previous !== undefined) upload.resumeFromPreviousUpload(previous);
				upload.start();
			})
			.catch((thrown: unknown) => reject(thrown instanceof Error ? thrown : new Error(String(thrown))));
	});
}

/** The SHA-256 of the part that goes out, where the browser has one: it works beside the page's own thread, and only on safe pages. */
async function addChecksum(request: HttpRequest, file: Blob): Promise<void> {
	const offset = Number(request.getHeader('Upload-Offset') ?? NaN);
	if (request.getMethod() !== 'PATCH' || !Number.isInteger(offset) || !('subtle' in crypto)) return;
	const part = await file.slice(offset, offset + PART_BYTES).arrayBuffer();
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', part));
	request.setHeader('Upload-Checksum', `sha256 ${btoa(String.fromCharCode(...digest))}`);
}

/** As tus does by itself: not what the server refuses for good; and a part that did not arrive as it was sent. */
function isWorthAnotherTry(error: DetailedError): boolean {
	const response = error.originalResponse;
	const status = response?.getStatus() ?? 0;
	if (status === CHECKSUM_MISMATCH)
		return ApiError.safeParse(parsed(response?.getBody() ?? '')).data?.code === 'unprocessable';
	const isOffline = 'onLine' in navigator && !navigator.onLine;
	return !isOffline && (status < 400 || status >= 500 || status === 409 || status === 423);
}

function failureOf(error: Error): ServerFailure {
	const response = error instanceof DetailedError ? error.originalResponse : null;
	if (response === null) return { kind: 'offline', cause: error };
	const status = response.getStatus();
	const told = ApiError.safeParse(parsed(response.getBody()));
	return { kind: 'refused', status, error: told.success ? told.data : null };
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (thrown) {
		if (thrown instanceof SyntaxError) return undefined;
		throw thrown;
	}
}
