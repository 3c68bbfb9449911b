import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type * as Y from 'yjs';
import type { BlobHash } from '#core/blob-hash';
import { blobsOfProject } from '#core/project/document-layout';
import type { BlobRow, Database } from './database.ts';
import type { BlobPlace } from './document-sharing.ts';

/** What nothing in the document speaks of stays for so long, in milliseconds: another tab may take back the step that let it go. */
const UNUSED_FOR_MS = 30 * 24 * 3600_000;
/** First and longest pause between two looks for what has not come, in milliseconds. */
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [1000, 60_000];

/**
 * What is too large to lie in a document lies beside it, under the SHA-256 of its bytes: in memory while the document is open, on disk, and
 * on the server before the server hears of it.
 */
export class DocumentBlobs {
	readonly #db: Database;
	readonly #name: string;
	readonly #place: BlobPlace | undefined;
	#doc: Y.Doc | undefined;
	/** All that was met since the document was opened: undo may ask for any of it. */
	readonly #known = new Map<BlobHash, Uint8Array>();
	/** What goes to disk together with the next change of the document. */
	#staged = new Map<BlobHash, Uint8Array>();
	#looking = false;
	#pauseMs = FIRST_PAUSE_MS;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#unhear: () => void = () => undefined;
	/** Called when something that was missing has come. */
	onArrived: () => void = () => undefined;

	constructor(db: Database, name: string, place?: BlobPlace) {
		this.#db = db;
		this.#name = name;
		this.#place = place;
	}

	/** Takes from disk what `doc` speaks of, and looks for the rest from now on. */
	async load(doc: Y.Doc): Promise<void> {
		this.#doc = doc;
		const rows = await this.#db.blobs.where('doc').equals(this.#name).toArray();
		const used = new Set(blobsOfProject(doc));
		const before = Date.now() - UNUSED_FOR_MS;
		const unused = rows.filter(({ sha256, keptAt }) => !used.has(sha256) && keptAt < before);
		for (const { sha256, bytes } of rows) if (used.has(sha256)) this.#known.set(sha256, bytes);
		await this.#db.blobs.bulkDelete(unused.map(({ doc, sha256 }) => [doc, sha256]));
		this.#unhear = this.#place?.onBack(() => this.lookAgain()) ?? (() => undefined);
		this.lookAgain();
	}

	get(hash: BlobHash): Uint8Array | undefined {
		return this.#known.get(hash);
	}

	/** Its name from now on. */
	add(bytes: Uint8Array): BlobHash {
		const hash = bytesToHex(sha256(bytes));
		this.#known.set(hash, bytes);
		return hash;
	}

	/** The change that is being made speaks of it: for the first time, or again after an undo. */
	stage(hash: BlobHash): void {
		const bytes = this.#known.get(hash);
		if (bytes !== undefined) this.#staged.set(hash, bytes);
		else this.lookAgain();
	}

	/** Everything here that the document speaks of goes to disk with the next change. */
	stageAll(): void {
		for (const hash of this.#used()) this.stage(hash);
	}

	/** What goes to disk with the change that is written now. */
	takeStaged(): readonly BlobRow[] {
		const rows = [...this.#staged].map(([hash, bytes]) => this.#row(hash, bytes));
		this.#staged = new Map();
		return rows;
	}

	/** Puts on the server what the document speaks of. Rejects when it is not reached; a sentence when it does not take something. */
	async send(): Promise<string | undefined> {
		if (this.#place === undefined) return undefined;
		for (const hash of this.#used()) {
			const bytes = this.#known.get(hash);
			const refusal = bytes && (await this.#place.put(hash, bytes));
			if (refusal !== undefined) return refusal;
		}
		return undefined;
	}

	/** Looks for what is missing, now. */
	lookAgain(): void {
		clearTimeout(this.#timer);
		this.#pauseMs = FIRST_PAUSE_MS;
		void this.#look();
	}

	close(): void {
		this.#doc = undefined;
		this.#unhear();
		clearTimeout(this.#timer);
	}

	#used(): readonly BlobHash[] {
		return this.#doc === undefined ? [] : blobsOfProject(this.#doc);
	}

	#missing(): readonly BlobHash[] {
		return this.#used().filter((hash) => !this.#known.has(hash));
	}

	async #look(): Promise<void> {
		if (this.#looking || this.#missing().length === 0) return;
		this.#looking = true;
		try {
			for (const hash of this.#missing()) if (await this.#find(hash)) this.onArrived();
		} catch (thrown) {
			console.debug(`A part of ${this.#name} could not be fetched:`, thrown);
		} finally {
			this.#looking = false;
		}
		if (this.#missing().length === 0) return;
		this.#timer = setTimeout(() => void this.#look(), this.#pauseMs);
		this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
	}

	/** Another tab may have it on disk; else the server has it, where the one who made it puts it first. */
	async #find(hash: BlobHash): Promise<boolean> {
		const row = await this.#db.blobs.get([this.#name, hash]);
		const bytes = row?.bytes ?? (await this.#place?.get(hash));
		if (bytes === undefined || this.#doc === undefined) return false;
		if (bytesToHex(sha256(bytes)) !== hash) {
			console.warn(`What came as ${hash} of ${this.#name} is something else.`);
			return false;
		}
		this.#known.set(hash, bytes);
		if (row === undefined) await this.#db.blobs.put(this.#row(hash, bytes));
		return true;
	}

	#row(hash: BlobHash, bytes: Uint8Array): BlobRow {
		return { doc: this.#name, sha256: hash, bytes, keptAt: Date.now() };
	}
}
