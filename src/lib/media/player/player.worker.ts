import type { Input } from 'mediabunny';
import { openInput } from '../probe/open-input.ts';
import { transferring } from '../worker-rpc/protocol.ts';
import { serve } from '../worker-rpc/serve.ts';
import { pictureTrack } from './decoding.ts';
import { listFrames } from './list-frames.ts';
import type { OpenAnswer, OpenRequest, StillRequest } from './messages.ts';
import { Pictures } from './pictures.ts';
import { SoundReader } from './sound-reader.ts';

let input: Input | undefined;
let pictures: Pictures | undefined;
let sound: SoundReader | undefined;
const stills = new Map<number, AbortController>();

export const api = {
	/** Opens a file; once a worker. */
	async open(request: OpenRequest): Promise<OpenAnswer> {
		input = openInput(request.file, () => undefined);
		const video = await input.getPrimaryVideoTrack();
		const audio = await input.getPrimaryAudioTrack();
		if (audio !== null && (await audio.canDecode())) sound = new SoundReader(audio);
		const silent = sound === undefined;
		if (video === null) return { index: undefined, pictureProblem: 'it has no picture', sound: !silent };
		const track = await pictureTrack(video);
		if (typeof track === 'string') return { index: undefined, pictureProblem: track, sound: !silent };
		const index = request.index ?? (await listFrames(track.packets));
		pictures = new Pictures(track, index);
		return { index, pictureProblem: undefined, sound: !silent };
	},

	/** One picture. Rejects with `AbortError` after `dropStill`, or with what the decoder says. */
	async still(request: StillRequest) {
		if (pictures === undefined) throw new DOMException('there is no picture to decode', 'NotSupportedError');
		const abort = new AbortController();
		stills.set(request.ticket, abort);
		try {
			const answer = await pictures.still(request, abort.signal);
			return transferring(answer, [answer.picture]);
		} finally {
			stills.delete(request.ticket);
		}
	},

	/** Stops work on a picture that is no longer wanted. Its `still` answers all the same: with an error, or the picture. */
	dropStill({ ticket }: { readonly ticket: number }): Promise<void> {
		stills.get(ticket)?.abort();
		return Promise.resolve();
	},

	/** The next `sound` starts at `fromS`. */
	async seekSound({ fromS }: { readonly fromS: number }): Promise<void> {
		await sound?.seek(fromS);
	},

	/** The next piece of sound; null at its end. */
	async sound() {
		const piece = (await sound?.next()) ?? null;
		return transferring(piece, piece === null ? [] : piece.channels.map(({ buffer }) => buffer));
	},

	/** Lets go of decoders and pictures; the worker can then be ended. */
	async close(): Promise<void> {
		for (const abort of stills.values()) abort.abort();
		pictures?.close();
		await sound?.close();
		input?.dispose();
	},
};

serve(api, self);
