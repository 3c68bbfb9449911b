import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Failure } from '#core/failure';
import type { Fingerprint } from '#core/media/fingerprint';
import { Throttle } from '$lib/jobs/throttle';
import type { Connection } from '$lib/remote/connection';
import type { MediaRecord } from '$lib/storage/media-record';
import type { Storage } from '$lib/storage/storage';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import { cardOfArrival, cardOfRecord, matching, sorted, type Access, type Card, type SortOrder } from './cards.ts';
import { Copies } from './copies.svelte.ts';
import { wordsOf } from './failure-words.ts';
import { Intake, type Reader } from './intake.svelte.ts';
import { Lanes } from './lanes.ts';
import type { Picked } from './picked.ts';
import { text } from './text.ts';
import { Uploads } from './uploads.svelte.ts';

interface Parts {
	readonly storage: Storage;
	readonly toasts: Toasts;
	readonly loadReader: () => Promise<Reader>;
	/** To the server that files can be sent to. */
	readonly connection?: Connection;
	/** ISO date of now. */
	readonly now?: () => string;
}

/** Adding hundreds of files changes the list a thousand times; it is drawn anew this often, in milliseconds. */
const SHOWN_EVERY_MS = 80;

const isoNow = (): string => new Date().toISOString();

/** The files that a person added: what is known of each, and what can be done with it. */
export class LibraryState {
	query = $state('');
	order: SortOrder = $state('added');
	readonly copies: Copies;
	readonly uploads: Uploads;
	#records: readonly MediaRecord[] | undefined = $state.raw();
	readonly #access = new SvelteMap<Fingerprint, Access>();
	readonly #pictures = new SvelteMap<Fingerprint, number>();
	readonly #parts: Parts;
	readonly #intake: Intake;
	readonly #looks = new Lanes(4);
	// eslint-disable-next-line svelte/prefer-svelte-reactivity -- bookkeeping that is not shown
	readonly #seen = new Map<Fingerprint, string>();

	readonly #cards = $derived.by(() => {
		const records = this.#records ?? [];
		// eslint-disable-next-line svelte/prefer-svelte-reactivity -- gone after this line
		const stored = new Set(records.map(({ fingerprint }) => fingerprint));
		const waiting = this.#intake.arrivals.filter(
			({ media, message }) => message !== '' || media === undefined || !stored.has(media),
		);
		return [...waiting.map(cardOfArrival), ...records.map((record) => this.#card(record))];
	});
	/** What the page shows: found by `query`, in `order`. */
	readonly cards = $derived(sorted(matching(this.#cards, this.query), this.order));

	constructor(parts: Parts) {
		const { storage, toasts, loadReader, now = isoNow } = parts;
		this.#parts = parts;
		this.copies = new Copies(storage, toasts);
		this.uploads = new Uploads({ media: storage.media, toasts, connection: parts.connection });
		this.#intake = new Intake({
			media: storage.media,
			toasts,
			copies: this.copies,
			loadReader,
			now,
			onServer: async (place) => {
				const { ServerView } = await import('$lib/remote/server-view');
				return parts.connection && new ServerView(parts.connection, place);
			},
			onReadable: (media) => this.#access.set(media, 'ok'),
			onPicture: (media) => this.#pictures.set(media, this.pictureVersion(media) + 1),
		});
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
		let latest: readonly MediaRecord[] = [];
		const show = new Throttle(SHOWN_EVERY_MS, () => {
			this.#records = latest;
			for (const record of latest) this.#notice(record);
		});
		const subscription = this.#parts.storage.media.watch().subscribe((records) => {
			latest = records;
			show.poke();
		});
		return () => {
			show.cancel();
			subscription.unsubscribe();
			this.#intake.stop();
		};
	}

	/** Adds files; each has its card at once. Resolves when all are read. */
	add(picked: readonly Picked[]): Promise<void> {
		return this.#intake.add(picked);
	}

	/** Adds one file that is wanted at once: its fingerprint, when it can be edited now. */
	async open(picked: Picked): Promise<Fingerprint | undefined> {
		await this.#intake.add([picked]);
		const { storage, loadReader } = this.#parts;
		try {
			const media = await (await loadReader()).fingerprintOf(picked.file);
			return (await storage.media.get(media))?.state === 'ready' ? media : undefined;
		} catch (thrown) {
			// Why it cannot be read is told by what was made of adding it.
			console.warn(`${picked.file.name} could not be read:`, thrown);
			return undefined;
		}
	}

	/** Reads a file again that failed before. */
	async retry(media: Fingerprint): Promise<void> {
		const opened = await this.#parts.storage.media.open(media, { ask: true });
		if (opened.ok) await this.#intake.read(media, opened.value);
		else await this.#complain(opened.error);
	}

	/** Links a record to where its file is now. The file is recognised by its bytes; another one is told and left alone. */
	async relink(media: Fingerprint, picked: Picked): Promise<void> {
		const { storage, toasts, loadReader } = this.#parts;
		const { file, handle, server } = picked;
		const isForVisit = handle === undefined && server === undefined;
		const record = await storage.media.get(media);
		if (record === undefined) return;
		if ((await (await loadReader()).fingerprintOf(file)) !== media) {
			toasts.show({ kind: 'error', text: text.wrongFile(file.name, record.name) });
			return;
		}
		await this.#intake.link(media, picked);
		toasts.show({ kind: 'success', text: text.relinked(file.name) });
		if (record.state !== 'ready') await this.#intake.read(media, file, isForVisit);
		else if (isForVisit) await this.copies.consider(media, file);
	}

	/** Asks the browser for permission to read a file again; call it from a click. */
	async allow(media: Fingerprint): Promise<void> {
		const opened = await this.#parts.storage.media.open(media, { ask: true });
		this.#access.set(media, opened.ok ? 'ok' : accessOf(opened.error));
		if (!opened.ok && opened.error.kind !== 'source-permission') await this.#complain(opened.error);
		if (!opened.ok) return;
		// "Allow on every visit" covers the others too.
		for (const record of this.#records ?? []) if (record.fingerprint !== media) this.#look(record.fingerprint);
		const record = await this.#parts.storage.media.get(media);
		if (record?.state === 'probing') await this.#intake.read(media, opened.value);
	}

	/** Forgets a file with all that was made of it; the person's own file stays. */
	async remove({ media, arrival }: Card): Promise<void> {
		if (arrival !== undefined) this.#intake.dropArrival(arrival);
		if (media === undefined) return;
		this.#intake.stop(media);
		this.copies.forget(media);
		await this.#parts.storage.media.remove(media);
		this.#seen.delete(media);
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
		const sending = this.uploads.progress(media);
		const activity =
			this.#intake.activity(media) ??
			(sending === undefined ? undefined : { step: text.sending, progress: sending }) ??
			(copying === undefined ? undefined : { step: text.copying, progress: copying }) ??
			(record.state === 'probing' ? { step: text.waiting } : undefined);
		const access = this.#access.get(media) ?? 'unknown';
		return cardOfRecord(record, { access, activity, asksCopy: this.copies.asks(media) });
	}

	/** Looks at a record that is new or is read from elsewhere now. */
	#notice(record: MediaRecord): void {
		const mark = JSON.stringify(record.source);
		if (this.#seen.get(record.fingerprint) === mark) return;
		this.#seen.set(record.fingerprint, mark);
		if (this.#intake.isBusy(record.fingerprint)) return;
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
		const { media } = this.#parts.storage;
		const opened = await media.open(record.fingerprint);
		this.#access.set(record.fingerprint, opened.ok ? 'ok' : accessOf(opened.error));
		if (opened.ok) await this.#intake.read(record.fingerprint, opened.value);
		else if (opened.error.kind !== 'source-permission') {
			await media.put({ ...record, state: 'error', message: text.interrupted });
		}
	}

	async #complain(failure: Failure): Promise<void> {
		this.#parts.toasts.show({ kind: 'error', text: await wordsOf(failure) });
	}
}

/** The file may well be there: its server cannot be asked. */
const AWAY: ReadonlySet<Failure['kind']> = new Set(['source-offline', 'source-refused', 'server-unfit']);

function accessOf(failure: Failure): Access {
	if (failure.kind === 'source-permission') return 'permission';
	if (failure.kind === 'source-changed') return 'changed';
	return AWAY.has(failure.kind) ? 'away' : 'missing';
}

export const [getLibrary, setLibrary] = createContext<LibraryState>();
