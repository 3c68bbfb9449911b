import type { ApiError } from '#contract/api-error';
import { type Failure, failureText } from '#core/failure';

/** What a client is told when a file cannot be used: the sentence for the person, the kind for the program. */
export function apiErrorOf(failure: Failure): ApiError {
	return { code: codeOf(failure.kind), message: messageOf(failure), details: failure };
}

function codeOf(kind: Failure['kind']): ApiError['code'] {
	switch (kind) {
		case 'source-missing':
			return 'not_found';
		case 'source-permission':
		case 'source-refused':
			return 'forbidden';
		case 'source-changed':
		case 'not-capturable':
			return 'conflict';
		case 'out-of-space':
			return 'out_of_space';
		case 'offline':
		case 'source-offline':
		case 'server-unfit':
		case 'server-refused':
		case 'on-other-server':
			return 'unavailable';
		case 'worker-crashed':
		case 'unexpected':
			return 'internal';
		case 'unsupported':
		case 'empty-file':
		case 'not-media':
		case 'source-incomplete':
		case 'source-unreadable':
		case 'out-of-memory':
		case 'output-permission':
		case 'output-wrong':
		case 'decoder-lost':
		case 'model-refused':
		case 'not-searchable':
		case 'interrupted':
			return 'unprocessable';
	}
}

/** Files of a server are not found again with Re-link, and no browser is asked for permission. */
function messageOf(failure: Failure): string {
	switch (failure.kind) {
		case 'source-missing':
			return `“${failure.subject}” is not on the server any more. Look at the library again.`;
		case 'source-permission':
			return `The server may not read “${failure.subject}”. Give its account the right to, then try again.`;
		default:
			return failureText(failure);
	}
}

/** For an id that names nothing: the person sees no id. */
export const missing = (name = 'The file'): Failure => ({ kind: 'source-missing', subject: name });
