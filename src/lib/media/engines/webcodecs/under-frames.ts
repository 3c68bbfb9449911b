import type { InputVideoTrack, VideoSample } from 'mediabunny';
import type { Piece } from '#core/export/export-task';
import { cropOfShown, type ShownPiece } from './frame-plan.ts';
import type { Layer } from './frame-painter.ts';
import { shownFrames } from './shown-frames.ts';

/** Opens the picture of a piece. */
export type TrackOf = (piece: Piece) => Promise<{ readonly track: InputVideoTrack; readonly hdr: boolean }>;

/** The pictures of the earlier piece during a cross-fade, decoded a second time beside the later piece's. Asked for in order. */
export class UnderFrames {
	#frames: AsyncGenerator<{ readonly sample: VideoSample; readonly to: number }, void> | undefined;
	#shown: { readonly sample: VideoSample; readonly to: number } | undefined;
	#hdr = false;
	#from = 0;

	constructor(
		private readonly under: ShownPiece,
		private readonly trackOf: TrackOf,
	) {}

	/** The picture beneath frame `i` of the cross-fade. Its sample stays ours. */
	async at(i: number): Promise<Layer | undefined> {
		if (this.#frames === undefined) {
			const { track, hdr } = await this.trackOf(this.under.piece);
			this.#hdr = hdr;
			this.#from = i;
			this.#frames = shownFrames(track, this.under.sourceUs.subarray(i));
		}
		while (this.#shown === undefined || this.#from + this.#shown.to <= i) {
			const next = await this.#frames.next();
			if (next.done === true) break;
			this.#shown?.sample.close();
			this.#shown = next.value;
		}
		if (this.#shown === undefined) return undefined;
		const { piece } = this.under;
		return { sample: this.#shown.sample, crop: cropOfShown(this.under, i), hdr: this.#hdr, place: piece.place };
	}

	/** Lets go of the decoder and of the last picture. Safe to call twice. */
	async close(): Promise<void> {
		this.#shown?.sample.close();
		this.#shown = undefined;
		const frames = this.#frames;
		this.#frames = undefined;
		await frames?.return(undefined);
	}
}
