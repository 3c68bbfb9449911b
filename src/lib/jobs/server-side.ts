import type { ServerClient } from '$lib/remote/server-client';
import type { JobFeed } from '$lib/remote/job-feed';

/** The server as the queue sees it. */
export interface ServerSide {
	/** The one that is connected now, and its place as destinations name it; undefined while there is none. */
	readonly here: () => { readonly client: ServerClient; readonly place: string } | undefined;
	/** Where the one is that is known, connected or not. */
	readonly place: () => string | undefined;
	/** Tells when it came, went or became another one, until the returned function is called. */
	readonly onChange: (listener: () => void) => () => void;
	readonly feed: JobFeed;
}

/** Without a server. */
export const NO_SERVER: Omit<ServerSide, 'feed'> = {
	here: () => undefined,
	place: () => undefined,
	onChange: () => () => undefined,
};
