import { failureText } from '#core/failure';
import type { Marker } from '#core/project/profile';
import type { Result } from '#core/result';
import type { Fingerprint } from '#core/media/fingerprint';
import type { CurrentProfile } from '$lib/app/current-profile.svelte';
import type { BatchQueue } from './batch-queue.ts';

export interface MarksSurroundings {
	readonly media: Fingerprint;
	readonly profile: Pick<CurrentProfile, 'name' | 'profile'>;
	readonly queue: Pick<BatchQueue, 'deleteGroup'>;
	/** Where the batch stands, in seconds. */
	readonly cursorS: () => number;
	readonly goTo: (timeS: number) => void;
	/** Takes up what a group was made with. */
	readonly restore: (marker: Marker) => void;
}

/** The groups of clips that were exported from the open file in the present profile. */
export class BatchMarks {
	readonly #around: MarksSurroundings;
	#chosenId: string | null = $state(null);
	#replacingId: string | null = $state(null);
	#deletingId: string | null = $state(null);
	#deleting = $state(false);

	/** In order of time. */
	readonly list: readonly Marker[] = $derived.by(() =>
		this.#around.profile.profile.markers
			.filter(({ media }) => media === this.#around.media)
			.toSorted((a, b) => a.atS - b.atS || a.counter - b.counter),
	);
	readonly chosen: Marker | undefined = $derived(this.list.find(({ id }) => id === this.#chosenId));
	/** The group whose files the next export replaces. */
	readonly replacing: Marker | undefined = $derived(this.list.find(({ id }) => id === this.#replacingId));
	/** The group that the person is asked about before its files are deleted. */
	readonly asksToDelete: Marker | undefined = $derived(this.list.find(({ id }) => id === this.#deletingId));

	constructor(around: MarksSurroundings) {
		this.#around = around;
	}

	get profileName(): string {
		return this.#around.profile.name;
	}
	/** True while files are being deleted. */
	get busy(): boolean {
		return this.#deleting;
	}

	/** Goes to a group and takes up what it was made with: settings, crop, label and category. */
	select(id: string): void {
		const marker = this.#find(id);
		if (marker === undefined) return;
		this.#chosenId = id;
		if (this.#replacingId !== id) this.#replacingId = null;
		this.#around.restore(marker);
		this.#around.goTo(marker.atS);
	}

	/** Makes the next export write over the files of a group: the same clips again as long as nothing is changed. */
	startReplacing(id: string): void {
		this.select(id);
		if (this.#find(id) !== undefined) this.#replacingId = id;
	}
	stopReplacing(): void {
		this.#replacingId = null;
	}

	/** Goes to the next group after the cursor, from the last to the first; nothing is taken up. False without groups. */
	next(): boolean {
		const cursorS = this.#around.cursorS();
		const next = this.list.find(({ atS }) => atS > cursorS + 1e-4) ?? this.list[0];
		if (next === undefined) return false;
		this.#chosenId = next.id;
		this.#around.goTo(next.atS);
		return true;
	}

	askToDelete(id: string | null): void {
		this.#deletingId = id;
	}

	/** Deletes the files of the group that was asked about, with what is known of them. */
	async deleteAsked(): Promise<Result<void, string>> {
		const marker = this.asksToDelete;
		this.#deletingId = null;
		return marker === undefined ? { ok: true, value: undefined } : this.#delete(marker);
	}

	/** Deletes some files of a group; the others stay. */
	deleteClips(marker: Marker, only: readonly string[]): Promise<Result<void, string>> {
		return this.#delete(marker, { only });
	}

	async #delete(marker: Marker, options: { readonly only?: readonly string[] } = {}): Promise<Result<void, string>> {
		this.#deleting = true;
		try {
			const deleted = await this.#around.queue.deleteGroup(marker, options);
			return deleted.ok ? deleted : { ok: false, error: failureText(deleted.error) };
		} finally {
			this.#deleting = false;
		}
	}

	#find(id: string): Marker | undefined {
		return this.list.find((marker) => marker.id === id);
	}
}
