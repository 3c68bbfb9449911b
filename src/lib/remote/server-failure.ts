import { unreachable } from '#core/result';
import type { ApiError } from '#contract/api-error';
import type { Failure } from '#core/failure';

/** Why the server did not give what it was asked for. */
export type ServerFailure =
	/** It was not reached, or did not answer in time. A normal state: the app works without it. */
	| { readonly kind: 'offline'; readonly cause: unknown }
	/** It answered, and said no. `error` is null when something before the server spoke for it (a proxy). */
	| { readonly kind: 'refused'; readonly status: number; readonly error: ApiError | null }
	/** Its answer is not what the contract promises. */
	| { readonly kind: 'unreadable'; readonly status: number; readonly cause: unknown }
	/** The same, and the server says that it speaks another contract. */
	| { readonly kind: 'incompatible'; readonly server: 'older' | 'newer' };

/** The sentence a person reads. `server` names it: "Octocut on living-room". */
export function serverFailureText(failure: ServerFailure, server = 'The server'): string {
	switch (failure.kind) {
		case 'offline':
			return `${server} cannot be reached. Check that it runs and that this device is in its network, then try again.`;
		case 'refused':
			if (failure.error !== null) return failure.error.message;
			return `${server} refused with status ${failure.status}. If a proxy stands before it, look there, then try again.`;
		case 'unreadable':
			return `${server} answered something that is not of Octocut (status ${failure.status}). Check its address in Settings.`;
		case 'incompatible':
			return failure.server === 'older'
				? `${server} is older than this app. Update the server, then try again.`
				: `${server} is newer than this app. Reload the app to update it, then try again.`;
		default:
			return unreachable(failure);
	}
}

/** What an export says when the server does not do its part. */
export function failureOfServer(failure: ServerFailure, subject: string): Failure {
	return { kind: 'unsupported', subject, detail: withoutStop(serverFailureText(failure)) };
}

export const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '');
