import { failureText, type Failure } from '#core/failure';
import type { Fingerprint } from '#core/media/fingerprint';
import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import type { MediaFile } from '$lib/media/media-bytes';
import type { MediaRecord, ServerSource } from '$lib/storage/media-record';
import type { MediaStore } from '$lib/storage/storage';

/** How far opening a file has come. */
export type SourcePhase =
	| { readonly kind: 'opening' }
	/** Still being probed; opens by itself when that is done. */
	| { readonly kind: 'probing'; readonly name: string }
	| { readonly kind: 'not-in-library' }
	| { readonly kind: 'refused'; readonly name: string; readonly message: string }
	/** What the file is, is known; its bytes cannot be read (yet). Marks can be seen, not made. */
	| {
			readonly kind: 'unreadable';
			readonly facts: MediaFacts;
			readonly index: FrameIndex | undefined;
			readonly failure: Failure;
	  }
	| {
			readonly kind: 'ready';
			readonly facts: MediaFacts;
			readonly index: FrameIndex | undefined;
			readonly file: MediaFile;
			/** The small copy, when the file itself cannot be played and one was made before. */
			readonly preview: Blob | undefined;
			/** Where it lies when that is a server. */
			readonly server?: Pick<ServerSource, 'server' | 'mediaId'> | undefined;
	  };

/** How often the frame index is looked for while the record is there without it, in milliseconds. */
const INDEX_POLL_MS = 300;

/** One file of the library, opened for editing: its facts, its frames, its bytes. */
export class EditorSource {
	#phase: SourcePhase = $state.raw({ kind: 'opening' });
	#made: Blob | undefined = $state.raw();
	readonly #store: MediaStore;
	readonly #media: Fingerprint;
	#subscription: { unsubscribe(): void } | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#busy = false;
	#again = false;
	#closed = false;

	constructor(store: MediaStore, media: Fingerprint) {
		this.#store = store;
		this.#media = media;
	}

	get phase(): SourcePhase {
		return this.#phase;
	}
	/** The small copy, when one was made: before, or in this visit. */
	get preview(): Blob | undefined {
		return this.#made ?? (this.#phase.kind === 'ready' ? this.#phase.preview : undefined);
	}

	/** Begins to open the file, and goes on when its record changes, until it is ready or `close` is called. */
	start(): void {
		this.#subscription ??= this.#store.watch().subscribe(() => void this.#advance());
		void this.#advance();
	}

	/** Tries to read the bytes again. `ask`: called from a click, so the browser may ask for permission. */
	async retry(ask: boolean): Promise<void> {
		const phase = this.#phase;
		if (phase.kind === 'unreadable') await this.#open(phase.facts, phase.index, ask);
		else await this.#advance();
	}

	/** Keeps a small copy that was just made, so that the next visit need not make it again. */
	async keepPreview(preview: Blob): Promise<void> {
		this.#made = preview;
		const kept = await this.#store.putPreview(this.#media, preview);
		if (!kept.ok) console.warn('The preview could not be kept and will be made again:', failureText(kept.error));
	}

	close(): void {
		this.#closed = true;
		this.#subscription?.unsubscribe();
		clearTimeout(this.#timer);
	}

	async #advance(): Promise<void> {
		if (this.#busy) {
			this.#again = true;
			return;
		}
		this.#busy = true;
		do {
			this.#again = false;
			if (!this.#closed && this.#phase.kind !== 'ready') await this.#look();
		} while (this.#again);
		this.#busy = false;
	}

	async #look(): Promise<void> {
		const record = await this.#store.get(this.#media);
		if (record === undefined) {
			this.#phase = { kind: 'not-in-library' };
			return;
		}
		if (record.state === 'probing') {
			this.#phase = { kind: 'probing', name: record.name };
			return;
		}
		if (record.state !== 'ready' || record.facts === undefined) {
			this.#phase = { kind: 'refused', name: record.name, message: record.message };
			return;
		}
		const index = await this.#store.frameIndex(this.#media);
		if (index === undefined && record.facts.video !== undefined) this.#waitForIndex(record);
		else await this.#open(record.facts, index, false);
	}

	#waitForIndex(record: MediaRecord): void {
		this.#phase = { kind: 'probing', name: record.name };
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#advance(), INDEX_POLL_MS);
	}

	async #open(facts: MediaFacts, index: FrameIndex | undefined, ask: boolean): Promise<void> {
		const opened = await this.#store.open(this.#media, { ask });
		const preview = facts.playable === 'preview' ? await this.#store.preview(this.#media) : undefined;
		const source = (await this.#store.get(this.#media))?.source;
		const server = source?.kind === 'server' ? source : undefined;
		if (this.#closed) return;
		this.#phase = opened.ok
			? { kind: 'ready', facts, index, file: opened.value, preview, server }
			: { kind: 'unreadable', facts, index, failure: opened.error };
	}
}
