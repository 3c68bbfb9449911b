import * as z from 'zod';
import { Failure } from '../failure.ts';

export const JobState = z.enum(['queued', 'running', 'done', 'failed', 'cancelled']);
export type JobState = z.infer<typeof JobState>;

/** What durable work is on both sides: queued → running → done | failed | cancelled. Dates are ISO 8601. */
export const jobFields = {
	id: z.string().min(1),
	state: JobState,
	/** 0..1. */
	progress: z.number().min(0).max(1),
	/** What is being done now, in a few words. */
	step: z.string(),
	/** Media seconds made per second. */
	speed: z.number().nonnegative().optional(),
	etaS: z.number().nonnegative().optional(),
	error: Failure.optional(),
	/** How often it was started. */
	attempts: z.int().nonnegative(),
	/** Higher runs first. */
	priority: z.int(),
	createdAt: z.iso.datetime(),
	startedAt: z.iso.datetime().optional(),
	endedAt: z.iso.datetime().optional(),
};

/** Work of this browser. */
export const Job = z.object({ ...jobFields, kind: z.enum(['export', 'tracking']) }).readonly();
export type Job = z.infer<typeof Job>;

export const isFinished = (state: JobState): boolean => state === 'done' || state === 'failed' || state === 'cancelled';
