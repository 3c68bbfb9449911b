import { unreachable } from '#core/result';
import type { SourceKind, SourceProblem } from '#contract/sources';

/** Why a media server could not be asked. Holds no address, no secret and nothing of what it answered. */
export interface SourceFault {
	readonly problem: SourceProblem;
	/** Which kind of it; a word of ours, or the status or product that answered. */
	readonly detail?: string;
}

export const PRODUCTS: Readonly<Record<SourceKind, string>> = { plex: 'Plex', jellyfin: 'Jellyfin', emby: 'Emby' };
const SECRETS: Readonly<Record<SourceKind, string>> = { plex: 'token', jellyfin: 'API key', emby: 'API key' };
const VARIABLES: Readonly<Record<SourceKind, readonly [string, string]>> = {
	plex: ['PLEX_URL', 'PLEX_TOKEN'],
	jellyfin: ['JELLYFIN_URL', 'JELLYFIN_API_KEY'],
	emby: ['EMBY_URL', 'EMBY_API_KEY'],
};

export interface FaultyThing {
	readonly kind: SourceKind;
	/** Absent while it is only tried. */
	readonly from?: 'environment' | 'settings';
}

/** What is wrong, and what to do. */
export function faultText({ kind, from }: FaultyThing, { problem, detail }: SourceFault): string {
	const product = PRODUCTS[kind];
	const secret = SECRETS[kind];
	const [address, variable] = VARIABLES[kind];
	const inEnvironment = from === 'environment';
	const checkAddress = inEnvironment ? `Check ${address}` : 'Check the address and the port';
	const giveSecret = inEnvironment ? `Set ${variable} to` : 'Enter';
	const then = inEnvironment ? ', and start the server again' : '';
	switch (problem) {
		case 'unreachable':
			if (detail === 'name') {
				return `The name in the address of ${product} is not known. ${checkAddress}, or use the number of the machine instead of its name.`;
			}
			if (detail === 'never') {
				return `The name in the address of ${product} leads to an address that only this machine or its cloud uses, where no media server can be. ${checkAddress}, or use the number of the machine instead of its name.`;
			}
			return `${product} does not answer. See whether it runs. ${checkAddress}.`;
		case 'too-slow':
			return `${product} takes too long to answer. See whether it is busy, or whether something blocks the way to it.`;
		case 'tls':
			if (detail === 'expired')
				return `The certificate of ${product} has expired. Renew it, or use an http:// address of your own network.`;
			if (detail === 'plain') return `${product} does not speak https there. Use an address that begins with http://.`;
			return `The certificate of ${product} is not one that is trusted for this address. Use the name that stands on it, or an http:// address of your own network.`;
		case 'unauthorized':
			if (detail === 'sealed')
				return `The ${secret} of ${product} was kept with another key of this server. Enter it again.`;
			return `${product} does not accept the ${secret}. ${giveSecret} a new one${then}.`;
		case 'not-admin':
			return kind === 'plex'
				? `This token may not see what others play. ${giveSecret} the token of the owner of this Plex${then}.`
				: `This key may not see what others play. Make an API key on the dashboard of ${product}. ${giveSecret} that one${then}.`;
		case 'wrong-product':
			return detail === undefined
				? `What answers there is not ${product}. ${checkAddress}.`
				: `What answers there is ${detail}, not ${product}. ${inEnvironment ? `Set the variables of ${detail} instead` : `Choose ${detail}, or enter another address`}.`;
		case 'bad-answer':
			if (detail === 'redirect') return `${product} sends us to another address. Enter the address where that ends.`;
			if (detail === 'too-large') return `${product} sent more than is taken at once. Try again.`;
			if (detail === 'cut')
				return `${product} ended the connection in the middle. If it asks for encryption, use an address that begins with https://; else try again.`;
			if (detail === 'missing') return `${product} does not know this film any more. Look whether it was removed.`;
			return `${product} answered something that cannot be understood. Try again; if it goes on, update ${product}.`;
		case 'server-error':
			return `${product} reports an error of its own (${detail ?? 'unknown'}). Look at its log, or try again when it has started.`;
		default:
			return unreachable(problem);
	}
}
