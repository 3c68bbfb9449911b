import type { WebhookKind } from '#contract/webhooks';
import type { Result } from '#core/result';
import type { PostFailure, Reply } from './post-once.ts';
import { INSIDE } from './webhook-address.ts';

/** How an attempt ended. `again`: later, it may do better. */
export interface Outcome {
	readonly state: 'done' | 'again' | 'failed';
	readonly status?: number;
	readonly message?: string;
	/** The receiver asked for it. */
	readonly pauseMs?: number;
	/** After a message that arrived: the next one may follow only then. */
	readonly restMs?: number;
}

/** Whoever asks for longer is asked again after this: nobody silences a webhook for ever. */
const LONGEST_REST_MS = 3_600_000;

/** What an answer, or none, means. The answer's words are repeated to nobody; its status is. `nowMs`: since 1970. */
export function outcomeOf(answered: Result<Reply, PostFailure>, kind: WebhookKind, nowMs: number): Outcome {
	const who = kind === 'discord' ? 'Discord' : 'The receiver';
	if (!answered.ok) return noAnswer(answered.error);
	const { status, headers } = answered.value;
	const restMs = headers['x-ratelimit-remaining'] === '0' ? seconds(headers['x-ratelimit-reset-after']) : undefined;
	if (status >= 200 && status < 300) return { state: 'done', status, ...(restMs !== undefined && { restMs }) };
	if (status === 429) {
		const pauseMs = waitOf(headers['retry-after'], nowMs) ?? seconds(headers['x-ratelimit-reset-after']) ?? 5000;
		const message = `${who} takes no more messages for ${inWords(pauseMs)}.`;
		return { state: 'again', status, message, pauseMs };
	}
	if (status === 408 || status === 425 || status >= 500) {
		const pauseMs = waitOf(headers['retry-after'], nowMs);
		const message = `${who} has trouble of its own (status ${status}).`;
		return { state: 'again', status, message, ...(pauseMs !== undefined && { pauseMs }) };
	}
	return { state: 'failed', status, message: finalMessage(status, who, kind) };
}

function noAnswer(failure: PostFailure): Outcome {
	switch (failure) {
		case 'refused':
			return { state: 'failed', message: INSIDE };
		case 'unknown':
			return {
				state: 'again',
				message: 'The name of the address is not known. Check how it is written, and the network of the server.',
			};
		case 'timeout':
			return { state: 'again', message: 'There was no answer for ten seconds.' };
		case 'tls':
			return {
				state: 'again',
				message:
					'The encryption of the address does not hold: its certificate is over, of another name, or signed by nobody known.',
			};
		case 'unreachable':
			return { state: 'again', message: 'Nobody took the message: the connection was refused or broke off.' };
	}
}

function finalMessage(status: number, who: string, kind: WebhookKind): string {
	if (status >= 300 && status < 400)
		return `The address leads on to another one (status ${status}), which is not followed. Enter that one instead.`;
	switch (status) {
		case 401:
		case 403:
			return `${who} does not let this webhook send (status ${status}). Make a new one, and enter its address.`;
		case 404:
		case 410:
			return kind === 'discord'
				? `Discord knows this webhook no more (status ${status}). Make a new one, and enter its address.`
				: `There is nothing at this address (status ${status}). Check how it is written.`;
		case 413:
			return `${who} does not take so large a message (status 413).`;
		default:
			return `${who} did not take the message (status ${status}).`;
	}
}

/** `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. */
function waitOf(header: string | undefined, nowMs: number): number | undefined {
	if (header === undefined) return undefined;
	const asked = seconds(header) ?? (/^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) - nowMs : NaN);
	return Number.isFinite(asked) ? Math.min(LONGEST_REST_MS, Math.max(0, asked)) : undefined;
}

function seconds(header: string | string[] | undefined): number | undefined {
	if (typeof header !== 'string' || !/^\d{1,9}(\.\d{1,9})?$/.test(header.trim())) return undefined;
	return Math.min(LONGEST_REST_MS, Math.ceil(Number(header) * 1000));
}

const inWords = (ms: number): string => {
	const wait = Math.max(1, Math.ceil(ms / 1000));
	if (wait === 1) return 'a second';
	return wait < 90 ? `${wait} seconds` : `${Math.ceil(wait / 60)} minutes`;
};
