import type { EngineChoice } from '#core/export/export-settings';
import type { ExportTask } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import type { Result } from '#core/result';
import type { Ability, FactsOf, MediaEngine } from '$lib/media/engine';
import type { PictureFolder } from '$lib/media/verify/index';

/** What the planner answers: the engine that will work, and why it and not another. */
export interface Chosen {
	readonly engine: MediaEngine;
	readonly ability: Ability;
	readonly reason: string;
}

/** Picks an engine, in words (`media/planner`). */
export type Planner = (
	engines: readonly MediaEngine[],
	choice: EngineChoice,
	tasks: readonly ExportTask[],
	factsOf: FactsOf,
) => Promise<Result<Chosen, Failure>>;

/** What was counted in a finished file. */
export interface Counted {
	readonly frames: number;
	readonly durationS: number;
	readonly width: number;
	readonly height: number;
}

/** Opens a finished file or folder of pictures again and compares it with its task (`media/verify`). */
export type Verifier = (
	output: File | PictureFolder,
	task: ExportTask,
	signal: AbortSignal,
) => Promise<Result<Counted, Failure>>;
