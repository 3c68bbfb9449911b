import type { WebhookKind } from '#contract/webhooks';
import { err, ok, type Result } from '#core/result';
import type { OutsideAddresses } from './outside-addresses.ts';

const DISCORD = /^(discord|discordapp|ptb\.discord|canary\.discord)\.com$/;
const DISCORD_PATH = /^\/api(\/v\d+)?\/webhooks\/\d{1,20}\/[\w-]{1,200}\/?$/;

export interface AddressRules {
	readonly outside: OutsideAddresses;
	/** Origins of servers that speak as Discord does (DISCORD_ORIGINS). */
	readonly discordOrigins: readonly string[];
}

/** The address of a webhook, as a person typed it; otherwise a sentence that does not repeat it: it may be secret. */
export function readWebhookAddress(
	kind: WebhookKind,
	typed: string,
	{ outside, discordOrigins }: AddressRules,
): Result<URL, string> {
	if (!URL.canParse(typed)) return err('That is not an address. It begins with https:// and is copied as a whole.');
	const url = new URL(typed);
	if (!/^https?:$/.test(url.protocol)) return err('The address must begin with https:// or http://.');
	if (url.username !== '' || url.password !== '')
		return err('The address must not hold a name and a password. Use the secret, which signs every message.');
	if (kind === 'discord') return discordAddress(url, outside, discordOrigins);
	url.hash = '';
	return outside.isRefused(url) ? err(INSIDE) : ok(url);
}

/** No secret of Discord's goes anywhere else, and none of ours goes there. */
function discordAddress(url: URL, outside: OutsideAddresses, origins: readonly string[]): Result<URL, string> {
	const isDiscord = url.protocol === 'https:' && url.port === '' && DISCORD.test(url.hostname);
	if (!isDiscord && !origins.includes(url.origin)) {
		return err(
			'Discord’s webhooks begin with https://discord.com/api/webhooks/. Copy the address in Discord: channel, Integrations, Webhooks.',
		);
	}
	if (!DISCORD_PATH.test(url.pathname)) {
		return err('The address is not complete. Copy it again in Discord: channel, Integrations, Webhooks.');
	}
	if (outside.isRefused(url)) return err(INSIDE);
	const thread = url.searchParams.get('thread_id');
	url.search = '';
	url.hash = '';
	if (thread !== null && /^\d{1,20}$/.test(thread)) url.searchParams.set('thread_id', thread);
	return ok(url);
}

export const INSIDE =
	'The address lies within this machine or a private network, where the server sends nothing by itself. Its owner can allow it: WEBHOOK_ALLOW.';
