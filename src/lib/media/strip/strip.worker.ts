import { openInput } from '../probe/open-input.ts';
import { transferring, type CallContext } from '../worker-rpc/protocol.ts';
import { serve } from '../worker-rpc/serve.ts';
import { TileDecoder } from './tile-decoder.ts';

let decoder: TileDecoder | undefined;
/** One picture at a time: they share a decoder and a canvas. */
let turn: Promise<unknown> = Promise.resolve();

export const api = {
	/** Opens a file; once a worker. A sentence when it has no picture that can be decoded. */
	async open({ file }: { readonly file: Blob }): Promise<string | null> {
		const opened = await TileDecoder.open(openInput(file, () => undefined));
		if (typeof opened === 'string') return opened;
		decoder = opened;
		return null;
	},

	/** The key frame at or before `timeS` (seconds), `heightPx` device pixels high. */
	tile({ timeS, heightPx }: { readonly timeS: number; readonly heightPx: number }, { signal }: CallContext) {
		const next = turn.then(async () => {
			if (decoder === undefined) throw new DOMException('no file is open', 'InvalidStateError');
			const tile = await decoder.tile(timeS, heightPx, signal);
			return transferring(tile, [tile.bitmap]);
		});
		turn = next.catch(() => undefined);
		return next;
	},
};

serve(api, self);
