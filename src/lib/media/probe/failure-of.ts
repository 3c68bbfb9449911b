import type { Failure } from '#core/failure';
import { WorkerCrashedError } from '../worker-rpc/connect.ts';
import { StalledError } from './probe-worker.ts';

/** The expected failure that something thrown while reading `subject` stands for; cancel is rethrown. */
export function failureOf(thrown: unknown, subject: string): Failure {
	const { name, message } =
		thrown instanceof Error || thrown instanceof DOMException ? thrown : new Error(String(thrown));
	if (name === 'AbortError') throw thrown;
	if (thrown instanceof WorkerCrashedError) return { kind: 'worker-crashed', subject, detail: message };
	if (thrown instanceof StalledError) return { kind: 'source-unreadable', subject, detail: message };
	switch (name) {
		case 'NotFoundError':
			return { kind: 'source-missing', subject };
		case 'NotAllowedError':
		case 'SecurityError':
			return { kind: 'source-permission', subject };
		case 'NotReadableError':
			return { kind: 'source-changed', subject };
		case 'RangeError':
			return message.includes('llocat')
				? { kind: 'out-of-memory', subject }
				: { kind: 'source-unreadable', subject, detail: message };
		default:
			return { kind: 'source-unreadable', subject, detail: message };
	}
}
