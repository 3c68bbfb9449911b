import type { FilmSpan } from './deeds.ts';
import type { Taking } from './takings.svelte.ts';

/** Which part of the film it is: as it was made, else as it was asked for. */
export function spanOfTaking({ request, capture }: Pick<Taking, 'request' | 'capture'>): FilmSpan {
	if (capture !== undefined) return { startS: capture.startS, endS: capture.endS ?? capture.startS };
	if (request.type === 'screenshot') {
		const atS = Math.max(0, (request.atS ?? 0) + (request.offsetS ?? 0));
		return { startS: atS, endS: atS };
	}
	const { span } = request;
	if (span.kind === 'exact') return { startS: span.startS, endS: span.endS };
	const endS = span.endS ?? 0;
	return { startS: Math.max(0, endS - span.seconds), endS };
}
