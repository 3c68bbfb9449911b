import type { Failure } from '#core/failure';
import { isAbort } from '#core/result';
import { sourceFailure } from '#core/media/source-failure';
import { WorkerCrashedError } from '../worker-rpc/connect.ts';
import { StalledError } from './probe-worker.ts';

/** The expected failure that something thrown while reading `subject` stands for; cancel is rethrown. */
export function failureOf(thrown: unknown, subject: string): Failure {
	if (isAbort(thrown)) throw thrown;
	const { name, message } =
		thrown instanceof Error || thrown instanceof DOMException ? thrown : new Error(String(thrown));
	if (thrown instanceof WorkerCrashedError) return { kind: 'worker-crashed', subject, detail: message };
	if (thrown instanceof StalledError) return { kind: 'source-unreadable', subject, detail: message };
	if (name === 'RangeError' && message.includes('llocat')) return { kind: 'out-of-memory', subject };
	return sourceFailure(name, subject, message) ?? { kind: 'source-unreadable', subject, detail: message };
}
