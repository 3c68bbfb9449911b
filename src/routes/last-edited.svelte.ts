import type { Fingerprint } from '#core/media/fingerprint';

const KEY = 'octocut:last-edited';

/** The file that was open in the editor last; kept for the next visit. */
class LastEdited {
	#media: Fingerprint | undefined = $state(localStorage.getItem(KEY) ?? undefined);

	get media(): Fingerprint | undefined {
		return this.#media;
	}

	set media(media: Fingerprint | undefined) {
		this.#media = media;
		if (media === undefined) localStorage.removeItem(KEY);
		else localStorage.setItem(KEY, media);
	}
}

export const lastEdited = new LastEdited();
