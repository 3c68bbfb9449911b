import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Fingerprint } from '#core/media/fingerprint';
import { COPY_CHOICE_KEY, CopyChoice, DEFAULT_COPY_CHOICE } from '$lib/app/preferences';
import type { MediaFile } from '$lib/media/media-bytes';
import type { Storage } from '$lib/storage/storage';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import { wordsOf } from './failure-words.ts';
import { text } from './text.ts';

/** A file up to this share of the free space counts as small. */
const SMALL_SHARE = 0.25;

/**
 * Copies of files that the browser gave without a handle: kept in the origin's private file system, so that they are there on the
 * next visit. Small ones are copied by themselves; a large one asks, and can be used meanwhile.
 */
export class Copies {
	readonly #storage: Storage;
	readonly #toasts: Toasts;
	readonly #running = new SvelteMap<Fingerprint, { readonly progress: number; readonly abort: AbortController }>();
	readonly #asking = new SvelteSet<Fingerprint>();
	// eslint-disable-next-line svelte/prefer-svelte-reactivity -- the files are not shown, only who asks
	readonly #files = new Map<Fingerprint, MediaFile>();

	constructor(storage: Storage, toasts: Toasts) {
		this.#storage = storage;
		this.#toasts = toasts;
	}

	/** 0..1 while a copy is being made. */
	progress(media: Fingerprint): number | undefined {
		return this.#running.get(media)?.progress;
	}

	asks(media: Fingerprint): boolean {
		return this.#asking.has(media);
	}

	/** Copies, asks or leaves it, as the person chose. Resolves when that is done; a question does not wait for its answer. */
	async consider(media: Fingerprint, file: MediaFile): Promise<void> {
		const choice = (await this.#storage.settings.get(COPY_CHOICE_KEY, CopyChoice)) ?? DEFAULT_COPY_CHOICE;
		if (choice === 'none') return;
		if (choice === 'all' || (await this.#isSmall(file))) {
			await this.#copy(media, file);
			return;
		}
		if (choice === 'small') return;
		this.#files.set(media, file);
		this.#asking.add(media);
	}

	/** The answer to a card's question; `forAll` remembers it for every large file. */
	async answer(media: Fingerprint, keep: boolean, forAll: boolean): Promise<void> {
		const file = this.#files.get(media);
		this.forget(media);
		if (forAll) await this.#storage.settings.set(COPY_CHOICE_KEY, (keep ? 'all' : 'small') satisfies CopyChoice);
		if (keep && file !== undefined) await this.#copy(media, file);
	}

	/** Copies a file that is open for this visit. */
	async keep(media: Fingerprint): Promise<void> {
		const opened = await this.#storage.media.open(media);
		if (opened.ok) await this.#copy(media, opened.value);
		else this.#toasts.show({ kind: 'error', text: await wordsOf(opened.error) });
	}

	stop(media: Fingerprint): void {
		this.#running.get(media)?.abort.abort();
	}

	forget(media: Fingerprint): void {
		this.stop(media);
		this.#asking.delete(media);
		this.#files.delete(media);
	}

	async #isSmall(file: MediaFile): Promise<boolean> {
		const usage = await this.#storage.files.usage();
		return usage !== undefined && file.size <= (usage.quotaBytes - usage.usedBytes) * SMALL_SHARE;
	}

	async #copy(media: Fingerprint, file: MediaFile): Promise<void> {
		if (this.#running.has(media)) return;
		const abort = new AbortController();
		this.#running.set(media, { progress: 0, abort });
		try {
			const copied = await this.#storage.media.keepCopy(media, file, {
				signal: abort.signal,
				onProgress: (progress) => this.#running.set(media, { progress, abort }),
			});
			if (!copied.ok) this.#toasts.show({ kind: 'warning', text: await wordsOf(copied.error) });
		} catch (thrown) {
			if (abort.signal.aborted) return;
			console.warn('A copy could not be kept:', thrown);
			this.#toasts.show({ kind: 'warning', text: text.notCopied(file.name) });
		} finally {
			this.#running.delete(media);
		}
	}
}
