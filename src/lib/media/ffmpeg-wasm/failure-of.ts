import type { Failure } from '#core/failure';
import { lastWord } from '#core/ffmpeg/last-word';
import { sourceFailure } from '#core/media/source-failure';
import { isAbort } from '#core/result';
import { WorkerCrashedError } from '../worker-rpc/connect.ts';
import type { ReportedProblem } from './messages.ts';

interface Ended {
	readonly log: readonly string[];
	readonly problem: ReportedProblem | undefined;
}

/** What went wrong in a run that ended badly. `input` and `output` are the names of the files, for the person. */
export function failureOfRun({ log, problem }: Ended, input: string, output: string): Failure {
	if (problem !== undefined) return failureOfFile(problem, input, output);
	if (log.some((line) => /cannot allocate memory|out of memory/i.test(line))) {
		return { kind: 'out-of-memory', subject: output };
	}
	return { kind: 'source-unreadable', subject: input, detail: lastWord(log) };
}

function failureOfFile({ writing, name, message }: ReportedProblem, input: string, output: string): Failure {
	if (name === 'QuotaExceededError') return { kind: 'out-of-space', subject: output };
	if (name === 'RangeError') return { kind: 'out-of-memory', subject: output };
	if (!writing)
		return sourceFailure(name, input, message) ?? { kind: 'source-unreadable', subject: input, detail: message };
	const isRefused = ['NotFoundError', 'NotAllowedError', 'SecurityError'].includes(name);
	if (isRefused) return { kind: 'output-permission', subject: output };
	if (name === 'NotReadableError') return { kind: 'source-changed', subject: input };
	return { kind: 'unexpected', subject: output, detail: message };
}

/** The failure that something thrown by the worker stands for; cancel is rethrown. */
export function failureOfThrown(thrown: unknown, subject: string): Failure {
	if (isAbort(thrown)) throw thrown;
	const { name, message } =
		thrown instanceof Error || thrown instanceof DOMException ? thrown : new Error(String(thrown));
	if (name === 'RangeError' || /out of memory|allocation failed|could not allocate/i.test(message)) {
		return { kind: 'out-of-memory', subject };
	}
	if (message.includes('dynamically imported module')) return { kind: 'offline', subject };
	if (name === 'QuotaExceededError') return { kind: 'out-of-space', subject };
	if (name === 'NotAllowedError' || name === 'NoModificationAllowedError')
		return { kind: 'output-permission', subject };
	if (thrown instanceof WorkerCrashedError || name === 'RuntimeError') {
		return { kind: 'worker-crashed', subject, detail: message };
	}
	return { kind: 'unexpected', subject, detail: message };
}
