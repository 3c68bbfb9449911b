import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Failure } from '#core/failure';
import type { Fingerprint } from '#core/fingerprint';
import type { Probed } from '$lib/media/probe/index';
import type { MediaRecord } from '$lib/storage/media-record';
import type { Storage } from '$lib/storage/storage';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import {
	cardOfArrival,
	cardOfRecord,
	matching,
	sorted,
	type Access,
	type Activity,
	type Arrival,
	type Card,
	type SortOrder,
} from './cards.ts';
import { Copies } from './copies.svelte.ts';
import { Lanes } from './lanes.ts';
import { addFailureText, wordsOf } from './failure-words.ts';
import type { Picked } from './picked.ts';
import { text } from './text.ts';

/** Reading of files; loaded when the first one comes, so that a first screen carries none of it. */
export type Reader = Pick<typeof import('$lib/media/probe/index'), 'fingerprintOf' | 'probe' | 'makeThumbnail'>;

interface Parts {
	readonly storage: Storage;
	readonly toasts: Toasts;
	readonly loadReader: () => Promise<Reader>;
	/** ISO date of now. */
	readonly now?: () => string;
}

/** Files that are read at the same time: they share one disk and a worker. */
const PROBES_AT_ONCE = 2;
/** Copied before the file is called ready, so that a reload a moment later finds it; takes a fraction of a second. */
const COPY_FIRST_BYTES = 64_000_000;

/** The files that a person added: what is known of each, and what can be done with it. */
export class LibraryState {
	query = $state('');
	order: SortOrder = $state('added');
	readonly copies: Copies;
	#records: readonly MediaRecord[] | undefined = $state.raw();
	#arrivals: readonly Arrival[] = $state.raw([]);
	readonly #access = new SvelteMap<Fingerprint, Access>();
	readonly #activity = new SvelteMap<Fingerprint, Activity>();
	readonly #pictures = new SvelteMap<Fingerprint, number>();
	readonly #parts: Required<Parts>;
	readonly #lanes = new Lanes(PROBES_AT_ONCE);
	readonly #looks = new Lanes(4);
	// eslint-disable-next-line svelte/prefer-svelte-reactivity -- bookkeeping that is not shown
	readonly #busy = new Map<Fingerprint, AbortController>();
	// eslint-disable-next-line svelte/prefer-svelte-reactivity -- bookkeeping that is not shown
	readonly #seen = new Map<Fingerprint, string>();
	#nextArrival = 1;

	readonly #cards = $derived.by(() => [
		...this.#arrivals.map(cardOfArrival),
		...(this.#records ?? []).map((record) => this.#card(record)),
	]);
	/** What the page shows: found by `query`, in `order`. */
	readonly cards = $derived(sorted(matching(this.#cards, this.query), this.order));

	constructor(parts: Parts) {
		this.#parts = { now: isoNow, ...parts };
		this.copies = new Copies(parts.storage, parts.toasts);
	}

	/** False until the stored files are known. */
	get loaded(): boolean {
		return this.#records !== undefined;
	}

	/** How many files there are, found or not. */
	get count(): number {
		return this.#cards.length;
	}

	/** Follows what is stored, until the returned function is called. */
	start(): () => void {
		const subscription = this.#parts.storage.media.watch().subscribe((records) => {
			this.#records = records;
			for (const record of records) this.#notice(record);
		});
		return () => {
			subscription.unsubscribe();
			for (const abort of this.#busy.values()) abort.abort();
		};
	}

	/** Adds files; each has its card at once. Resolves when all are read. */
	async add(picked: readonly Picked[]): Promise<void> {
		const arrivals = picked.map(({ file }) => ({
			id: this.#nextArrival++,
			name: file.name,
			bytes: file.size,
			addedAt: this.#parts.now(),
			message: '',
		}));
		this.#arrivals = [...arrivals, ...this.#arrivals];
		await Promise.all(picked.map((one, at) => this.#lanes.run(() => this.#receive(one, arrivals[at]?.id ?? 0))));
	}

	/** Reads a file again that failed before. */
	async retry(media: Fingerprint): Promise<void> {
		const opened = await this.#parts.storage.media.open(media, { ask: true });
		if (opened.ok) await this.#lanes.run(() => this.#read(media, opened.value));
		else await this.#complain(opened.error);
	}

	/** Links a record to where its file is now. The file is recognised by its bytes; another one is told and left alone. */
	async relink(media: Fingerprint, { file, handle }: Picked): Promise<void> {
		const record = this.#records?.find(({ fingerprint }) => fingerprint === media);
		const { fingerprintOf } = await this.#parts.loadReader();
		if ((await fingerprintOf(file)) !== media) {
			this.#parts.toasts.show({ kind: 'error', text: text.wrongFile(file.name, record?.name ?? '') });
			return;
		}
		await this.#link(media, { file, ...(handle ? { handle } : {}) });
		this.#parts.toasts.show({ kind: 'success', text: text.relinked(file.name) });
		if (record?.state === 'ready') await this.#copyIfNeeded(media, { file, ...(handle ? { handle } : {}) });
		else await this.#lanes.run(() => this.#read(media, file));
	}

	/** Asks the browser for permission to read a file again; call it from a click. */
	async allow(media: Fingerprint): Promise<void> {
		const opened = await this.#parts.storage.media.open(media, { ask: true });
		this.#access.set(media, opened.ok ? 'ok' : accessOf(opened.error));
		if (!opened.ok && opened.error.kind !== 'source-permission') await this.#complain(opened.error);
		// "Allow on every visit" covers the others too.
		if (opened.ok) for (const record of this.#records ?? []) this.#look(record.fingerprint);
	}

	/** Forgets a file with all that was made of it; the person's own file stays. */
	async remove(card: Card): Promise<void> {
		if (card.media === undefined) {
			this.#arrivals = this.#arrivals.filter(({ id }) => `arrival-${id}` !== card.key);
			return;
		}
		this.#busy.get(card.media)?.abort();
		this.copies.forget(card.media);
		await this.#parts.storage.media.remove(card.media);
		this.#seen.delete(card.media);
	}

	/** Changes when the picture of a file was made anew. */
	pictureVersion(media: Fingerprint): number {
		return this.#pictures.get(media) ?? 0;
	}

	picture(media: Fingerprint): Promise<Blob | undefined> {
		return this.#parts.storage.media.thumbnail(media);
	}

	#card(record: MediaRecord): Card {
		const media = record.fingerprint;
		const copying = this.copies.progress(media);
		const activity =
			this.#activity.get(media) ??
			(copying === undefined ? undefined : { step: text.copying, progress: copying }) ??
			(record.state === 'probing' ? { step: text.waiting } : undefined);
		return cardOfRecord(record, {
			access: this.#access.get(media) ?? 'unknown',
			activity,
			asksCopy: this.copies.asks(media),
		});
	}

	/** Looks at a record that is new or is read from elsewhere now. */
	#notice(record: MediaRecord): void {
		const mark = JSON.stringify(record.source);
		if (this.#seen.get(record.fingerprint) === mark) return;
		this.#seen.set(record.fingerprint, mark);
		if (this.#busy.has(record.fingerprint)) return;
		if (record.state === 'probing') void this.#resume(record);
		else this.#look(record.fingerprint);
	}

	#look(media: Fingerprint): void {
		void this.#looks.run(async () => {
			const opened = await this.#parts.storage.media.open(media);
			this.#access.set(media, opened.ok ? 'ok' : accessOf(opened.error));
		});
	}

	/** A page that went away while reading left this behind. */
	async #resume(record: MediaRecord): Promise<void> {
		const opened = await this.#parts.storage.media.open(record.fingerprint);
		this.#access.set(record.fingerprint, opened.ok ? 'ok' : accessOf(opened.error));
		if (opened.ok) await this.#lanes.run(() => this.#read(record.fingerprint, opened.value));
		else await this.#parts.storage.media.put({ ...record, state: 'error', message: text.interrupted });
	}

	async #receive(picked: Picked, arrival: number): Promise<void> {
		const { file } = picked;
		const { storage, toasts, loadReader, now } = this.#parts;
		try {
			const { fingerprintOf } = await loadReader();
			const media = await fingerprintOf(file);
			const known = await storage.media.get(media);
			if (known === undefined) {
				await storage.media.put({
					fingerprint: media,
					name: file.name,
					bytes: file.size,
					lastModifiedMs: file.lastModified,
					addedAt: now(),
					source: { kind: 'visit' },
					state: 'probing',
					message: '',
				});
			}
			if (this.#busy.has(media)) return;
			await this.#link(media, picked);
			if (known?.state === 'ready') {
				toasts.show({ kind: 'info', text: text.already(known.name) });
				await this.#copyIfNeeded(media, picked);
			} else {
				await this.#read(media, file, picked.handle === undefined, arrival);
			}
			this.#arrivals = this.#arrivals.filter(({ id }) => id !== arrival);
		} catch (thrown) {
			const detail = thrown instanceof Error ? thrown.message : String(thrown);
			const message = text.unknownThrow(file.name, detail);
			this.#arrivals = this.#arrivals.map((one) => (one.id === arrival ? { ...one, message } : one));
		}
	}

	async #link(media: Fingerprint, { file, handle }: Picked): Promise<void> {
		if (handle === undefined) this.#parts.storage.media.keepForVisit(media, file);
		else await this.#parts.storage.media.keepHandle(media, handle);
		this.#access.set(media, 'ok');
	}

	async #read(media: Fingerprint, file: File, copy = false, arrival?: number): Promise<void> {
		const abort = new AbortController();
		this.#busy.set(media, abort);
		this.#activity.set(media, { step: text.reading });
		if (arrival !== undefined) this.#arrivals = this.#arrivals.filter(({ id }) => id !== arrival);
		try {
			const { probe } = await this.#parts.loadReader();
			const probed = await probe(file, {
				signal: abort.signal,
				onProgress: (progress) => this.#activity.set(media, { step: text.reading, progress }),
			});
			if (probed.ok) await this.#keep(media, file, probed.value, copy);
			else await this.#change(media, { state: stateOf(probed.error), message: await addFailureText(probed.error) });
		} catch (thrown) {
			if (abort.signal.aborted) return;
			const detail = thrown instanceof Error ? thrown.message : String(thrown);
			await this.#change(media, { state: 'error', message: text.unknownThrow(file.name, detail) });
		} finally {
			this.#busy.delete(media);
			this.#activity.delete(media);
		}
	}

	async #keep(media: Fingerprint, file: File, { facts, index }: Probed, copy: boolean): Promise<void> {
		const { storage } = this.#parts;
		if (index !== undefined) await storage.media.putFrameIndex(media, index);
		if (copy && file.size <= COPY_FIRST_BYTES) await this.copies.consider(media, file);
		const playable = facts.playable !== 'no';
		await this.#change(media, { state: playable ? 'ready' : 'unsupported', message: facts.notes.join(' '), facts });
		if (copy && file.size > COPY_FIRST_BYTES) void this.copies.consider(media, file);
		if (facts.video !== undefined && playable) void this.#drawPicture(media, file, facts);
	}

	async #drawPicture(media: Fingerprint, file: File, facts: Probed['facts']): Promise<void> {
		const { storage, loadReader } = this.#parts;
		const drawn = await (await loadReader()).makeThumbnail(file, facts, { width: 480 });
		if (!drawn.ok) return;
		await storage.media.putThumbnail(media, drawn.value);
		this.#pictures.set(media, this.pictureVersion(media) + 1);
	}

	async #copyIfNeeded(media: Fingerprint, { file, handle }: Picked): Promise<void> {
		if (handle === undefined) await this.copies.consider(media, file);
	}

	/** Changes a record as it is stored now: its source may have been moved on meanwhile. */
	async #change(media: Fingerprint, change: Partial<MediaRecord>): Promise<void> {
		const record = await this.#parts.storage.media.get(media);
		if (record !== undefined) await this.#parts.storage.media.put({ ...record, ...change });
	}

	async #complain(failure: Failure): Promise<void> {
		this.#parts.toasts.show({ kind: 'error', text: await wordsOf(failure) });
	}
}

const isoNow = (): string => new Date().toISOString();

function accessOf(failure: Failure): Access {
	if (failure.kind === 'source-permission') return 'permission';
	return failure.kind === 'source-changed' ? 'changed' : 'missing';
}

/** Whether the file itself is of no use here, or something went wrong that may go right next time. */
const stateOf = ({ kind }: Failure): 'unsupported' | 'error' =>
	kind === 'unsupported' || kind === 'not-media' ? 'unsupported' : 'error';

export const [getLibrary, setLibrary] = createContext<LibraryState>();
