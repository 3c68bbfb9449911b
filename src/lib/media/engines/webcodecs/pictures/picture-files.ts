import type { VideoSample } from 'mediabunny';
import type { ExportTask } from '#core/export/export-task';
import type { Pictures } from '../encoded-pictures.ts';
import { ExportFailure } from '../export-failure.ts';
import type { PictureSpan } from '../frame-plan.ts';
import { SpanPainter } from '../span-painter.ts';
import type { TrackOf } from '../under-frames.ts';
import type { PicturePool } from './picture-pool.ts';
import type { PictureTarget } from './picture.worker.ts';

interface PictureFilesOptions {
	readonly video: Extract<ExportTask['video'], { kind: 'frames' }>;
	readonly spans: readonly PictureSpan[];
	readonly folder: FileSystemDirectoryHandle;
	readonly pool: PicturePool;
	/** Opens the picture of a piece that is shown beneath another one. */
	readonly trackOf: TrackOf;
	/** The output, for the person. */
	readonly subject: string;
	readonly signal: AbortSignal;
}

/** Pictures that become files of their own in a folder, several at a time. */
export class PictureFiles implements Pictures {
	readonly spans: readonly PictureSpan[];
	readonly #painter: SpanPainter;
	readonly #target: PictureTarget;
	/** Bytes of each file that is complete, also of those whose neighbour before is not yet. */
	readonly #sizes = new Map<number, number>();
	readonly #underWay = new Set<Promise<void>>();
	#written = 0;
	#byBrowser = false;
	#failure: { readonly thrown: unknown } | undefined;

	constructor(private readonly options: PictureFilesOptions) {
		const { spans, video, folder, subject, trackOf } = options;
		const { size, format, quality, scaling } = video;
		this.spans = spans;
		this.#painter = new SpanPainter({ spans, size, scaling, trackOf });
		this.#target = { id: crypto.randomUUID(), folder, subject, size, format, quality };
	}

	get encoder(): string {
		return this.#byBrowser ? `${this.options.video.format} (browser)` : 'WebP';
	}

	get bytes(): number {
		return [...this.#sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
	}

	get written(): number {
		return this.#written;
	}

	async take(sample: VideoSample, hdr: boolean, s: number, i: number): Promise<void> {
		const { pool, signal } = this.options;
		await pool.room(signal);
		this.#check();
		const frame = await this.#painter.paint(sample, hdr, s, i);
		const n = this.spans.slice(0, s).reduce((sum, span) => sum + span.atS.length, i) + 1;
		const writing = this.#write(frame, n).catch((thrown: unknown) => {
			this.#failure ??= { thrown };
		});
		this.#underWay.add(writing);
		void writing.then(() => this.#underWay.delete(writing));
	}

	async finish(): Promise<void> {
		await this.drop();
		this.#check();
	}

	/** Waits for what is under way: nothing may hold a file when the output is let go of, or made anew. */
	async drop(): Promise<void> {
		await Promise.all([...this.#underWay, this.#painter.close()]);
		await this.options.pool.forget(this.#target);
	}

	async #write(frame: VideoFrame, n: number): Promise<void> {
		const written = await this.options.pool.write(this.#target, frame, n);
		if (!written.ok) throw new ExportFailure(written.error);
		this.#sizes.set(n, written.value.bytes);
		this.#byBrowser ||= written.value.byBrowser;
		while (this.#sizes.has(this.#written + 1)) this.#written += 1;
	}

	#check(): void {
		this.options.signal.throwIfAborted();
		if (this.#failure !== undefined) throw this.#failure.thrown;
	}
}
