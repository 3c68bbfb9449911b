import { lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { mayListenAt } from './media-server-address.ts';

/** Code of the error when a name leads only to where no media server may be. */
export const NEVER_ASKED = 'EOCTOCUTNEVER';

export interface MediaServerRequest {
	readonly method?: 'GET' | 'HEAD';
	readonly headers: Readonly<Record<string, string>>;
	readonly signal: AbortSignal;
}

/**
 * Connections to media servers. A name is looked up when one is made, and only what it gave then is connected to, without what is link-local or belongs to a cloud:
 * an address that was checked cannot be another one afterwards. Nothing is followed, nothing is unpacked.
 */
export class MediaServerLines {
	readonly #http: HttpAgent;
	readonly #https: HttpsAgent;

	constructor(lookup: LookupFunction = systemLookup) {
		const options = { keepAlive: true, lookup: withoutForbidden(lookup) };
		this.#http = new HttpAgent(options);
		this.#https = new HttpsAgent(options);
	}

	/** Resolves with the head of the answer; its body is read, or destroyed, by who asked. Rejects as `node:http` does. */
	request(url: string, { method = 'GET', headers, signal }: MediaServerRequest): Promise<IncomingMessage> {
		return new Promise((resolve, reject) => {
			const asked = { method, headers, signal };
			const request = url.startsWith('https:')
				? httpsRequest(url, { ...asked, agent: this.#https })
				: httpRequest(url, { ...asked, agent: this.#http });
			request.once('response', resolve).on('error', reject).end();
		});
	}
}

/** A name of a machine at home often has a link-local address beside its own: that one is left out. */
const withoutForbidden =
	(lookup: LookupFunction): LookupFunction =>
	(name, options, callback) =>
		lookup(name, { ...options, all: true }, (error, found) => {
			if (error !== null) return callback(error, []);
			const all = Array.isArray(found) ? found : [];
			const open = all.filter(({ address }) => mayListenAt(address));
			const [first] = open;
			if (first === undefined)
				callback(Object.assign(new Error('no address that is asked'), { code: NEVER_ASKED }), []);
			else if (options.all === true) callback(null, open);
			else callback(null, first.address, first.family);
		});

/** Those of this process. */
export const mediaServerLines = new MediaServerLines();
