import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { join } from 'node:path';
import { createApp } from '../../sync-server/app.ts';
import { openDatabase, type Database } from '../../sync-server/db/open-database.ts';
import type { JobQueue } from '../../sync-server/jobs/job-queue.ts';
import { listen } from '../../sync-server/listen.ts';
import { SocketHub, type SocketHubOptions } from '../../sync-server/socket/socket-hub.ts';
import { socketRoutes } from '../../sync-server/socket/socket-routes.ts';
import { blobRoutes } from '../../sync-server/sync/blob-routes.ts';
import { Blobs } from '../../sync-server/sync/blobs.ts';
import { Documents } from '../../sync-server/sync/documents.ts';
import { ProfilePeer } from '../../sync-server/sync/profile-peer.ts';
import type { RoomOnDisk } from '../../sync-server/sync/room-on-disk.ts';
import { syncRoutes } from '../../sync-server/sync/sync-routes.ts';
import { dataFolder } from '../data-folder.ts';

/** A server under test in this process, on a real port and a real file. */
export interface TrialServer {
	readonly url: string;
	readonly app: OpenAPIHono;
	readonly db: Database;
	readonly documents: Documents;
	readonly blobs: Blobs;
	readonly profiles: ProfilePeer;
	readonly hub: SocketHub;
	close(): Promise<void>;
}

export interface TrialOptions extends SocketHubOptions {
	readonly dataDir?: string;
	readonly port?: number;
	readonly idleMs?: number;
	readonly jobs?: JobQueue;
	readonly guard?: readonly MiddlewareHandler[];
	readonly room?: RoomOnDisk;
	readonly mostInMemoryBytes?: number;
	readonly now?: () => Date;
}

export async function trialServer(options: TrialOptions = {}): Promise<TrialServer> {
	const {
		dataDir = dataFolder(),
		port = 0,
		idleMs = 60_000,
		jobs,
		guard = [],
		room,
		mostInMemoryBytes,
		now,
		...rest
	} = options;
	const parts = { ...(room && { room }), ...(mostInMemoryBytes !== undefined && { mostInMemoryBytes }) };
	const opened = openDatabase(join(dataDir, 'octocut.sqlite'));
	if (!opened.ok) throw new Error(opened.error);
	const db = opened.value;
	const documents = new Documents(db, { idleMs, ...parts });
	const blobs = new Blobs(db, { ...parts, ...(now && { now }) });
	const hub = new SocketHub(documents, jobs, rest);
	const rooms = [socketRoutes(hub), syncRoutes(documents), blobRoutes(blobs)];
	const onError = (error: Error): void => console.error(error);
	const app = createApp({ appFolder: '/nowhere', version: '0', onError, guard, rooms });
	const listening = await listen((request, env) => app.fetch(request, env), { host: '127.0.0.1', port });
	if (!listening.ok) throw new Error(listening.error);
	return {
		...{ url: listening.value.url, app, db, documents, blobs, profiles: new ProfilePeer(documents), hub },
		close: async () => {
			hub.close();
			await listening.value.close(200);
			documents.close();
			db.close();
		},
	};
}
