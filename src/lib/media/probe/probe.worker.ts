import { transferring, type CallContext } from '../worker-rpc/protocol.ts';
import { serve } from '../worker-rpc/serve.ts';
import { inspect } from './inspect.ts';
import type { InspectProgress, InspectRequest } from './inspection.ts';
import { picture } from './picture.ts';

export const api = {
	async inspect(request: InspectRequest, context: CallContext<InspectProgress>) {
		const answer = await inspect(request, context);
		const index = answer.ok ? answer.value.index : undefined;
		return transferring(answer, index === undefined ? [] : [index.ptsUs.buffer, index.key.buffer]);
	},
	picture,
};

serve(api, self);
