import { openInput } from '../probe/open-input.ts';
import { transferring, type CallContext, type Transferring } from '../worker-rpc/protocol.ts';
import { serve } from '../worker-rpc/serve.ts';
import { TileDecoder, type Tile, type TileWish } from './tile-decoder.ts';
import type { MediaBytes } from '../media-bytes.ts';

interface Waiting {
	readonly wish: TileWish;
	readonly signal: AbortSignal;
	readonly resolve: (tile: Transferring<Tile>) => void;
	readonly reject: (thrown: unknown) => void;
}

let decoder: TileDecoder | undefined;
const waiting: Waiting[] = [];
let working = false;

export const api = {
	/** Opens a file; once a worker. A sentence when it has no picture that can be decoded. */
	async open({ file }: { readonly file: MediaBytes }): Promise<string | null> {
		const opened = await TileDecoder.open(openInput(file, () => undefined));
		if (typeof opened === 'string') return opened;
		decoder = opened;
		return null;
	},

	/** The key frame at or before `timeS` (seconds), `heightPx` device pixels high. What is asked for together is decoded together. */
	tile(wish: TileWish, { signal }: CallContext): Promise<Transferring<Tile>> {
		return new Promise((resolve, reject) => {
			waiting.push({ wish, signal, resolve, reject });
			void work();
		});
	},
};

/** All that waits, in turns: the decoder and its canvas are shared. */
async function work(): Promise<void> {
	if (working) return;
	working = true;
	while (waiting.length > 0) {
		const turn = waiting.splice(0, decoder?.atOnce ?? 1).filter((one) => !gaveUp(one));
		try {
			if (decoder === undefined) throw new DOMException('no file is open', 'InvalidStateError');
			const ways = await decoder.decode(turn.map(({ wish }) => wish));
			for (const [n, way] of ways.entries()) await answer(turn[n], way);
		} catch (thrown) {
			for (const { reject } of turn) reject(thrown);
		} finally {
			decoder?.drop();
		}
	}
	working = false;
}

async function answer(one: Waiting | undefined, way: () => Promise<Tile>): Promise<void> {
	if (one === undefined || gaveUp(one)) return;
	try {
		const tile = await way();
		one.resolve(transferring(tile, [tile.bitmap]));
	} catch (thrown) {
		one.reject(thrown);
	}
}

function gaveUp({ signal, reject }: Waiting): boolean {
	if (signal.aborted) reject(new DOMException('The picture is no longer wanted', 'AbortError'));
	return signal.aborted;
}

serve(api, self);
