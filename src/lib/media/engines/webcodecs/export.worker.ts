import type { CallContext } from '../../worker-rpc/protocol.ts';
import { serve } from '../../worker-rpc/serve.ts';
import { copyTask } from './copy/copy-task.ts';
import { PicturePool } from './pictures/picture-pool.ts';
import { runTasks } from './run-task.ts';
import { runWithinLimits } from './size-limited-run.ts';
import type { RunReport, TaskEnd, TaskRequest } from './task-request.ts';

/** Its workers stay as long as this one, which ends when it was idle for a while. */
const pool = new PicturePool();
const running = new Set<Promise<unknown>>();

export const api = {
	run(requests: readonly TaskRequest[], { signal, report }: CallContext<RunReport>): Promise<readonly TaskEnd[]> {
		const [first] = requests;
		// Nothing is shared between tasks that copy packets: each comes alone.
		const run =
			first?.task.video.kind === 'copy'
				? copyTask(first, { signal, report })
				: runWithinLimits(requests, { signal, report }, (left, context) => runTasks(left, context, pool));
		running.add(run);
		const done = (): boolean => running.delete(run);
		run.then(done, done);
		return run;
	},
	/** Resolves when nothing runs any more and every file was let go of. */
	async idle(): Promise<void> {
		await Promise.allSettled(running);
	},
};

serve(api, self);
