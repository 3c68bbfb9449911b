import type { RouteShape } from '#contract/route';
import { askServer } from '$lib/remote/ask-server';
import type { Connection } from '$lib/remote/connection';
import type { CallOptions, ReplyOf } from '$lib/remote/server-client';
import { serverFailureText } from '$lib/remote/server-failure';

/** What a form or list asks of the server: whether a question is under way, and why the last one failed. */
export abstract class Asking {
	#running = $state(0);
	#problem = $state('');
	protected readonly connection: Pick<Connection, 'client'>;

	constructor(connection: Pick<Connection, 'client'>) {
		this.connection = connection;
	}

	get busy(): boolean {
		return this.#running > 0;
	}
	/** What went wrong last, and the next step; empty while nothing has. */
	get problem(): string {
		return this.#problem;
	}

	/** The answer; undefined where there is none: `problem` says why. */
	protected async ask<R extends RouteShape>(route: R, options: CallOptions<R>): Promise<ReplyOf<R> | undefined> {
		this.#running += 1;
		this.#problem = '';
		try {
			const reply = await askServer(this.connection.client, route, options);
			if (reply.ok) return reply.value;
			this.#problem = serverFailureText(reply.error);
			return undefined;
		} finally {
			this.#running -= 1;
		}
	}
}
