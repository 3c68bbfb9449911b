import type { Failure } from '#core/failure';

/** What the browser's error of that name says about the file `subject` that was being read; undefined where it says nothing of the file. */
export function sourceFailure(errorName: string, subject: string): Failure | undefined {
	switch (errorName) {
		case 'NotFoundError':
			return { kind: 'source-missing', subject };
		case 'NotAllowedError':
		case 'SecurityError':
			return { kind: 'source-permission', subject };
		case 'NotReadableError':
			return { kind: 'source-changed', subject };
		default:
			return undefined;
	}
}
