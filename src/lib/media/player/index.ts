import type { Failure } from '#core/failure';
import type { Result } from '#core/result';
import { err } from '#core/result';
import type { BackendEvents, BackendSource, Opened, PlayerBackend } from './backend.ts';
import { NativeBackend } from './native-backend.ts';
import { WebCodecsBackend } from './webcodecs-backend.ts';

export type { BackendEvents, BackendSource, Opened, Place, PlayerBackend } from './backend.ts';
export { NativeBackend } from './native-backend.ts';
export { WebCodecsBackend } from './webcodecs-backend.ts';

/**
 * Opens the backend that suits the file: the video element where the probe says that it plays it, else (or when it turns out that
 * it does not) decoding onto a canvas. A copy always plays natively.
 */
export async function openBackend(
	source: BackendSource,
	events: BackendEvents,
): Promise<Result<{ readonly backend: PlayerBackend; readonly opened: Opened }, Failure>> {
	const nativeFirst = source.isCopy === true || source.facts.playable === 'native';
	const kinds =
		source.live !== undefined
			? [NativeBackend]
			: nativeFirst
				? [NativeBackend, WebCodecsBackend]
				: [WebCodecsBackend, NativeBackend];
	let failure: Failure = { kind: 'unsupported', subject: source.facts.name, detail: 'it cannot be shown here' };
	for (const Kind of kinds) {
		const backend = new Kind(source, events);
		const opened = await backend.open();
		if (opened.ok) return { ok: true, value: { backend, opened: opened.value } };
		backend.dispose();
		failure = opened.error;
	}
	return err(failure);
}
