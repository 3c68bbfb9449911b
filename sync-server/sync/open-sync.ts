import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Database } from '../db/open-database.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { SocketHub } from '../socket/socket-hub.ts';
import { socketRoutes } from '../socket/socket-routes.ts';
import { blobRoutes } from './blob-routes.ts';
import { Blobs } from './blobs.ts';
import { Documents } from './documents.ts';
import { ProfilePeer } from './profile-peer.ts';
import { syncRoutes } from './sync-routes.ts';

/** How often it is looked for what no document speaks of any more, in milliseconds. */
const SWEEP_EVERY_MS = 6 * 3600_000;

/** What devices share, and the socket they share it over. */
export interface Sync {
	readonly documents: Documents;
	/** For what the server has made or deleted itself. */
	readonly profiles: ProfilePeer;
	/** For events that every device is told. */
	readonly hub: SocketHub;
	readonly rooms: readonly OpenAPIHono[];
	close(): void;
}

export function openSync(db: Database, jobs?: JobQueue, onError: (error: unknown) => void = console.error): Sync {
	const documents = new Documents(db);
	const hub = new SocketHub(documents, jobs);
	const blobs = new Blobs(db);
	const sweeps = setInterval(() => void blobs.sweep().catch(onError), SWEEP_EVERY_MS);
	sweeps.unref();
	return {
		documents,
		profiles: new ProfilePeer(documents),
		hub,
		rooms: [socketRoutes(hub), syncRoutes(documents), blobRoutes(blobs)],
		close: () => {
			clearInterval(sweeps);
			hub.close();
			documents.close();
		},
	};
}
