import * as z from 'zod';
import { ExportTask, PlanNote } from '#core/export-task';
import { EngineChoice } from '#core/export-settings';
import { Job } from '#core/job';
import { MediaFacts } from '#core/media-facts';

/** Where finished files go: kept by the browser until saved, or a folder that the person picked. */
export const Destination = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('browser') }),
	z.object({ kind: z.literal('folder'), handleId: z.string(), name: z.string() }),
]);
export type Destination = z.infer<typeof Destination>;

/** What came out, counted in the finished file. */
export const ExportResult = z
	.object({
		fileName: z.string(),
		bytes: z.int().nonnegative(),
		frames: z.int().nonnegative(),
		durationS: z.number().nonnegative(),
		width: z.int().nonnegative(),
		height: z.int().nonnegative(),
		encoder: z.string(),
		/** Path in the private file system; absent when it lies in a picked folder. */
		path: z.string().optional(),
		/** How long the work took, in seconds. */
		tookS: z.number().nonnegative(),
	})
	.readonly();
export type ExportResult = z.infer<typeof ExportResult>;

/** A durable export: the task, what the sources were, where it goes, how far it is. */
export const JobRecord = z
	.object({
		job: Job,
		task: ExportTask,
		/** Facts of every file in the task, as they were when it was queued. */
		facts: z.array(MediaFacts).readonly(),
		engineChoice: EngineChoice,
		/** The engine that the planner picked; empty until it runs. */
		engine: z.enum(['webcodecs', 'ffmpeg-wasm', '']),
		/** Why that engine, in words. */
		engineReason: z.string(),
		destination: Destination,
		notes: z.array(PlanNote).readonly(),
		result: ExportResult.optional(),
	})
	.readonly();
export type JobRecord = z.infer<typeof JobRecord>;
