import { resolve } from 'node:path';
import { ServerExport } from '#contract/exports';
import type { ExportTask } from '#core/export/export-task';
import { failureText } from '#core/failure';
import { AfterServerExports } from '../exports/after-server-exports.ts';
import { ExportFolder } from '../exports/export-folder.ts';
import { exportHandler } from '../exports/export-handler.ts';
import type { Machine, NamedFiles } from './machine.ts';
import type { Console } from './console.ts';

/** What came out of one task. */
export type Made =
	| { readonly task: string; readonly result: ServerExport; readonly notes: readonly string[] }
	| { readonly task: string; readonly error: string };

/** Makes tasks one after the other into a folder, and says how far it is. */
export async function makeTasks(
	tasks: readonly ExportTask[],
	{ machine, media, into, signal }: { machine: Machine; media: NamedFiles; into: string; signal: AbortSignal },
	say: Console,
): Promise<readonly Made[]> {
	const folder = new ExportFolder(resolve(into));
	const history = { onMade: () => undefined, onRemoved: () => undefined };
	const after = new AfterServerExports(folder, history, () => []);
	const { ffmpeg, encoders } = machine;
	const handle = exportHandler({ media, ffmpeg, encoders, folder, after });
	const made: Made[] = [];
	for (const [n, task] of tasks.entries()) {
		const notes: string[] = [];
		const named = `${n + 1}/${tasks.length} ${task.output.name}`;
		const outcome = await handle(
			{ item: { task }, destination: 'server' },
			{
				...{ id: `cli-${process.pid}-${n}`, attempt: 1, signal, log: () => undefined },
				onProgress: ({ progress, step, speed }) => say.progress(named, progress, step, speed),
				note: (sentence) => notes.push(sentence),
			},
		);
		made.push(
			outcome.ok
				? { task: task.output.name, result: ServerExport.parse(outcome.value), notes }
				: { task: task.output.name, error: failureText(outcome.error.failure) },
		);
	}
	await folder.prune('.parts');
	say.clear();
	return made;
}
