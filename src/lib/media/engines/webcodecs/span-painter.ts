import type { VideoSample } from 'mediabunny';
import type { Size } from '#core/crop';
import { FramePainter, OutputColour } from './frame-painter.ts';
import { cropOfFrame, pictureDuration, type PictureSpan } from './frame-plan.ts';

interface SpanPainterOptions {
	readonly spans: readonly PictureSpan[];
	readonly size: Size;
	readonly scaling: 'fast' | 'lanczos';
}

/** Makes the pictures of one output from decoded ones: the part, the place and the time that its plan says. */
export class SpanPainter {
	readonly #colour = new OutputColour();
	#current: { readonly s: number; readonly painter: FramePainter } | undefined;

	constructor(private readonly options: SpanPainterOptions) {}

	/** Output picture `i` of span `s`, which `sample` shows. The caller closes it, and the sample. */
	paint(sample: VideoSample, hdr: boolean, s: number, i: number): Promise<VideoFrame> {
		const { spans, size, scaling } = this.options;
		const span = spans[s];
		if (span === undefined) throw new RangeError(`there is no span ${s}`);
		if (this.#current?.s !== s) {
			const { place } = span.piece;
			this.#current = { s, painter: new FramePainter({ size, scaling, hdr, place, colour: this.#colour }) };
		}
		const timing = {
			timestamp: Math.round((span.atS[i] ?? 0) * 1e6),
			duration: Math.round(pictureDuration(spans, s, i) * 1e6),
		};
		return this.#current.painter.paint(sample, cropOfFrame(span, i), timing);
	}
}
