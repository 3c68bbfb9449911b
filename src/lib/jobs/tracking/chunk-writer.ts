import type { Fingerprint } from '#core/media/fingerprint';
import type { DetectionStore, SeenChunk } from '$lib/storage/storage';

/** Seconds of the file that are kept together: few files for a long film, little to see again after a crash. */
const KEPT_TOGETHER_S = 30;

/** Keeps what is seen as it comes, in larger stretches. */
export class ChunkWriter {
	readonly #store: DetectionStore;
	readonly #media: Fingerprint;
	readonly #model: string;
	readonly #failed: (thrown: unknown) => void;
	#waiting: SeenChunk | undefined;
	#written: Promise<void> = Promise.resolve();

	/** `failed` hears of it as soon as something could not be kept: what is seen from then on is lost. */
	constructor(store: DetectionStore, media: Fingerprint, model: string, failed: (thrown: unknown) => void) {
		this.#store = store;
		this.#media = media;
		this.#model = model;
		this.#failed = failed;
	}

	add(chunk: SeenChunk): void {
		const before = this.#waiting;
		if (before !== undefined && Math.abs(before.span.outS - chunk.span.inS) < 1e-6) {
			this.#waiting = {
				span: { inS: before.span.inS, outS: chunk.span.outS },
				frames: [...before.frames, ...chunk.frames],
				cutsS: [...before.cutsS, ...chunk.cutsS],
			};
		} else {
			this.#write();
			this.#waiting = chunk;
		}
		const { span } = this.#waiting ?? chunk;
		if (span.outS - span.inS >= KEPT_TOGETHER_S) this.#write();
	}

	/** Resolves when everything that was seen is kept; rejects with why it is not. */
	flush(): Promise<void> {
		this.#write();
		return this.#written;
	}

	#write(): void {
		const chunk = this.#waiting;
		this.#waiting = undefined;
		if (chunk === undefined) return;
		this.#written = this.#written.then(() => this.#store.put(this.#media, this.#model, chunk));
		this.#written.catch(this.#failed);
	}
}
