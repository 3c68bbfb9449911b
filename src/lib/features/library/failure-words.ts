import type { Failure } from '#core/failure';
import { text } from './text.ts';

/** The sentence for any failure. Its catalogue comes with the first one. */
export const wordsOf = async (failure: Failure): Promise<string> =>
	(await import('#core/failure')).failureText(failure);

/** The sentence for a file that could not be added. What is said of exports (another engine, another format) is no help here. */
export async function addFailureText(failure: Failure): Promise<string> {
	const { kind, subject } = failure;
	if (kind === 'unsupported') return text.cannotOpen(subject, failure.detail);
	if (kind === 'source-unreadable' || kind === 'worker-crashed') return text.unreadable(subject, failure.detail);
	if (kind === 'source-missing' || kind === 'source-permission' || kind === 'source-changed') return text.gone(subject);
	return wordsOf(failure);
}
