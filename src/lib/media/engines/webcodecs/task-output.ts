import type { ExportTask } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import { outputFileName, pictureExtension } from '#core/export/output-file-name';
import { err, ok, type Result } from '#core/result';
import type { MadeFile } from '../../engine.ts';
import type { SoundOutput } from './audio/sound-output.ts';
import type { Pictures } from './encoded-pictures.ts';
import { ExportFailure } from './export-failure.ts';
import { MuxedFile } from './muxed-file.ts';
import type { PicturePool } from './pictures/picture-pool.ts';
import { preparePictures, prepareSound, type PicturePart, type SoundPart } from './prepare-tracks.ts';
import type { TaskRequest } from './task-request.ts';
import type { TrackOf } from './under-frames.ts';

type Track = 'video' | 'audio';

interface Context {
	/** Of the whole run. */
	readonly signal: AbortSignal;
	/** Called when more is made. */
	readonly onReached: () => void;
	/** Called once, when the output is complete or has failed, and is let go of. */
	readonly onEnd: (result: Result<MadeFile, Failure>) => void;
	/** Why something failed that does not say so itself. */
	readonly explain: (thrown: unknown) => Promise<Failure>;
	readonly pool: PicturePool;
	/** Opens the picture of a piece. */
	readonly trackOf: TrackOf;
}

/** One output of a run, from its plan to the finished file. Opens its file with the first picture or sound, and fails alone. */
export class TaskOutput {
	/** Fires when the run is aborted, and when this output has failed. */
	readonly signal: AbortSignal;
	/** Seconds of the output that are made; all of it when it has failed. */
	reachedS = 0;
	#picture: PicturePart | undefined;
	#sound: SoundPart | undefined;
	#muxed: MuxedFile | undefined;
	#opening: Promise<void> | undefined;
	#ended: Promise<void> | undefined;
	readonly #unfinished = new Set<Track>();
	readonly #stop = new AbortController();

	constructor(
		private readonly request: TaskRequest,
		private readonly context: Context,
	) {
		this.signal = AbortSignal.any([context.signal, this.#stop.signal]);
	}

	get task(): ExportTask {
		return this.request.task;
	}

	/** Absent when the output has no picture, and before `prepare`. */
	get pictures(): Pictures | undefined {
		return this.#picture?.pictures;
	}

	get sound(): SoundOutput | undefined {
		return this.#sound?.sound;
	}

	/** Neither complete nor failed. */
	get isLive(): boolean {
		return this.#ended === undefined;
	}

	/** Finds the encoders; touches no file. */
	prepare(): Promise<void> {
		const { signal } = this;
		const { pool, trackOf } = this.context;
		return this.guard(async () => {
			this.#picture = await preparePictures(this.request, { pool, trackOf, signal });
			this.#sound = await prepareSound(this.request);
			if (this.#picture !== undefined) this.#unfinished.add('video');
			if (this.#sound !== undefined) this.#unfinished.add('audio');
			if (this.#unfinished.size > 0) return;
			const detail = 'it has neither picture nor sound';
			throw new ExportFailure({ kind: 'unsupported', subject: this.task.output.name, detail });
		});
	}

	/** Opens the output, at the first call. */
	open(): Promise<void> {
		this.#opening ??= this.#open();
		return this.#opening;
	}

	/** Does `work` for this output: when it throws, the output has failed and the others go on. Never rejects. */
	async guard(work: () => Promise<void>): Promise<void> {
		if (!this.isLive) return;
		try {
			await work();
		} catch (thrown) {
			if (!this.context.signal.aborted) this.fail(thrown);
		}
	}

	/** Says how far a track is; the picture leads where there is one. */
	reach(track: Track, atS: number): void {
		if (!this.isLive || (track === 'audio' && this.#picture !== undefined)) return;
		this.reachedS = atS;
		this.context.onReached();
	}

	/** Says that all of a track is handed over; with the last one the file is completed. */
	async finish(track: Track): Promise<void> {
		this.#unfinished.delete(track);
		if (this.#unfinished.size > 0 || !this.isLive) return;
		await this.open();
		this.signal.throwIfAborted();
		this.reachedS = this.task.durationS;
		this.context.onReached();
		await this.#muxed?.finalize();
		this.#end(() => Promise.resolve(ok(this.#made())));
		await this.#ended;
	}

	/** Gives the output up; what was written is for the caller to remove. */
	fail(thrown: unknown): void {
		this.#end(async () => {
			this.#stop.abort(thrown);
			this.reachedS = this.task.durationS;
			if (thrown instanceof ExportFailure) return err(thrown.failure);
			return err(this.#muxed?.failure ?? (await this.context.explain(thrown)));
		});
	}

	/** Lets go of codecs and files; resolves when it is told what became of the output. */
	async release(): Promise<void> {
		this.#stop.abort();
		await this.pictures?.drop();
		// A file that could not be opened holds nothing; why was told already.
		await this.#opening?.catch(() => undefined);
		await this.#muxed?.release();
		await this.#ended;
	}

	#end(conclude: () => Promise<Result<MadeFile, Failure>>): void {
		this.#ended ??= (async () => {
			const result = await conclude();
			await this.pictures?.drop();
			await this.#opening?.catch(() => undefined);
			await this.#muxed?.release();
			this.context.onEnd(result);
		})();
	}

	async #open(): Promise<void> {
		const { output, task } = this.request;
		const handle = 'file' in output ? output.file : output.sound;
		const parts = [this.#picture, this.#sound].flatMap((part) => part?.addTo ?? []);
		if (handle === undefined || parts.length === 0) return;
		this.#muxed = await MuxedFile.open(handle, {
			container: 'file' in output ? task.container : 'wav',
			subject: outputFileName(task.output),
			addTracks: (muxer) => parts.forEach((addTo) => addTo(muxer)),
		});
	}

	#made(): MadeFile {
		const { task, pictures } = this;
		const size = task.video.kind === 'none' ? { width: 0, height: 0 } : task.video.size;
		const muxedBytes = this.#muxed?.bytes ?? 0;
		return {
			taskId: task.id,
			bytes: muxedBytes + (pictures?.bytes ?? 0),
			frames: pictures?.written ?? 0,
			durationS: task.durationS,
			width: size.width,
			height: size.height,
			encoder: pictures?.encoder ?? this.#sound?.title ?? '',
			...(task.video.kind === 'frames' && {
				folder: {
					pictures: pictures?.written ?? 0,
					extension: pictureExtension(task.video.format),
					...(this.#sound !== undefined && { soundBytes: muxedBytes }),
				},
			}),
		};
	}
}
