import type { VideoSample } from 'mediabunny';
import type { Size } from '#core/crop/crop';
import { FramePainter, OutputColour } from './frame-painter.ts';
import { cropOfShown, pictureDuration, shareOfFrame, type PictureSpan } from './frame-plan.ts';
import { UnderFrames, type TrackOf } from './under-frames.ts';

interface SpanPainterOptions {
	readonly spans: readonly PictureSpan[];
	readonly size: Size;
	readonly scaling: 'fast' | 'lanczos';
	/** Opens the picture of a piece that is shown beneath another one. */
	readonly trackOf: TrackOf;
}

/** What is needed for the pictures of one span. */
interface Current {
	readonly s: number;
	readonly painter: FramePainter;
	/** The piece before, as long as the two cross-fade. */
	readonly under: UnderFrames | undefined;
}

/** Makes the pictures of one output from decoded ones: the part, the place, the time and the mixture that its plan says. */
export class SpanPainter {
	readonly #colour = new OutputColour();
	#current: Current | undefined;

	constructor(private readonly options: SpanPainterOptions) {}

	/** Output picture `i` of span `s`, which `sample` shows. The caller closes it, and the sample. Pictures come in order. */
	async paint(sample: VideoSample, hdr: boolean, s: number, i: number): Promise<VideoFrame> {
		const { spans } = this.options;
		const span = spans[s];
		if (span === undefined) throw new RangeError(`there is no span ${s}`);
		const { painter, under } = await this.#at(s, span, hdr);
		const timing = {
			timestamp: Math.round((span.atS[i] ?? 0) * 1e6),
			duration: Math.round(pictureDuration(spans, s, i) * 1e6),
		};
		const crop = cropOfShown(span, i);
		const share = shareOfFrame(span, i);
		const below = share < 1 ? await under?.at(i) : undefined;
		if (below !== undefined) {
			return painter.mix(below, { sample, crop, hdr, place: span.piece.place }, share, timing);
		}
		await under?.close();
		return painter.paint(sample, crop, timing);
	}

	/** Lets go of what was decoded for cross-fades. Safe to call twice. */
	async close(): Promise<void> {
		const { under } = this.#current ?? {};
		this.#current = undefined;
		// The decoder may be gone already, with its file or with the browser's patience: then there is nothing left to let go of.
		await under?.close().catch(() => undefined);
	}

	async #at(s: number, span: PictureSpan, hdr: boolean): Promise<Current> {
		if (this.#current?.s === s) return this.#current;
		await this.close();
		const { size, scaling, trackOf } = this.options;
		this.#current = {
			s,
			painter: new FramePainter({ size, scaling, hdr, place: span.piece.place, colour: this.#colour }),
			under: span.under === undefined ? undefined : new UnderFrames(span.under, trackOf),
		};
		return this.#current;
	}
}
