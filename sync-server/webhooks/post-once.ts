import { type ClientRequest, type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { err, ok, type Result } from '#core/result';
import type { OutsideAddresses, ResolvedAddress } from './outside-addresses.ts';

export interface Post {
	readonly url: URL;
	readonly headers: Readonly<Record<string, string>>;
	readonly bytes: number;
	/** Read once. */
	readonly body: AsyncIterable<Uint8Array>;
	/** Of silence, in milliseconds: until it connects, takes more, or answers when it has all. */
	readonly timeoutMs: number;
	/** Of all of it: one that takes a little again and again does not keep others waiting for ever. Five minutes. */
	readonly limitMs?: number;
	readonly signal: AbortSignal;
	/** 0..1 of the body. */
	readonly onProgress?: (sent: number) => void;
}

/** What is said of the answer; its body is never read. */
export interface Reply {
	readonly status: number;
	readonly headers: IncomingMessage['headers'];
}

export type PostFailure = 'refused' | 'unknown' | 'timeout' | 'tls' | 'unreachable';

const LIMIT_MS = 300_000;

/** Posts to an address that was checked, and to no other: nothing is followed, no name is asked twice. Rejects with the AbortError of `signal` only. */
export async function postOnce(outside: OutsideAddresses, post: Post): Promise<Result<Reply, PostFailure>> {
	post.signal.throwIfAborted();
	const late = new AbortController();
	let timer = setTimeout(() => late.abort(), post.timeoutMs);
	const limit = setTimeout(() => late.abort(), post.limitMs ?? LIMIT_MS);
	const alive = (): void => {
		clearTimeout(timer);
		timer = setTimeout(() => late.abort(), post.timeoutMs);
	};
	try {
		const resolved = await beforeAbort(outside.resolve(post.url), late.signal, post.signal);
		if (resolved === 'aborted') {
			post.signal.throwIfAborted();
			return err('timeout');
		}
		if (!resolved.ok) return resolved;
		return await send(post, resolved.value, AbortSignal.any([late.signal, post.signal]), alive);
	} catch (thrown) {
		post.signal.throwIfAborted();
		if (late.signal.aborted) return err('timeout');
		if (thrown instanceof Error && 'code' in thrown) return err(kindOf(String(thrown.code)));
		throw thrown;
	} finally {
		clearTimeout(timer);
		clearTimeout(limit);
	}
}

async function send(
	post: Post,
	addresses: readonly ResolvedAddress[],
	signal: AbortSignal,
	alive: () => void,
): Promise<Result<Reply, PostFailure>> {
	const { url } = post;
	const options: RequestOptions = {
		method: 'POST',
		headers: { ...post.headers, 'Content-Length': post.bytes, 'User-Agent': 'Octocut' },
		lookup: only(addresses),
		// A connection of its own: one that is kept could lead to where another name was checked for.
		agent: false,
		signal,
	};
	const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options);
	const answered = answerTo(request);
	// It may answer, and hang up, before it has all: what it said counts.
	const sent = pipeline(counted(post, alive), request).catch(() => undefined);
	try {
		const reply = await answered;
		return ok({ status: reply.statusCode ?? 0, headers: reply.headers });
	} finally {
		request.destroy();
		await sent;
	}
}

const answerTo = (request: ClientRequest): Promise<IncomingMessage> =>
	new Promise((resolve, reject) => {
		request.once('response', (reply) => {
			// Destroyed unread.
			reply.on('error', () => undefined);
			resolve(reply);
		});
		request.on('error', reject);
		request.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
	});

function counted({ body, bytes, onProgress }: Post, alive: () => void): Readable {
	async function* pieces() {
		let sent = 0;
		for await (const piece of body) {
			alive();
			yield piece;
			sent += piece.length;
			onProgress?.(bytes === 0 ? 1 : sent / bytes);
		}
		alive();
	}
	return Readable.from(pieces());
}

/** A name server that knows these addresses and no others. */
const only =
	(addresses: readonly ResolvedAddress[]): LookupFunction =>
	(_name, { all }, callback) => {
		const [first] = addresses;
		if (all === true || first === undefined) callback(null, [...addresses]);
		else callback(null, first.address, first.family);
	};

const beforeAbort = <T>(work: Promise<T>, ...signals: AbortSignal[]): Promise<T | 'aborted'> =>
	Promise.race([
		work,
		new Promise<'aborted'>((resolve) => {
			for (const signal of signals) signal.addEventListener('abort', () => resolve('aborted'), { once: true });
		}),
	]);

function kindOf(code: string): PostFailure {
	if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY|EPROTO/.test(code)) return 'tls';
	return code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'unknown' : 'unreachable';
}
