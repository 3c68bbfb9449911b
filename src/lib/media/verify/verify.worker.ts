import type { CallContext } from '../worker-rpc/protocol.ts';
import { serve } from '../worker-rpc/serve.ts';
import { measureOutput, type Measured } from './measure.ts';

export const api = {
	measure: ({ file }: { readonly file: Blob }, { signal }: CallContext): Promise<Measured> =>
		measureOutput(file, signal),
};

serve(api, self);
