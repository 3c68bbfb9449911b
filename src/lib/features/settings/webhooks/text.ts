import type { WebhookDelivery, WebhookEvent, WebhookKind } from '#contract/webhooks';
import { dayAndTime } from '$lib/app/day-and-time';

const events: Record<WebhookEvent, string> = {
	'capture.complete': 'A capture is made',
	'capture.failed': 'A capture failed',
	'share.created': 'A link is made',
};
const kinds: Record<WebhookKind, string> = { discord: 'Discord', generic: 'JSON' };
const states: Record<WebhookDelivery['state'], string> = { waiting: 'waits', done: 'delivered', failed: 'failed' };

/** Every word about webhooks in Settings. */
export const webhooksText = {
	title: 'Webhooks',
	events,
	kinds,
	none: 'None yet. A webhook tells Discord, or a program of yours, when a capture is made.',
	loading: 'Asking the server',
	add: 'Add a webhook',
	kind: 'To',
	name: 'Name',
	address: 'Address',
	addressHint: {
		discord: 'In Discord: Edit Channel, Integrations, Webhooks, Copy Webhook URL.',
		generic:
			'Gets a POST with JSON. Addresses of the server’s own machine and network are refused unless it allows them.',
	} satisfies Record<WebhookKind, string>,
	addressKept: 'Leave it empty to keep the address; it is never shown.',
	when: 'Tells when',
	secret: 'Secret (if you like)',
	secretHint: 'At least 8 characters: signs each message, in the header Octocut-Signature.',
	secretKept: 'Leave it empty to keep it. It is never shown.',
	save: 'Save',
	addIt: 'Add',
	cancel: 'Cancel',
	enabled: (name: string): string => `${name} is on`,
	facts: (kind: WebhookKind, signed: boolean): string => `${kinds[kind]}${signed ? ', signed' : ''}`,
	tells: (all: readonly WebhookEvent[]): string => all.map((event) => events[event].toLowerCase()).join(', '),
	test: 'Send a test',
	testName: (name: string): string => `Send a test to ${name}`,
	tested: ({ state, status, message }: WebhookDelivery): string =>
		state === 'done'
			? `The test arrived${status === undefined ? '' : ` (status ${status})`}.`
			: (message ?? `The test did not arrive${status === undefined ? '' : ` (status ${status})`}.`),
	change: 'Change',
	changeName: (name: string): string => `Change ${name}`,
	remove: 'Remove',
	removeName: (name: string): string => `Remove ${name}`,
	removeTitle: (name: string): string => `Remove ${name}?`,
	removeWords: 'It is told nothing more, and its address is forgotten.',
	removed: (name: string): string => `${name} is removed.`,
	deliveries: 'Last messages',
	delivery: ({ event, state, attempts, status, at }: WebhookDelivery): string =>
		[
			`${event === 'test' ? 'Test' : events[event]}: ${states[state]}`,
			...(status === undefined ? [] : [`status ${status}`]),
			...(attempts > 1 ? [`${attempts} tries`] : []),
			dayAndTime(at),
		].join(', '),
} as const;
