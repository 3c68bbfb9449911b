import { lookAt } from './look-at.ts';
import type { LookAnswer, LookProgress, LookRequest, RunAnswer, RunProgress, RunRequest } from './messages.ts';
import { runOnce } from './run-once.ts';
import type { CallContext, Transferring } from '../worker-rpc/protocol.ts';
import { serve } from '../worker-rpc/serve.ts';

/** Both block the worker until they are done: only ending the worker stops them. */
export const api = {
	run: (request: RunRequest, context: CallContext<RunProgress>): Promise<Transferring<RunAnswer>> =>
		runOnce(request, context),
	look: (request: LookRequest, context: CallContext<LookProgress>): Promise<Transferring<LookAnswer>> =>
		lookAt(request, context),
};

serve(api, self);
