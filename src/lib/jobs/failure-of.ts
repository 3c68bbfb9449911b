import type { Failure } from '#core/failure';
import { isPartMissing } from '#core/part-missing';

/** An expected failure where only an exception gets through. */
export class FailureError extends Error {
	override name = 'FailureError';

	constructor(readonly failure: Failure) {
		super(failure.kind);
	}
}

/** The expected failure that something thrown stands for; its own words are kept as detail. */
export function failureOf(thrown: unknown, subject: string): Failure {
	if (thrown instanceof FailureError) return thrown.failure;
	if (isPartMissing(thrown)) return { kind: 'offline', subject };
	const { name, message } =
		thrown instanceof Error || thrown instanceof DOMException ? thrown : { name: '', message: String(thrown) };
	switch (name) {
		case 'QuotaExceededError':
			return { kind: 'out-of-space', subject };
		case 'NotAllowedError':
		case 'NoModificationAllowedError':
			return { kind: 'output-permission', subject };
		case 'WorkerCrashedError':
			return { kind: 'worker-crashed', subject, detail: message };
		case 'RangeError':
			// "Array buffer allocation failed", "Invalid array length": more than there is room for.
			return /llocation|Invalid .*length/.test(message)
				? { kind: 'out-of-memory', subject }
				: { kind: 'unexpected', subject, detail: message };
		case 'NotReadableError':
			return { kind: 'source-unreadable', subject, detail: message };
		default:
			return { kind: 'unexpected', subject, detail: message === '' ? name || 'no reason given' : message };
	}
}
