import { err } from '#core/result';
import { byteLimit, SIZE_TRIES, tighterTask, tooLarge } from '#core/export/size-limit';
import type { RunContext, TaskEnd, TaskRequest } from './task-request.ts';

type Run = (requests: readonly TaskRequest[], context: RunContext) => Promise<readonly TaskEnd[]>;

/** How many bytes more than allowed a finished output has; undefined when it fits, or has no limit. */
function excessOf({ task }: TaskRequest, { result }: TaskEnd): { bytes: number; limit: number } | undefined {
	const limit = byteLimit(task);
	if (limit === undefined || !result.ok || result.value.bytes <= limit) return undefined;
	return { bytes: result.value.bytes, limit };
}

/** Runs tasks, and those whose files came out larger than they may be once more, tighter, until they fit or no more tries are left. */
export async function runWithinLimits(
	requests: readonly TaskRequest[],
	context: RunContext,
	run: Run,
): Promise<readonly TaskEnd[]> {
	const ends = new Map<string, TaskEnd>();
	const asked = new Map(requests.map((request) => [request.task.id, request]));
	let left = requests;
	for (let again = 0; left.length > 0; again += 1) {
		const next: TaskRequest[] = [];
		const take = (end: TaskEnd): TaskEnd | undefined => {
			const original = asked.get(end.taskId);
			const present = left.find(({ task }) => task.id === end.taskId);
			const excess = original && excessOf(original, end);
			if (excess === undefined || original === undefined || present === undefined) return end;
			const tighter = again < SIZE_TRIES ? tighterTask(present.task, excess) : undefined;
			if (tighter === undefined) {
				return { ...end, result: err(tooLarge(original.task, excess.bytes, excess.limit)) };
			}
			if (!next.some(({ task }) => task.id === end.taskId)) next.push({ ...present, task: tighter });
			return undefined;
		};
		const done = await run(left, {
			signal: context.signal,
			report: (report) => {
				if (report.kind !== 'ended') {
					context.report(report);
					return;
				}
				const end = take(report);
				if (end !== undefined) context.report({ kind: 'ended', ...end });
			},
		});
		for (const end of done) {
			const taken = take(end);
			if (taken !== undefined) ends.set(taken.taskId, taken);
		}
		left = next;
	}
	return requests.flatMap(({ task }) => ends.get(task.id) ?? []);
}
