import { err, type Result } from '#core/result';
import type { RouteShape } from '#contract/route';
import type { CallOptions, ReplyOf, ServerClient } from './server-client.ts';
import type { ServerFailure } from './server-failure.ts';

/** `client.call` for code that takes any route; without a client the server counts as not reached. */
export function askServer<R extends RouteShape>(
	client: ServerClient | undefined,
	route: R,
	options: CallOptions<R>,
): Promise<Result<ReplyOf<R>, ServerFailure>> {
	if (client === undefined) return Promise.resolve(err({ kind: 'offline', cause: 'there is no server' }));
	return client.call(...([route, options] as unknown as Parameters<typeof client.call<R>>));
}
