import type { Failure } from '../failure.ts';

/** Names of what reading from a server throws. Those of the browser's own file errors are used where they mean the same. */
export const SERVER_ERRORS = {
	missing: 'NotFoundError',
	changed: 'NotReadableError',
	offline: 'SourceOfflineError',
	refused: 'SourceRefusedError',
	unfit: 'ServerUnfitError',
} as const;

/** What an error of that name says about the file `subject` that was being read; undefined where it says nothing of the file. */
export function sourceFailure(errorName: string, subject: string, detail = ''): Failure | undefined {
	switch (errorName) {
		case SERVER_ERRORS.missing:
			return { kind: 'source-missing', subject };
		case 'NotAllowedError':
		case 'SecurityError':
			return { kind: 'source-permission', subject };
		case SERVER_ERRORS.changed:
			return { kind: 'source-changed', subject };
		case SERVER_ERRORS.offline:
			return { kind: 'source-offline', subject };
		case SERVER_ERRORS.refused:
			return { kind: 'source-refused', subject };
		case SERVER_ERRORS.unfit:
			return { kind: 'server-unfit', subject, detail };
		default:
			return undefined;
	}
}
