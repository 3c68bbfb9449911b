import { DEFAULT_PROFILE, PROFILE_NAME_MOST } from '#core/project/profile-name';
import type { Profile } from '#core/project/profile';
import type { ProfileDocument } from '$lib/storage/profile-document';
import type { Storage } from '$lib/storage/storage';

/** Name of the setting that holds the name of the profile. */
export const PROFILE_KEY = 'profile.current';

/** Read before anything is drawn, so it does without the schema library. */
const ProfileName = {
	safeParse(value: unknown): { success: true; data: string } | { success: false } {
		const valid = typeof value === 'string' && value !== '' && value.length <= PROFILE_NAME_MOST;
		return valid ? { success: true, data: value } : { success: false };
	},
};

const nobody = (name: string): Profile => ({ name, markers: [], labels: [], hidden: [], subprofiles: [] });

/** The profile a person works as, alike in all tabs. */
export class CurrentProfile {
	readonly #storage: Pick<Storage, 'profiles' | 'settings'>;
	#name = $state(DEFAULT_PROFILE);
	#document: ProfileDocument | undefined = $state.raw();
	#profile: Profile = $state.raw(nobody(DEFAULT_PROFILE));
	#unsubscribe: (() => void) | undefined;

	constructor(storage: Pick<Storage, 'profiles' | 'settings'>) {
		this.#storage = storage;
	}

	get name(): string {
		return this.#name;
	}
	/** What is in it; empty until it is open. */
	get profile(): Profile {
		return this.#profile;
	}
	/** Takes changes; undefined for the moment until it is open. */
	get document(): ProfileDocument | undefined {
		return this.#document;
	}

	/** Follows the choice until the returned function is called. */
	start(): () => void {
		const subscription = this.#storage.settings
			.watch(PROFILE_KEY, ProfileName)
			.subscribe((name) => void this.#open(name ?? DEFAULT_PROFILE));
		return () => {
			subscription.unsubscribe();
			this.#unsubscribe?.();
		};
	}

	/** Goes on as another profile; a name that is new makes one. */
	async choose(name: string): Promise<void> {
		const wanted = name.trim().slice(0, PROFILE_NAME_MOST);
		if (wanted === '') return;
		await this.#open(wanted);
		await this.#storage.settings.set(PROFILE_KEY, wanted);
	}

	/** Forgets a profile with what it knows; files on disk stay. The default one stays. */
	async remove(name: string): Promise<void> {
		if (name === DEFAULT_PROFILE) return;
		if (name === this.#name) await this.choose(DEFAULT_PROFILE);
		await this.#storage.profiles.remove(name);
	}

	async #leave(name: string): Promise<void> {
		if (this.#name !== name) return;
		this.#document = undefined;
		await this.choose(DEFAULT_PROFILE);
	}

	async #open(name: string): Promise<void> {
		if (this.#document !== undefined && name === this.#name) return;
		this.#name = name;
		const document = await this.#storage.profiles.open(name);
		if (this.#name !== name) return;
		this.#unsubscribe?.();
		this.#document = document;
		this.#profile = document.profile;
		const subscription = document.watch().subscribe((profile) => {
			this.#profile = profile;
			// On another device or in another tab: what is noted from now on would be lost.
			if (document.removed) void this.#leave(name);
		});
		this.#unsubscribe = () => subscription.unsubscribe();
	}
}
