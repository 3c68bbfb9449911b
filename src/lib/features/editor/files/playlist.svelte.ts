import type { Fingerprint } from '#core/media/fingerprint';
import type { CurrentProfile } from '$lib/app/current-profile.svelte';
import { idSet } from '$lib/app/id-set';
import { LiveValue } from '$lib/app/live.svelte';
import type { MediaRecord } from '$lib/storage/media-record';
import type { Storage } from '$lib/storage/storage';
import { text } from './text.ts';

/** A file of the library, as the present profile sees it. */
export interface PlaylistFile {
	readonly media: Fingerprint;
	readonly name: string;
	readonly durationS: number | undefined;
	readonly hidden: boolean;
	/** Groups of clips that were exported from it. */
	readonly groups: number;
	/** It can be opened. */
	readonly ready: boolean;
}

export interface PlaylistOptions {
	readonly storage: Pick<Storage, 'media'>;
	readonly profile: Pick<CurrentProfile, 'profile' | 'document'>;
	/** The file that is open. */
	readonly current: Fingerprint;
}

/** The files to work through, in the order in which they were added. A file is done when something was exported from it. */
export class Playlist {
	readonly current: Fingerprint;
	readonly #profile: PlaylistOptions['profile'];
	readonly #records: LiveValue<readonly MediaRecord[]>;

	readonly files: readonly PlaylistFile[] = $derived.by(() => {
		const { markers, hidden } = this.#profile.profile;
		const groups: Record<Fingerprint, number> = {};
		for (const { media } of markers) groups[media] = (groups[media] ?? 0) + 1;
		const gone = idSet(hidden);
		return this.#records.current
			.toSorted((a, b) => (a.addedAt === b.addedAt ? a.name.localeCompare(b.name) : a.addedAt < b.addedAt ? -1 : 1))
			.map(({ fingerprint: media, name, facts, state }) => ({
				media,
				name,
				durationS: facts?.durationS,
				hidden: gone.has(media),
				groups: groups[media] ?? 0,
				ready: state === 'ready',
			}));
	});
	/** What is to be worked through: neither hidden nor unreadable. */
	readonly queue: readonly PlaylistFile[] = $derived(this.files.filter(({ hidden, ready }) => !hidden && ready));
	readonly done: number = $derived(this.queue.filter(({ groups }) => groups > 0).length);
	readonly hiddenCount: number = $derived(this.files.filter(({ hidden }) => hidden).length);

	constructor({ storage, profile, current }: PlaylistOptions) {
		this.current = current;
		this.#profile = profile;
		this.#records = new LiveValue(storage.media.watch(), []);
	}

	/** The file after or before the open one that is not hidden; undefined at the end. */
	beside(step: -1 | 1): PlaylistFile | undefined {
		const at = this.files.findIndex(({ media }) => media === this.current);
		const open = ({ hidden, ready }: PlaylistFile): boolean => !hidden && ready;
		return step === 1 ? this.files.slice(at + 1).find(open) : this.files.slice(0, Math.max(0, at)).findLast(open);
	}

	setHidden(media: Fingerprint, hidden: boolean): void {
		const { document } = this.#profile;
		if (hidden) document?.hide(media);
		else document?.show(media);
	}

	/** Hides the open file, or shows it again; a sentence about it. */
	toggleHidden(): string {
		const file = this.files.find(({ media }) => media === this.current);
		if (file === undefined) return text.notInLibrary;
		this.setHidden(file.media, !file.hidden);
		return file.hidden ? text.shown(file.name) : text.hidden(file.name);
	}
}
