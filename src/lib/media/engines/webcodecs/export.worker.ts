import type { Failure } from '#core/failure';
import type { Result } from '#core/result';
import type { MadeFile } from '../../engine.ts';
import type { CallContext } from '../../worker-rpc/protocol.ts';
import { serve } from '../../worker-rpc/serve.ts';
import { runTask, type TaskProgress, type TaskRequest } from './run-task.ts';

const running = new Set<Promise<unknown>>();

export const api = {
	run(request: TaskRequest, context: CallContext<TaskProgress>): Promise<Result<MadeFile, Failure>> {
		const run = runTask(request, context);
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
