import { SvelteMap } from 'svelte/reactivity';
import type { Failure } from '#core/failure';
import type { Fingerprint } from '#core/media/fingerprint';
import { isPartMissing } from '#core/part-missing';
import { isRemote } from '#core/media/remote-bytes';
import type { MediaFile } from '$lib/media/media-bytes';
import type { Probed } from '$lib/media/probe/index';
import type { ServerView } from '$lib/remote/server-view';
import type { MediaRecord, ServerSource } from '$lib/storage/media-record';
import type { MediaStore } from '$lib/storage/storage';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import type { Activity, Arrival } from './cards.ts';
import type { Copies } from './copies.svelte.ts';
import { addFailureText } from './failure-words.ts';
import { Lanes } from './lanes.ts';
import type { Picked } from './picked.ts';
import { text } from './text.ts';

/** Reading of files; loaded when the first one comes, so that a first screen carries none of it. */
export type Reader = Pick<typeof import('$lib/media/probe/index'), 'fingerprintOf' | 'probe' | 'makeThumbnail'>;

interface Parts {
	readonly media: MediaStore;
	readonly toasts: Toasts;
	readonly copies: Copies;
	readonly loadReader: () => Promise<Reader>;
	/** What a server has made of a file of its own, so that it need not be fetched to be looked at. */
	readonly onServer: (place: Omit<ServerSource, 'kind'>) => Promise<Pick<ServerView, 'probed' | 'picture'> | undefined>;
	/** ISO date of now. */
	readonly now: () => string;
	/** The file of a record can be read now. */
	readonly onReadable: (media: Fingerprint) => void;
	/** The picture of a file was made. */
	readonly onPicture: (media: Fingerprint) => void;
}

/** Files that are read at the same time: they share one disk and a worker. */
const AT_ONCE = 2;
/** Copied before the file is called ready, so that a reload a moment later finds it; takes a fraction of a second. */
const COPY_FIRST_BYTES = 64_000_000;

/** How files come in: recognised, stored, read, copied where needed, with a picture. */
export class Intake {
	#arrivals: readonly Arrival[] = $state.raw([]);
	readonly #activity = new SvelteMap<Fingerprint, Activity>();
	readonly #parts: Parts;
	readonly #lanes = new Lanes(AT_ONCE);
	// eslint-disable-next-line svelte/prefer-svelte-reactivity -- bookkeeping that is not shown
	readonly #busy = new Map<Fingerprint, AbortController>();
	#nextArrival = 1;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** Files without a record yet. */
	get arrivals(): readonly Arrival[] {
		return this.#arrivals;
	}

	activity(media: Fingerprint): Activity | undefined {
		return this.#activity.get(media);
	}

	isBusy(media: Fingerprint): boolean {
		return this.#busy.has(media);
	}

	/** Takes files in; each is an arrival at once. Resolves when all are read. */
	async add(picked: readonly Picked[]): Promise<void> {
		const addedAt = this.#parts.now();
		const arrivals = picked.map(({ file: { name, size } }) => {
			return { id: this.#nextArrival++, name, bytes: size, addedAt, message: '' };
		});
		this.#arrivals = [...arrivals, ...this.#arrivals];
		await Promise.all(
			arrivals.map(({ id }, at) =>
				this.#lanes.run(() => this.#receive(picked[at], () => this.dropArrival(id), id, addedAt)),
			),
		);
	}

	dropArrival(id: number): void {
		this.#arrivals = this.#arrivals.filter((one) => one.id !== id);
	}

	/** Reads a file that has a record, in turn with others. */
	async read(media: Fingerprint, file: MediaFile, copy = false): Promise<void> {
		const abort = this.#claim(media);
		if (abort !== undefined) await this.#lanes.run(() => this.#read(media, file, copy, abort));
	}

	/** Reads `media` from `picked` from now on. */
	async link(media: Fingerprint, { file, handle, server }: Picked): Promise<void> {
		const { media: store } = this.#parts;
		if (server !== undefined) await store.readFromServer(media, server);
		else if (handle !== undefined) await store.keepHandle(media, handle);
		else if (!isRemote(file)) store.keepForVisit(media, file);
		this.#parts.onReadable(media);
	}

	stop(media?: Fingerprint): void {
		for (const [key, abort] of this.#busy) if (media === undefined || media === key) abort.abort();
	}

	/** The right to work on a file; undefined when it is being worked on. */
	#claim(media: Fingerprint): AbortController | undefined {
		if (this.#busy.has(media)) return undefined;
		const abort = new AbortController();
		this.#busy.set(media, abort);
		return abort;
	}

	async #receive(picked: Picked | undefined, drop: () => void, arrival: number, addedAt: string): Promise<void> {
		if (picked === undefined) return;
		const { file, handle, server } = picked;
		const isForVisit = handle === undefined && server === undefined;
		const { media: store, toasts, copies, loadReader } = this.#parts;
		try {
			const media = await (await loadReader()).fingerprintOf(file);
			// Claimed before it is stored, so that the record is not taken for one that a closed page left behind.
			const abort = this.#claim(media);
			if (abort === undefined) {
				drop();
				return;
			}
			try {
				this.#arrivals = this.#arrivals.map((one) => (one.id === arrival ? { ...one, media } : one));
				const known = await store.get(media);
				if (known === undefined) await store.put(newRecord(media, file, addedAt));
				// What can be read on later visits too is not given up for a file that is there for this one only, or on a server.
				const kept = handle === undefined && known !== undefined && (await this.#isKept(known, server === undefined));
				if (!kept) await this.link(media, picked);
				if (known?.state === 'ready') {
					toasts.show({ kind: 'info', text: text.already(known.name) });
					if (isForVisit && !kept) await copies.consider(media, file);
				} else {
					if (known !== undefined) await this.#change(media, { state: 'probing', message: '' });
					await this.#read(media, file, isForVisit, abort);
				}
				drop();
			} finally {
				this.#busy.delete(media);
			}
		} catch (thrown) {
			const message = whyNot(file.name, thrown);
			this.#arrivals = this.#arrivals.map((one) => (one.id === arrival ? { ...one, message } : one));
		}
	}

	/** Whether a file can be read now, from where it lies on later visits too: on this device, or also on a server. */
	async #isKept({ fingerprint, source }: MediaRecord, orOnServer: boolean): Promise<boolean> {
		if (source.kind === 'server') return orOnServer;
		if (source.kind === 'visit' || source.kind === 'missing') return false;
		return (await this.#parts.media.open(fingerprint)).ok;
	}

	async #read(media: Fingerprint, file: MediaFile, copy: boolean, abort: AbortController): Promise<void> {
		this.#activity.set(media, { step: text.reading });
		try {
			const { probe } = await this.#parts.loadReader();
			const server = await this.#serverOf(media);
			const probed = await probe(file, {
				signal: abort.signal,
				...(server && { known: (signal) => server.probed(signal) }),
				onProgress: (progress) => this.#activity.set(media, { step: text.reading, progress }),
			});
			if (probed.ok) await this.#keep(media, file, probed.value, copy);
			else await this.#change(media, { state: stateOf(probed.error), message: await addFailureText(probed.error) });
		} catch (thrown) {
			if (abort.signal.aborted) return;
			await this.#change(media, { state: 'error', message: whyNot(file.name, thrown) });
		} finally {
			this.#busy.delete(media);
			this.#activity.delete(media);
		}
	}

	async #keep(media: Fingerprint, file: MediaFile, { facts, index }: Probed, copy: boolean): Promise<void> {
		const { media: store, copies } = this.#parts;
		if (index !== undefined) await store.putFrameIndex(media, index);
		if (copy && file.size <= COPY_FIRST_BYTES) await copies.consider(media, file);
		const usable = facts.playable !== 'no';
		await this.#change(media, { state: usable ? 'ready' : 'unsupported', message: facts.notes.join(' '), facts });
		if (copy && file.size > COPY_FIRST_BYTES) void copies.consider(media, file);
		if (facts.video !== undefined && usable) void this.#drawPicture(media, file, facts);
	}

	async #drawPicture(media: Fingerprint, file: MediaFile, facts: Probed['facts']): Promise<void> {
		const made = await (await this.#serverOf(media))?.picture();
		const drawn = made ?? (await (await this.#parts.loadReader()).makeThumbnail(file, facts, { width: 480 }));
		if (!(drawn instanceof Blob) && !drawn.ok) return;
		await this.#parts.media.putThumbnail(media, drawn instanceof Blob ? drawn : drawn.value);
		this.#parts.onPicture(media);
	}

	/** Undefined for a file that is read from somewhere else. */
	async #serverOf(media: Fingerprint): Promise<Pick<ServerView, 'probed' | 'picture'> | undefined> {
		const source = (await this.#parts.media.get(media))?.source;
		return source?.kind === 'server' ? this.#parts.onServer(source) : undefined;
	}

	/** Changes a record as it is stored now: its source may have been moved on meanwhile, or it may be gone. */
	async #change(media: Fingerprint, change: Partial<MediaRecord>): Promise<void> {
		const record = await this.#parts.media.get(media);
		if (record !== undefined) await this.#parts.media.put({ ...record, ...change });
	}
}

/** Not from the catalogue of failures, which may be what is missing. */
function whyNot(name: string, thrown: unknown): string {
	if (isPartMissing(thrown)) return text.partMissing(name);
	return text.unknownThrow(name, thrown instanceof Error ? thrown.message : String(thrown));
}

/** Whether the file itself is of no use here, or something went wrong that may go right next time. */
const stateOf = ({ kind }: Failure): 'unsupported' | 'error' =>
	kind === 'unsupported' || kind === 'not-media' ? 'unsupported' : 'error';

const newRecord = (fingerprint: Fingerprint, file: MediaFile, addedAt: string): MediaRecord => ({
	fingerprint,
	name: file.name,
	bytes: file.size,
	lastModifiedMs: isRemote(file) ? file.lastModifiedMs : file.lastModified,
	addedAt,
	source: { kind: 'visit' },
	state: 'probing',
	message: '',
});
