import * as z from 'zod';
import { ExportTask, PlanNote } from '#core/export/export-task';
import { AfterExport } from '#core/export/after-export';
import { EngineChoice } from '#core/export/export-settings';
import { Job } from '#core/export/job';
import { MediaFacts } from '#core/media/media-facts';

export { AfterExport };

/** Where finished files go: kept by the browser until saved, a folder that the person picked, or the folder of a server, which makes them. */
export const Destination = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('browser') }),
	z.object({ kind: z.literal('folder'), handleId: z.string(), name: z.string() }),
	/** `place`: its address, empty for the one that the app came from. `id`: what it calls itself, once it has told. */
	z.object({ kind: z.literal('server'), place: z.string(), name: z.string(), id: z.string().optional() }),
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
		/** What came out, as paths under the destination: the file, or the folder of pictures and the sound beside it. */
		files: z.array(z.string()).readonly().optional(),
		/** How many pictures are in the folder; absent for a file. */
		pictures: z.int().nonnegative().optional(),
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
		/** Pieces of the task whose crop moves. Their paths are kept beside the record: `JobStore.whole` puts them in. */
		moving: z.array(z.int().nonnegative()).readonly().optional(),
		/** Facts of every file in the task, as they were when it was queued. */
		facts: z.array(MediaFacts).readonly(),
		engineChoice: EngineChoice,
		/** The engine that the planner picked; empty until it runs. */
		engine: z.enum(['webcodecs', 'ffmpeg-wasm', 'server', '']),
		/** Why that engine, in words. */
		engineReason: z.string(),
		destination: Destination,
		notes: z.array(PlanNote).readonly(),
		/** Jobs that were asked for together. */
		group: z.string().optional(),
		after: AfterExport.optional(),
		/** The server has taken it on, under the same id: from then on it is followed, not asked for. Of what goes to a server. */
		taken: z.boolean().optional(),
		/** Complete and checked, on its way to its final name: what was begun is brought to its end after a crash. */
		saving: ExportResult.optional(),
		result: ExportResult.optional(),
		/** Set once `after` has been done; `trouble` are sentences about what could not be written. */
		recorded: z
			.object({ trouble: z.array(z.string()).readonly() })
			.readonly()
			.optional(),
	})
	.readonly();
export type JobRecord = z.infer<typeof JobRecord>;
