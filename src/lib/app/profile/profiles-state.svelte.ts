import { DEFAULT_PROFILE, PROFILE_NAME_MOST } from '#core/project/profile-name';
import { DocumentName, listDocuments, removeDocument } from '#contract/sync';
import type { ProfileSummary } from '$lib/storage/storage';
import { idSet } from '../id-set.ts';
import { LiveValue } from '../live.svelte.ts';
import type { Services } from '../services.ts';
import { text } from './text.ts';

/** A profile that can be chosen. */
export interface ProfileRow extends ProfileSummary {
	readonly here: boolean;
	readonly onServer: boolean;
}

const PREFIX = 'profile:';

/** Profiles of this device and of the server, and what can be done with them. */
export class ProfilesState {
	readonly #services: Pick<Services, 'storage' | 'connection' | 'profile'>;
	readonly #here: LiveValue<readonly ProfileSummary[]>;
	#onServer: readonly ProfileSummary[] = $state.raw([]);
	readonly rows: readonly ProfileRow[] = $derived.by(() => {
		const onServer = idSet(this.#onServer.map(({ id }) => id));
		const { name } = this.#services.profile;
		const kept = this.#here.current;
		// The one that was chosen just now may not be listed yet.
		const all = kept.some(({ id }) => id === name) ? kept : [...kept, { id: name, title: name }];
		const here = all.map((row) => ({ ...row, here: true, onServer: onServer.has(row.id) }));
		const known = idSet(here.map(({ id }) => id));
		const there = this.#onServer.filter(({ id }) => !known.has(id));
		return [...here, ...there.map((row) => ({ ...row, here: false, onServer: true }))];
	});
	readonly current: ProfileRow | undefined = $derived(this.rows.find(({ id }) => id === this.#services.profile.name));

	constructor(services: Pick<Services, 'storage' | 'connection' | 'profile'>) {
		this.#services = services;
		this.#here = new LiveValue(services.storage.profiles.watch(), [{ id: DEFAULT_PROFILE, title: DEFAULT_PROFILE }]);
	}

	/** Asks the server anew; what it told last holds while it is silent. */
	async refresh(): Promise<void> {
		const { client } = this.#services.connection;
		const reply = await client?.call(listDocuments, { query: { kind: 'profile' } });
		if (reply?.ok === false) return;
		this.#onServer = (reply?.value.documents ?? []).map(({ name, title }) => ({
			id: name.slice(PREFIX.length),
			title,
		}));
	}

	/** Makes a profile and goes on as it; one that is called so already is chosen. */
	async make(title: string): Promise<void> {
		const wanted = title.trim().slice(0, PROFILE_NAME_MOST);
		if (wanted === '') return;
		const known = this.rows.find((row) => row.title === wanted);
		await this.#services.profile.choose(known?.id ?? this.#freeId(wanted));
		if (known === undefined) await this.#title(this.#services.profile.name, wanted);
	}

	/** A sentence when it cannot be called so. */
	async rename(id: string, title: string): Promise<string | undefined> {
		const wanted = title.trim().slice(0, PROFILE_NAME_MOST);
		if (wanted === '') return undefined;
		if (this.rows.some((row) => row.title === wanted && row.id !== id)) return text.taken(wanted);
		await this.#title(id, wanted);
		return undefined;
	}

	removeHere(id: string): Promise<void> {
		return this.#services.profile.remove(id);
	}

	/** A sentence when the server did not do it; then nothing has changed. */
	async removeEverywhere(id: string): Promise<string | undefined> {
		const reply = await this.#services.connection.client?.call(removeDocument, { params: { name: `${PREFIX}${id}` } });
		const gone =
			reply?.ok === true || (reply?.ok === false && reply.error.kind === 'refused' && reply.error.status === 404);
		if (!gone) return text.notRemoved;
		await this.removeHere(id);
		await this.refresh();
		return undefined;
	}

	async #title(id: string, title: string): Promise<void> {
		(await this.#services.storage.profiles.open(id)).rename(title);
	}

	/** The name for programs: as it is called, unless one that was renamed goes by that. The same words on two devices are one profile. */
	#freeId(title: string): string {
		const taken = idSet(this.rows.map(({ id }) => id));
		const base = DocumentName.safeParse(`${PREFIX}${title}`).success ? title : crypto.randomUUID();
		let id = base;
		for (let n = 2; taken.has(id); n += 1) id = `${base.slice(0, PROFILE_NAME_MOST - 5)} ${n}`;
		return id;
	}
}
