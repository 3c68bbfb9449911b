import { createHmac } from 'node:crypto';
import type { Capture } from '#contract/captures';
import type { Message, Telling } from './webhook-event.ts';

/** Raised when a receiver could misread what it gets; new fields do not raise it. Described in docs/api.md. */
const MESSAGE_VERSION = 1;

/** JSON for programs, signed over the time as well, so that an old message cannot be sent again. `nowS`: seconds since 1970. */
export function genericMessage(url: URL, secret: string | null, telling: Telling, nowS: number): Message {
	const { id, event, atMs, capture, link } = telling;
	const body = Buffer.from(
		JSON.stringify({
			version: MESSAGE_VERSION,
			id,
			event,
			at: new Date(atMs).toISOString(),
			...(capture && { capture: toldOf(capture) }),
			...(link && { share: link }),
		}),
	);
	return {
		url,
		headers: {
			'Content-Type': 'application/json',
			'Octocut-Event': event,
			'Octocut-Delivery': id,
			...(secret !== null && { 'Octocut-Signature': `t=${nowS},v1=${signatureOf(secret, nowS, body)}` }),
		},
		bytes: body.length,
		body: once(body),
	};
}

const signatureOf = (secret: string, nowS: number, body: Buffer): string =>
	createHmac('sha256', secret).update(`${nowS}.`).update(body).digest('hex');

/** What a receiver needs; how it was made is ours. */
const toldOf = (capture: Capture) => {
	const { id, type, status, message, name, source, sourceName, title, subtitle, year, user } = capture;
	const { startS, endS, format, bytes, width, height, durationS, createdAt } = capture;
	return {
		...{ id, type, status, message, name, source, sourceName, title, subtitle, year, user },
		...{ startS, endS, format, bytes, width, height, durationS, createdAt },
	};
};

// eslint-disable-next-line @typescript-eslint/require-await -- a body is read as a stream, also where it is one piece.
async function* once(body: Buffer) {
	yield body;
}
