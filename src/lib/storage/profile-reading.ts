import type * as Y from 'yjs';
import { Fingerprint } from '#core/media/fingerprint';
import { PROFILE_MAPS } from '#core/project/document-layout';
import { MarkedClip, Marker, Subprofile, type Profile } from '#core/project/profile';
import * as z from 'zod';
import { changeFlag, EntryList, EntryParser, namedMaps, readRecord, type SetAside } from './document-entries.ts';

/** A group without its clips, which are entries of their own. */
const MarkerEntry = Marker.unwrap().omit({ clips: true }).readonly();
type MarkerEntry = z.infer<typeof MarkerEntry>;
const ClipEntry = MarkedClip.unwrap().extend({ marker: z.string() }).readonly();
const Subprofiles = z.array(Subprofile).readonly();

/** The shared types of a profile document. `meta` stays out of undo. */
export interface ProfileMaps {
	readonly meta: Y.Map<unknown>;
	readonly profile: Y.Map<unknown>;
	readonly markers: Y.Map<Y.Map<unknown>>;
	/** Clips of all groups, each under its `clipKey`: files that are made one after the other do not overwrite each other's entry. */
	readonly clips: Y.Map<unknown>;
	/** When each label was used last: a number that only grows. */
	readonly labels: Y.Map<unknown>;
	readonly hidden: Y.Map<unknown>;
}

export const profileMapsOf = (doc: Y.Doc): ProfileMaps => namedMaps<ProfileMaps>(doc, PROFILE_MAPS);

/** Reads a profile document through the domain's schemas. Parts that did not change keep their identity between readings. */
export class ProfileReader {
	#name: string;
	#maps: ProfileMaps;
	#parser = new EntryParser('profile');
	#entries: EntryList<MarkerEntry>;
	#markersChanged: () => boolean;
	#markers: readonly Marker[] = [];
	#labelsChanged: () => boolean;
	#labels: readonly string[] = [];

	constructor(name: string, maps: ProfileMaps) {
		this.#name = name;
		this.#maps = maps;
		this.#entries = new EntryList('markers', maps.markers, MarkerEntry, this.#parser, byTime);
		this.#markersChanged = changeFlag(maps.markers as Y.Map<unknown>, maps.clips);
		this.#labelsChanged = changeFlag(maps.labels);
	}

	get aside(): readonly SetAside[] {
		return this.#parser.aside;
	}

	read(): Profile {
		const { profile, hidden } = this.#maps;
		if (this.#markersChanged()) this.#markers = this.#readMarkers();
		if (this.#labelsChanged()) this.#labels = this.#readLabels();
		const hiddenFiles = readRecord(this.#parser, 'hidden', hidden, Fingerprint, z.boolean());
		return {
			name: this.#name,
			markers: this.#markers,
			labels: this.#labels,
			hidden: Object.keys(hiddenFiles),
			subprofiles: this.#parser.parse('subprofiles', Subprofiles, profile.get('subprofiles') ?? []) ?? [],
		};
	}

	#readMarkers(): readonly Marker[] {
		const clips = new Map<string, MarkedClip[]>();
		for (const [key, value] of this.#maps.clips) {
			const entry = this.#parser.parse(`clips/${key}`, ClipEntry, value);
			if (entry === undefined) continue;
			const { marker, ...clip } = entry;
			const others = clips.get(marker);
			if (others === undefined) clips.set(marker, [clip]);
			else others.push(clip);
		}
		return this.#entries.read().map((entry) => ({ ...entry, clips: (clips.get(entry.id) ?? []).sort(byStart) }));
	}

	#readLabels(): readonly string[] {
		return [...this.#maps.labels]
			.map(([label, used]) => ({ label, used: typeof used === 'number' ? used : 0 }))
			.sort((a, b) => b.used - a.used || (a.label < b.label ? -1 : 1))
			.map(({ label }) => label);
	}
}

const byTime = (a: MarkerEntry, b: MarkerEntry): number => a.atS - b.atS || (a.id < b.id ? -1 : 1);

/** Clips of one start are told apart by their number, which stands at the end of the path. */
const byStart = (a: MarkedClip, b: MarkedClip): number =>
	a.inS - b.inS || a.path.length - b.path.length || (a.path < b.path ? -1 : 1);
