import type { ApiError } from '#contract/api-error';
import type { Failure } from '#core/failure';
import { apiErrorOf } from '../library/failures.ts';

/** Why a capture could not be made, as the person reads it. */
export function captureMessage(failure: Failure): string {
	const subject = `“${failure.subject}”`;
	switch (failure.kind) {
		case 'source-missing':
			return `${subject} is not where it was. See whether its disk is there, then retry.`;
		case 'source-offline':
			return `The media server that has ${subject} does not answer. See whether it runs, then retry.`;
		case 'source-refused':
			return `The media server does not let Octocut read ${subject}. Check its token under Settings, then retry.`;
		case 'source-unreadable':
			return /permission denied|may not read/i.test(failure.detail)
				? `The server may not read ${subject}. Give its account the right to, then retry.`
				: `${subject} could not be read there (${failure.detail}). See whether it plays there, then retry.`;
		case 'source-incomplete':
			return `${subject} is incomplete: it ends before the list of its frames. Copy or download it again, then retry.`;
		case 'unsupported':
			return `${subject} cannot be captured: ${failure.detail}.`;
		case 'out-of-space':
			return `There is no space left for ${subject} on the disk of captures. Free some, then retry.`;
		case 'output-permission':
			return `The server may not write to its folder of captures, so ${subject} was not made. Give it the right to, or set CAPTURE_DIR, then retry.`;
		case 'output-wrong':
			return `${subject} was made but failed its check (${failure.detail}), so it was not kept. Retry, or choose another format.`;
		case 'worker-crashed':
			return `${subject} was not made: ${failure.detail}. Retry; if it happens again, choose another format.`;
		case 'interrupted':
			return `${subject} was interrupted too often to go on by itself. Retry when you are ready.`;
		default:
			return apiErrorOf(failure).message;
	}
}

/** The same as an answer, with a status that says whether asking again helps. */
export const captureError = (failure: Failure): ApiError => ({
	code: codeOf(failure),
	message: captureMessage(failure),
});

function codeOf({ kind }: Failure): ApiError['code'] {
	switch (kind) {
		case 'source-missing':
			return 'not_found';
		case 'out-of-space':
			return 'out_of_space';
		case 'not-capturable':
			return 'conflict';
		case 'source-offline':
		case 'source-refused':
		case 'offline':
		case 'server-unfit':
		case 'worker-crashed':
			return 'unavailable';
		default:
			return 'unprocessable';
	}
}
