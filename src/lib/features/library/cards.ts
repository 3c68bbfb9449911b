import type { Fingerprint } from '#core/media/fingerprint';
import type { MediaFacts } from '#core/media/media-facts';
import type { MediaRecord } from '$lib/storage/media-record';
import { text } from './text.ts';

/** Whether the file's bytes can be read now; `unknown` until it was looked at. */
export type Access = 'ok' | 'unknown' | 'permission' | 'missing' | 'changed' | 'away';

/** What goes on with a file beside its record. */
export interface Activity {
	readonly step: string;
	/** 0..1; undefined while nobody can tell. */
	readonly progress?: number | undefined;
}

/** A file that is being added and has no record yet. */
export interface Arrival {
	readonly id: number;
	readonly name: string;
	readonly bytes: number;
	readonly addedAt: string;
	/** Empty while all is well. */
	readonly message: string;
	/** Known when its edges are hashed; the record with this fingerprint takes its place. */
	readonly media?: Fingerprint;
}

/** One file as the library shows it. */
export interface Card {
	readonly key: string;
	/** Absent until the file's edges are hashed. */
	readonly media: Fingerprint | undefined;
	/** Set while there is no record. */
	readonly arrival: number | undefined;
	readonly name: string;
	readonly bytes: number;
	readonly addedAt: string;
	readonly state: MediaRecord['state'];
	/** A sentence for the person; empty when there is nothing to say. */
	readonly message: string;
	readonly facts: MediaFacts | undefined;
	readonly access: Access;
	readonly activity: Activity | undefined;
	/** Asks whether to keep a copy. */
	readonly asksCopy: boolean;
	readonly copied: boolean;
	/** It is read from a server. */
	readonly onServer: boolean;
	/** The file is wanted again: it was moved, or reading it was interrupted. */
	readonly canRelink: boolean;
}

export type SortOrder = keyof typeof text.sortBy;
export const SORT_ORDERS: readonly SortOrder[] = ['added', 'name', 'length', 'size'];

const ACCESS_TEXT: Readonly<Record<Access, string>> = {
	ok: '',
	unknown: '',
	permission: text.needsPermission,
	missing: text.missing,
	changed: text.changed,
	away: text.away,
};

export function cardOfRecord(
	record: MediaRecord,
	now: { readonly access: Access; readonly activity: Activity | undefined; readonly asksCopy: boolean },
): Card {
	const { fingerprint, name, bytes, addedAt, state, source, facts } = record;
	return {
		key: fingerprint,
		media: fingerprint,
		arrival: undefined,
		name,
		bytes,
		addedAt,
		state,
		message: [record.message, state === 'ready' ? ACCESS_TEXT[now.access] : ''].filter(Boolean).join(' '),
		facts,
		...now,
		copied: source.kind === 'opfs',
		onServer: source.kind === 'server',
		canRelink:
			now.access === 'missing' && (state === 'ready' || (state === 'error' && record.message === text.interrupted)),
	};
}

export const cardOfArrival = ({ id, name, bytes, addedAt, message }: Arrival): Card => ({
	name,
	bytes,
	addedAt,
	key: `arrival-${id}`,
	media: undefined,
	arrival: id,
	state: message === '' ? 'probing' : 'error',
	message,
	facts: undefined,
	access: 'unknown',
	activity: message === '' ? { step: text.waiting } : undefined,
	asksCopy: false,
	copied: false,
	onServer: false,
	canRelink: false,
});

/** Cards whose name has every word of `query`, in any case and order. */
export function matching(cards: readonly Card[], query: string): readonly Card[] {
	const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
	if (words.length === 0) return cards;
	return cards.filter(({ name }) => words.every((word) => name.toLocaleLowerCase().includes(word)));
}

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export function sorted(cards: readonly Card[], order: SortOrder): readonly Card[] {
	const compare: Record<SortOrder, (a: Card, b: Card) => number> = {
		added: (a, b) => (a.addedAt < b.addedAt ? 1 : a.addedAt > b.addedAt ? -1 : byName.compare(a.name, b.name)),
		name: (a, b) => byName.compare(a.name, b.name),
		length: (a, b) => (b.facts?.durationS ?? -1) - (a.facts?.durationS ?? -1),
		size: (a, b) => b.bytes - a.bytes,
	};
	return [...cards].sort(compare[order]);
}
