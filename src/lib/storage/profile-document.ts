import * as Y from 'yjs';
import type { Fingerprint } from '#core/media/fingerprint';
import { alike, clipKey, PROFILE_SCHEMA_VERSION, PROFILE_TITLE_KEY } from '#core/project/document-layout';
import { PROFILE_NAME_MOST } from '#core/project/profile-name';
import type { MarkedClip, Marker, Profile, Subprofile } from '#core/project/profile';
import { AuthoredDocument, openAuthored, type OpenParts, type Sharing } from './authored-document.ts';
import type { SetAside } from './document-entries.ts';
import { ProfileReader, profileMapsOf, type ProfileMaps } from './profile-reading.ts';
import type { TabExchange } from './tab-exchange.ts';
import type { UpdateLog } from './update-log.ts';

/** So many labels are remembered; the ones used longest ago go. */
const MOST_LABELS = 500;

/** What a person works for: exported groups, labels, hidden files. */
export class ProfileDocument extends AuthoredDocument<Profile> {
	#maps: ProfileMaps;
	#reader: ProfileReader;
	#tabs: TabExchange;

	private constructor(name: string, parts: OpenParts) {
		const maps = profileMapsOf(parts.doc);
		const reader = new ProfileReader(name, maps);
		const { meta, ...undoable } = maps;
		super({
			...parts,
			meta,
			undoable: Object.values(undoable) as Y.AbstractType<unknown>[],
			schemaVersion: PROFILE_SCHEMA_VERSION,
			noun: 'profile',
			read: () => reader.read(),
		});
		this.#maps = maps;
		this.#reader = reader;
		this.#tabs = parts.tabs;
	}

	/** Loads what is kept and meets other tabs and devices. A profile that is new is kept from now on. */
	static open(name: string, log: UpdateLog, channel: string, sharing?: Sharing): Promise<ProfileDocument> {
		const make = (parts: OpenParts): ProfileDocument => {
			const document = new ProfileDocument(name, parts);
			if (!document.#maps.meta.has('schemaVersion')) document.note(() => undefined);
			return document;
		};
		return openAuthored(log, channel, make, sharing);
	}

	/** What people call it. Its name stays the one it was made with, as exports under way go by that. */
	get title(): string {
		const title = this.#maps.profile.get(PROFILE_TITLE_KEY);
		return typeof title === 'string' && title.trim() !== '' ? title.slice(0, PROFILE_NAME_MOST) : this.profile.name;
	}

	rename(title: string): void {
		const wanted = title.trim().slice(0, PROFILE_NAME_MOST);
		if (wanted === '' || wanted === this.title) return;
		// No part of an undo of markers: it stands in another place.
		this.note(() => this.#maps.profile.set(PROFILE_TITLE_KEY, wanted));
	}

	get profile(): Profile {
		return this.value;
	}

	/** Entries of the document that could not be read; they are kept. */
	get aside(): readonly SetAside[] {
		return this.#reader.aside;
	}

	/** Adds a group, or replaces the one of that id with its clips. */
	putMarker(marker: Marker): void {
		this.edit(`marker ${marker.id}`, () => {
			const wanted = new Set(marker.clips.map(({ path }) => path));
			this.#dropClips(marker.id, ({ path }) => !wanted.has(path));
			this.#putFields(marker);
			for (const clip of marker.clips) this.#putClip(marker.id, clip);
		});
	}

	removeMarkers(ids: readonly string[]): void {
		const present = ids.filter((id) => this.#maps.markers.has(id));
		if (present.length > 0) this.edit(undefined, () => this.#drop(present));
	}

	/**
	 * Notes a file that was made: its clip under `marker`, which is added when it is missing and takes on these words when it is there.
	 * Undo never takes it back, as the file stays. Doing it again changes nothing.
	 */
	recordClip(marker: Omit<Marker, 'clips'>, clip: MarkedClip): void {
		this.note(() => {
			this.#putFields(marker);
			this.#putClip(marker.id, clip);
		});
	}

	/** Notes that clips were deleted from disk; a group without clips goes too. Undo never takes it back. */
	forgetClips(marker: string, paths: readonly string[]): void {
		const gone = new Set(paths);
		const known = this.profile.markers.find(({ id }) => id === marker);
		if (known === undefined) return;
		this.note(() => {
			if (known.clips.every(({ path }) => gone.has(path))) this.#drop([marker]);
			else this.#dropClips(marker, ({ path }) => gone.has(path));
		});
	}

	/** Remembers a label as the latest; an empty one is nothing to remember. */
	addLabel(label: string): void {
		const { labels } = this.profile;
		if (label.trim() === '' || labels[0] === label) return;
		// Undo of an export's label would only surprise: the list is a memory.
		this.note(() => {
			const used = [...this.#maps.labels.values()].map((value) => (typeof value === 'number' ? value : 0));
			this.#maps.labels.set(label, Math.max(Date.now(), 1 + used.reduce((most, next) => Math.max(most, next), 0)));
			const others = labels.filter((other) => other !== label);
			for (const old of others.slice(MOST_LABELS - 1)) this.#maps.labels.delete(old);
		});
	}

	removeLabel(label: string): void {
		if (this.#maps.labels.has(label)) this.edit(undefined, () => this.#maps.labels.delete(label));
	}

	/** Leaves a file out of the list of this profile. */
	hide(media: Fingerprint): void {
		if (!this.#maps.hidden.has(media)) this.edit(undefined, () => this.#maps.hidden.set(media, true));
	}

	show(media: Fingerprint): void {
		if (this.#maps.hidden.has(media)) this.edit(undefined, () => this.#maps.hidden.delete(media));
	}

	setSubprofiles(list: readonly Subprofile[]): void {
		this.edit('subprofiles', () => this.#maps.profile.set('subprofiles', list));
	}

	/** Ends the document here and in other tabs, because it is being removed. */
	endEverywhere(): void {
		this.#tabs.tellRemoved();
		this.close();
	}

	#putFields({ id, ...fields }: Omit<Marker, 'clips'>): void {
		const known = this.#maps.markers.get(id);
		const map = known ?? new Y.Map<unknown>();
		for (const [key, value] of Object.entries(fields)) {
			if (key !== 'clips' && (known === undefined || !alike(known.get(key), value))) map.set(key, value);
		}
		if (known === undefined) this.#maps.markers.set(id, map);
	}

	#putClip(marker: string, { path, inS, outS }: MarkedClip): void {
		const key = clipKey(marker, path);
		const value = { marker, path, inS, outS };
		if (!alike(this.#maps.clips.get(key), value)) this.#maps.clips.set(key, value);
	}

	#drop(ids: readonly string[]): void {
		for (const id of ids) {
			this.#dropClips(id, () => true);
			this.#maps.markers.delete(id);
		}
	}

	#dropClips(marker: string, which: (clip: MarkedClip) => boolean): void {
		const known = this.profile.markers.find(({ id }) => id === marker);
		for (const clip of known?.clips.filter(which) ?? []) this.#maps.clips.delete(clipKey(marker, clip.path));
	}
}
