import { pumpSound } from './audio/sound-pump.ts';
import { Pace } from './pace.ts';
import { pumpPictures } from './picture-pump.ts';
import { PicturePool } from './pictures/picture-pool.ts';
import { SourceInputs } from './source-inputs.ts';
import { TaskOutput } from './task-output.ts';
import type { RunContext, TaskEnd, TaskRequest } from './task-request.ts';

/** How often progress is told, in milliseconds: several outputs make hundreds of pictures a second. */
const REPORT_EVERY_MS = 40;

/**
 * Makes the outputs of tasks that read the same part of one file, or of one task: everything is decoded once, and handed to each output that
 * wants it. Runs in a worker. An output that fails leaves the others alone; rejects with `AbortError` when aborted, after every file and codec
 * was let go of. `pool` makes pictures that are files of their own, and may serve several runs.
 */
export async function runTasks(
	requests: readonly TaskRequest[],
	{ signal, report }: RunContext,
	pool = new PicturePool(),
): Promise<readonly TaskEnd[]> {
	const sources = new SourceInputs(requests[0]?.sources ?? []);
	const ends = new Map<string, TaskEnd>();
	const outputs = requests.map((request): TaskOutput => {
		const { id: taskId } = request.task;
		return new TaskOutput(request, {
			signal,
			onReached: () => reportReached(),
			onEnd: (result) => {
				ends.set(taskId, { taskId, result });
				report({ kind: 'ended', taskId, result });
			},
			pool,
			trackOf: (piece) => sources.video(piece),
			explain: (thrown) => sources.explain(thrown),
		});
	});
	let saidMs = -Infinity;
	const reportReached = (): void => {
		const open = outputs.some(({ task, reachedS }) => reachedS < task.durationS);
		if (open && performance.now() - saidMs < REPORT_EVERY_MS) return;
		saidMs = performance.now();
		const reachedS = outputs.reduce((sum, output) => sum + output.reachedS, 0);
		report({ kind: 'reached', reachedS, step: open ? 'Encoding' : 'Writing the file' });
	};
	try {
		for (const output of outputs) await output.prepare();
		reportReached();
		await pump(outputs, sources, signal);
	} finally {
		sources.dispose();
		await Promise.all(outputs.map((output) => output.release()));
	}
	signal.throwIfAborted();
	return requests.flatMap(({ task }) => ends.get(task.id) ?? []);
}

/** Pictures and sound side by side. When the source of one cannot be read, no output can be completed. */
async function pump(outputs: readonly TaskOutput[], sources: SourceInputs, signal: AbortSignal): Promise<void> {
	const pace = new Pace(
		[
			...(outputs.some(({ pictures }) => pictures) ? (['video'] as const) : []),
			...(outputs.some(({ sound }) => sound) ? (['audio'] as const) : []),
		],
		signal,
	);
	const watched = async (track: 'video' | 'audio', work: Promise<void>): Promise<void> => {
		try {
			await work;
		} catch (thrown) {
			if (!signal.aborted) for (const output of outputs) output.fail(thrown);
		} finally {
			pace.finish(track);
		}
	};
	await Promise.all([
		watched('video', pumpPictures({ outputs, trackOf: (piece) => sources.video(piece), pace, signal })),
		watched('audio', pumpSound({ outputs, trackOf: (piece) => sources.audio(piece), pace, signal })),
	]);
}
