import * as z from 'zod';
import { ServerJob } from './jobs.ts';

/** Where the one WebSocket of a client goes. Text frames are JSON (below); binary frames carry documents (see `document-frame.ts`). */
export const SOCKET_PATH = '/api/socket';

/** What the server tells. `seq` rises by one with every event of jobs since the server started. */
export const ServerEvent = z.discriminatedUnion('type', [
	/** First of all: every job that is queued or runs, and the number of the last event. */
	z.object({
		type: z.literal('welcome'),
		/** New at each start of the server: numbers of another run mean nothing. */
		run: z.string(),
		seq: z.int().nonnegative(),
		jobs: z.array(ServerJob).readonly(),
	}),
	z.object({ type: z.literal('job'), seq: z.int().positive(), job: ServerJob }),
	z.object({ type: z.literal('job-removed'), seq: z.int().positive(), id: z.string() }),
	/** Files came, went or changed: ask the library again. */
	z.object({ type: z.literal('library') }),
	/** Captures came, went or changed: ask the gallery again. */
	z.object({ type: z.literal('captures') }),
	/** Answers `ping`: the connection works. */
	z.object({ type: z.literal('pong') }),
	/** Something that was asked for could not be done; the socket stays open. */
	z.object({ type: z.literal('refused'), code: z.string(), message: z.string() }),
]);
export type ServerEvent = z.infer<typeof ServerEvent>;

/** What a client sends as text: whether the server is still there, which a page cannot see by itself. */
export const ClientMessage = z.object({ type: z.literal('ping') });
export type ClientMessage = z.infer<typeof ClientMessage>;
