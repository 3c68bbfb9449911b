import { lookup as systemLookup } from 'node:dns';
import {
	Agent as HttpAgent,
	type AgentOptions,
	type ClientRequest,
	type IncomingMessage,
	request as httpRequest,
} from 'node:http';
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

/** A connection is kept for so long after an answer: one whose other end went away without a word would cost the next question its whole time. */
const IDLE_MS = 5000;
/** What a connection says that died while it was kept. */
const DIED = new Set(['ECONNRESET', 'EPIPE']);

/**
 * Connections to media servers. A name is looked up when one is made, and only what it gave then is connected to, without what is link-local or belongs to a cloud:
 * an address that was checked cannot be another one afterwards. Nothing is followed, nothing is unpacked.
 */
export class MediaServerLines {
	readonly #kept: Agents;
	readonly #fresh: Agents;

	/** `idleMs`: how long a connection without a question is kept. One that waits for an answer, or for its reader, is not ended by it. */
	constructor(lookup: LookupFunction = systemLookup, idleMs = IDLE_MS) {
		const options = { lookup: withoutForbidden(lookup) };
		this.#kept = agents({ ...options, keepAlive: true, timeout: idleMs });
		this.#fresh = agents(options);
	}

	/**
	 * Resolves with the head of the answer; its body is read, or destroyed, by who asked. Rejects as `node:http` does. What is lost because a kept connection
	 * had died is asked for once more, on a new one.
	 */
	async request(url: string, asked: MediaServerRequest): Promise<IncomingMessage> {
		const first = questionOn(this.#kept, url, asked);
		try {
			return await headOf(first);
		} catch (thrown) {
			const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
			if (!first.reusedSocket || !DIED.has(code)) throw thrown;
			return headOf(questionOn(this.#fresh, url, asked));
		}
	}
}

interface Agents {
	readonly http: HttpAgent;
	readonly https: HttpsAgent;
}

const agents = (options: AgentOptions): Agents => ({ http: new HttpAgent(options), https: new HttpsAgent(options) });

function questionOn(
	{ http, https }: Agents,
	url: string,
	{ method = 'GET', headers, signal }: MediaServerRequest,
): ClientRequest {
	const asked = { method, headers, signal };
	return url.startsWith('https:')
		? httpsRequest(url, { ...asked, agent: https })
		: httpRequest(url, { ...asked, agent: http });
}

const headOf = (question: ClientRequest): Promise<IncomingMessage> =>
	new Promise((resolve, reject) => void question.once('response', resolve).on('error', reject).end());

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
