import { PAUSES_MS, type RemotePlace } from './fetch-range.ts';
import { judgeAnswer, rangeHeader, readingError, type AnswerHead, type ByteSpan } from './range-answer.ts';

const TIMEOUT_MS = 30_000;

/**
 * The bytes of `wanted` at once, in a worker: for what cannot wait, ffmpeg. Short failures of the network are tried again. An address that
 * has ended cannot be asked for anew here: that throws `refused`, and whoever started the work tries once more with a new one.
 */
export function requestRange(place: RemotePlace, wanted: ByteSpan): Uint8Array {
	for (const pauseMs of [...PAUSES_MS, undefined]) {
		const request = send(place.url, wanted);
		if (request !== undefined) {
			const header = (name: string): string | null => request.getResponseHeader(name);
			const verdict = judgeAnswer({ status: request.status, header } satisfies AnswerHead, wanted, place);
			if (verdict.kind === 'readdress')
				throw readingError('refused', 'the server does not let this device read the file');
			const bytes = new Uint8Array(request.response as ArrayBuffer);
			if (verdict.kind === 'good' && bytes.length === wanted.end - wanted.start) {
				if (verdict.version !== null) place.version ??= verdict.version;
				return bytes;
			}
		}
		if (pauseMs !== undefined) sleep(pauseMs);
	}
	throw readingError('offline', 'the server does not answer');
}

/** Undefined when the network fails. */
function send(url: string, wanted: ByteSpan): XMLHttpRequest | undefined {
	const request = new XMLHttpRequest();
	request.open('GET', url, false);
	request.responseType = 'arraybuffer';
	request.timeout = TIMEOUT_MS;
	request.setRequestHeader('Range', rangeHeader(wanted));
	try {
		request.send();
	} catch (thrown) {
		if (thrown instanceof DOMException) return undefined;
		throw thrown;
	}
	return request;
}

/** Pages that are not isolated have no way to wait: there the attempts follow at once. */
function sleep(ms: number): void {
	if (typeof SharedArrayBuffer === 'undefined') return;
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
