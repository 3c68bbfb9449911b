import type { Failure } from '#core/failure';
import { sourceFailure } from '#core/media/source-failure';

/** Carries an expected failure out of the middle of a pipeline; caught once, where the run ends. */
export class ExportFailure extends Error {
	override name = 'ExportFailure';

	constructor(
		readonly failure: Failure,
		options?: ErrorOptions,
	) {
		super(failure.kind, options);
	}
}

const textOf = (thrown: unknown): string =>
	thrown instanceof Error || thrown instanceof DOMException ? `${thrown.name}: ${thrown.message}` : String(thrown);

const messageOf = (thrown: unknown): string =>
	thrown instanceof Error || thrown instanceof DOMException ? thrown.message : '';

const nameOf = (thrown: unknown): string =>
	thrown instanceof Error || thrown instanceof DOMException ? thrown.name : '';

/** True when the browser took a codec away or a codec broke down: worth another try from the last finished frame. */
export const isCodecLoss = (thrown: unknown): boolean =>
	thrown instanceof DOMException &&
	(thrown.name === 'EncodingError' ||
		thrown.name === 'OperationError' ||
		(thrown.name === 'QuotaExceededError' && /codec|reclaim/i.test(thrown.message)) ||
		(thrown.name === 'InvalidStateError' && /codec|closed|configured/i.test(thrown.message)));

/** Why reading `subject` failed. */
export function readingFailure(thrown: unknown, subject: string): Failure {
	const name = nameOf(thrown);
	switch (name) {
		case 'RangeError':
			return /array buffer|allocation|memory/i.test(textOf(thrown))
				? { kind: 'out-of-memory', subject }
				: { kind: 'source-unreadable', subject, detail: textOf(thrown) };
		case 'UnsupportedInputFormatError':
			return { kind: 'source-unreadable', subject, detail: 'the container is not one the browser engine reads' };
		default:
			return sourceFailure(name, subject, messageOf(thrown)) ?? { kind: 'unexpected', subject, detail: textOf(thrown) };
	}
}

/** Why writing `subject` failed. */
export function writingFailure(thrown: unknown, subject: string): Failure {
	switch (nameOf(thrown)) {
		case 'QuotaExceededError':
			return { kind: 'out-of-space', subject };
		case 'NotAllowedError':
		case 'SecurityError':
		case 'NoModificationAllowedError':
		case 'InvalidStateError':
		case 'NotFoundError':
			return { kind: 'output-permission', subject };
		default:
			return { kind: 'unexpected', subject, detail: textOf(thrown) };
	}
}
