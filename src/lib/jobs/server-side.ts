import type { ServerClient } from '$lib/remote/server-client';
import type { JobFeed } from '$lib/remote/job-feed';

/** Which server is meant. */
export interface ServerPlace {
	/** Its address, as destinations name it. */
	readonly place: string;
	/** What it calls itself, unless it is too old to tell. */
	readonly id: string | undefined;
}

/** Whether the server that is here is the one that is meant: by what it calls itself, else by its address. Any may be when nothing is known. */
export function isMeant(here: ServerPlace, { id, place }: Partial<ServerPlace>): boolean {
	if (id !== undefined && here.id !== undefined) return id === here.id;
	return place === undefined ? id === undefined : place === here.place;
}

/** A server that is connected. */
export interface ServerHere extends ServerPlace {
	readonly client: ServerClient;
}

/** The server as the queue sees it. */
export interface ServerSide {
	/** The one that is connected now; undefined while there is none. */
	readonly here: () => ServerHere | undefined;
	/** The one that is known, connected or not. */
	readonly known: () => ServerPlace | undefined;
	/** Resolves once the one of the last visit is no longer looked for: it is there, or away. */
	readonly settled: () => Promise<void>;
	/** Tells when it came, went or became another one, until the returned function is called. */
	readonly onChange: (listener: () => void) => () => void;
	readonly feed: JobFeed;
}

/** Without a server. */
export const NO_SERVER: Omit<ServerSide, 'feed'> = {
	here: () => undefined,
	known: () => undefined,
	settled: () => Promise.resolve(),
	onChange: () => () => undefined,
};
