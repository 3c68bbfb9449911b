import type * as z from 'zod';
import { err, isAbort, ok, type Result } from '#core/result';
import { ApiError } from '#contract/api-error';
import { CONTRACT_HEADER, CONTRACT_VERSION } from '#contract/health';
import type { RouteShape } from '#contract/route';
import type { ServerFailure } from './server-failure.ts';

/** How long an answer may take before the server counts as not reachable, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** `fetch`, or the server's own app in a test. */
export type Fetch = (url: string, init: RequestInit) => Response | Promise<Response>;

type InputOf<S> = S extends z.ZodType ? z.input<S> : undefined;
type Given<R extends RouteShape, Name extends 'params' | 'query' | 'body'> = R[Name] extends z.ZodType
	? undefined extends InputOf<R[Name]>
		? { readonly [K in Name]?: InputOf<R[Name]> }
		: object extends InputOf<R[Name]>
			? { readonly [K in Name]?: InputOf<R[Name]> }
			: { readonly [K in Name]: InputOf<R[Name]> }
	: object;

/** What goes with a call of `R`: what its schemas take, before defaults. */
export type CallOptions<R extends RouteShape> = Given<R, 'params'> &
	Given<R, 'query'> &
	Given<R, 'body'> & {
		/** Rejects the call with an `AbortError`. */
		readonly signal?: AbortSignal;
		/** Defaults to 30,000. */
		readonly timeoutMs?: number;
	};

type Success = 200 | 201 | 202 | 203 | 206;
/** What `R` gives when it succeeds. */
export type ReplyOf<R extends RouteShape> = {
	[Status in keyof R['replies']]: Status extends Success ? z.output<R['replies'][Status]> : never;
}[keyof R['replies']];

type Arguments<R extends RouteShape> =
	object extends CallOptions<R> ? [route: R, options?: CallOptions<R>] : [route: R, options: CallOptions<R>];

/** Speaks to one server in the words of the contract. */
export interface ServerClient {
	/** Without a slash at the end. */
	readonly base: string;
	/** Asks, and reads the answer through the schema of its status. Never rejects but with the `AbortError` of `signal`. */
	call<R extends RouteShape>(...args: Arguments<R>): Promise<Result<ReplyOf<R>, ServerFailure>>;
	/** Asks for something that is not JSON, at an address of `url`. Rejects as `fetch` does. */
	fetch(url: string, init?: RequestInit): Promise<Response>;
	/** Where a route is, for what is not asked by `call` (a media tag, an upload). */
	url(path: `/api/${string}`, params?: Values, query?: Values): string;
	/** What proves to the server who asks; empty where the cookie does. */
	headers(): Record<string, string>;
	/** For a request of one's own: cookies go along only to the app's own origin. */
	readonly credentials: RequestCredentials;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * @param base Address of the server: an origin, and a path where a proxy gives it one.
 * @param options.token Asked before each call: the token of this device. Absent: the browser's cookie says who asks.
 */
export function createServerClient(
	base: string,
	fetch: Fetch = (url, init) => globalThis.fetch(url, init),
	options: { readonly token?: () => string | undefined } = {},
): ServerClient {
	const root = base.replace(/\/+$/, '');
	const credentials = options.token === undefined ? 'same-origin' : 'omit';

	const url = (path: string, params: Values = {}, query: Values = {}): string => {
		const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
		const search = new URLSearchParams(
			Object.entries(query).flatMap(([name, value]) =>
				[value].flat().flatMap((one) => (one === undefined ? [] : [[name, String(one as string | number | boolean)]])),
			),
		);
		return `${root}${filled}${search.size === 0 ? '' : `?${search.toString()}`}`;
	};

	const headers = (): Record<string, string> => {
		const token = options.token?.();
		return token === undefined ? {} : { Authorization: `Bearer ${token}` };
	};

	async function call<R extends RouteShape>(
		...[route, given]: Arguments<R>
	): Promise<Result<ReplyOf<R>, ServerFailure>> {
		const { params, query, body, signal, timeoutMs = TIMEOUT_MS } = (given ?? {}) as LooseOptions;
		signal?.throwIfAborted();
		const timeout = AbortSignal.timeout(timeoutMs);
		let response: Response;
		let text: string;
		try {
			response = await fetch(url(route.path, params, query), {
				method: route.method.toUpperCase(),
				headers: {
					Accept: 'application/json',
					...headers(),
					...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
				},
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
				credentials,
				cache: 'no-store',
				redirect: 'error',
				signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
			});
			text = await response.text();
		} catch (thrown) {
			if (signal?.aborted === true) throw abortOf(signal);
			return err({ kind: 'offline', cause: thrown });
		}
		return read(route, response, text);
	}

	const ask = async (address: string, init: RequestInit = {}): Promise<Response> =>
		fetch(address, {
			credentials,
			redirect: 'error',
			...init,
			headers: { ...headers(), ...init.headers },
		});

	return { base: root, call, fetch: ask, url, headers, credentials };
}

interface LooseOptions {
	readonly params?: Values;
	readonly query?: Values;
	readonly body?: unknown;
	readonly signal?: AbortSignal;
	readonly timeoutMs?: number;
}

/** The answer through the schema of its status, or what it says against it. */
function read<R extends RouteShape>(route: R, response: Response, text: string): Result<ReplyOf<R>, ServerFailure> {
	const parsed = parseJson(text);
	if (!response.ok) {
		const refusal = ApiError.safeParse(parsed.ok ? parsed.value : undefined);
		return err({ kind: 'refused', status: response.status, error: refusal.success ? refusal.data : null });
	}
	const reply = parsed.ok ? route.replies[response.status]?.safeParse(parsed.value) : undefined;
	if (reply?.success === true) return ok(reply.data as ReplyOf<R>);
	const spoken = Number(response.headers.get(CONTRACT_HEADER) ?? CONTRACT_VERSION);
	if (Number.isInteger(spoken) && spoken !== CONTRACT_VERSION) {
		return err({ kind: 'incompatible', server: spoken < CONTRACT_VERSION ? 'older' : 'newer' });
	}
	const cause = parsed.ok ? (reply?.error ?? new Error(`no reply has status ${response.status}`)) : parsed.error;
	return err({ kind: 'unreadable', status: response.status, cause });
}

function parseJson(text: string): Result<unknown, unknown> {
	try {
		return ok(JSON.parse(text) as unknown);
	} catch (thrown) {
		return err(thrown);
	}
}

/** The platform's cancel, also where the signal was given another reason. */
function abortOf(signal: AbortSignal): Error {
	const reason: unknown = signal.reason;
	return isAbort(reason) ? (reason as Error) : new DOMException('The call was cancelled.', 'AbortError');
}
