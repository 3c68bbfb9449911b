import type { CallContext } from '../../worker-rpc/protocol.ts';
import { serve } from '../../worker-rpc/serve.ts';
import { runTasks } from './run-task.ts';
import type { RunReport, TaskEnd, TaskRequest } from './task-request.ts';

const running = new Set<Promise<unknown>>();

export const api = {
	run(requests: readonly TaskRequest[], { signal, report }: CallContext<RunReport>): Promise<readonly TaskEnd[]> {
		const run = runTasks(requests, { signal, report });
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
