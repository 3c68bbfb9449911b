import { frameCount, timeOfFrame, type FrameIndex } from '#core/time/frame-index';
import { decodedFrames } from '../analysis/decoded-frames.ts';
import { PlaneReader } from '../analysis/frame-planes.ts';
import { openInput } from '../probe/open-input.ts';
import type { CallContext } from '../worker-rpc/protocol.ts';
import { serve } from '../worker-rpc/serve.ts';
import { CutFinder, type FoundCut } from './cut-finder.ts';
import { LumaReader } from './luma-reader.ts';
import type { MediaBytes } from '../media-bytes.ts';

export interface ScenesRequest {
	readonly file: MediaBytes;
	readonly index: FrameIndex;
	/** 0..1, see `CutFinder`. */
	readonly threshold: number;
}

/** A new shot begins at `atS` (seconds on the file's own timeline). */
export interface SceneCut {
	readonly atS: number;
	/** How different it is from the shot before, 0..1. */
	readonly score: number;
}

export interface ScenesProgress {
	readonly share: number;
	/** Found since the last report. */
	readonly found: readonly SceneCut[];
}

/** Frames between two reports. */
const REPORT_EVERY = 30;

export const api = {
	/** Decodes the film once, from its first frame to its last. A sentence when it cannot be. */
	async find({ file, index, threshold }: ScenesRequest, { signal, report }: CallContext<ScenesProgress>) {
		const input = openInput(file, () => undefined);
		try {
			const track = await input.getPrimaryVideoTrack();
			if (track === null) return 'it has no picture';
			if (!(await track.canDecode())) return 'this browser cannot decode its picture';
			const finder = new CutFinder(threshold);
			const [planes, reader] = [new PlaneReader(), new LumaReader()];
			const count = frameCount(index);
			let found: SceneCut[] = [];
			let done = 0;
			const note = ({ frame, score }: FoundCut): void => void found.push({ atS: timeOfFrame(index, frame), score });
			for await (const { frame, sample } of decodedFrames(track, index, { from: 0, to: count }, { signal })) {
				const cut = finder.push(frame, reader.read(sample, await planes.read(sample)));
				if (cut !== undefined) note(cut);
				done += 1;
				if (done % REPORT_EVERY !== 0) continue;
				report({ share: Math.min(1, done / count), found });
				found = [];
			}
			signal.throwIfAborted();
			finder.end().forEach(note);
			report({ share: 1, found });
			return null;
		} finally {
			input.dispose();
		}
	},
};

serve(api, self);
