import * as Y from 'yjs';
import type { Live } from '#core/live';
import { SCHEMA_VERSION_KEY } from '#core/project/document-layout';
import type { ShareDocument } from './document-sharing.ts';
import { toStorageError, type StorageError } from './storage-error.ts';
import { TabExchange } from './tab-exchange.ts';
import type { UpdateLog } from './update-log.ts';

/** Edits of the same thing within this time are one undo step, in milliseconds. */
const CAPTURE_MS = 500;

/** Where a document is kept and met. */
export interface OpenParts {
	readonly doc: Y.Doc;
	readonly log: UpdateLog;
	readonly tabs: TabExchange;
}

/** How a document is called among devices, and what shares it with them. */
export interface Sharing {
	readonly name: string;
	readonly share: ShareDocument;
}

/** What a document is made of: the Yjs types with their log and the other tabs. */
export interface DocumentParts<T> extends OpenParts {
	/** Holds `schemaVersion`; stays out of undo. */
	readonly meta: Y.Map<unknown>;
	/** What undo covers. */
	readonly undoable: Y.AbstractType<unknown>[];
	readonly schemaVersion: number;
	/** What people call the document: "project". */
	readonly noun: string;
	readonly read: () => T;
}

/** Loads what `log` keeps, has `make` read it, and meets the other tabs under `channel` and, with `sharing`, the other devices. */
export async function openAuthored<D extends { shareAs(sharing: Sharing): void }>(
	log: UpdateLog,
	channel: string,
	make: (parts: OpenParts) => D,
	sharing?: Sharing,
): Promise<D> {
	const doc = new Y.Doc();
	const tabs = new TabExchange(doc, channel);
	await log.load(doc);
	const document = make({ doc, log, tabs });
	tabs.greet();
	if (sharing !== undefined) document.shareAs(sharing);
	return document;
}

/**
 * Something a person makes: a Yjs document, kept on this device at every change, alike in all tabs.
 *
 * Each verb is one transaction. Undo takes back what was done here, never what came from another tab or device. Following edits of
 * the same thing join into one step for half a second; `asOneStep` joins others.
 */
export abstract class AuthoredDocument<T> {
	#parts: DocumentParts<T>;
	#undo: Y.UndoManager;
	#value: T;
	/** Why the last changes are not on disk. */
	#unkept: StorageError | undefined;
	/** Where it was removed. */
	#removed: 'tab' | 'device' | undefined;
	#unshare: () => void = () => undefined;
	#lastEdit: string | undefined;
	#inStep = false;
	#listeners = new Set<(value: T) => void>();

	protected constructor(parts: DocumentParts<T>) {
		this.#parts = parts;
		const { doc, undoable, read, tabs } = parts;
		this.#undo = new Y.UndoManager(undoable, { captureTimeout: CAPTURE_MS, trackedOrigins: new Set([this]) });
		this.#value = read();
		doc.on('update', (update: Uint8Array, origin: unknown) => this.#onUpdate(update, origin));
		// The undo manager listens first, so that its stacks are already right when listeners look.
		doc.on('afterTransaction', (transaction: Y.Transaction) => {
			if (transaction.changed.size > 0) this.#changed();
		});
		tabs.onRemoved = () => this.#wasRemoved('tab');
	}

	protected get value(): T {
		return this.#value;
	}

	get canUndo(): boolean {
		return this.#undo.canUndo();
	}

	get canRedo(): boolean {
		return this.#undo.canRedo();
	}

	/** True when a newer app has written the document, or it was removed: verbs then change nothing. */
	get readOnly(): boolean {
		const version = this.#parts.meta.get(SCHEMA_VERSION_KEY);
		return this.#removed !== undefined || (typeof version === 'number' && version > this.#parts.schemaVersion);
	}

	/** It was removed, here or elsewhere: what goes by its name from now on is another one. */
	get removed(): boolean {
		return this.#removed !== undefined;
	}

	/** What the person must know about this document, as a sentence. */
	get problem(): string | undefined {
		const { noun } = this.#parts;
		if (this.#removed !== undefined) {
			return `This ${noun} was removed ${this.#removed === 'tab' ? 'in another tab' : 'on another device'}. Choose another ${noun}.`;
		}
		if (this.readOnly) {
			return `This ${noun} was changed by a newer Octocut and can only be looked at here. Reload to update Octocut.`;
		}
		return this.#unkept && `The last change could not be kept. ${this.#unkept.message}`;
	}

	/** Why the last changes are not on disk; undefined when they are, as far as is known after `flush`. */
	get unkept(): StorageError | undefined {
		return this.#unkept;
	}

	/** Tells every change, also of `canUndo`, `canRedo` and `problem`, with a new object each time. */
	watch(): Live<T> {
		return {
			subscribe: (next) => {
				const listener = (value: T): void => next(value);
				this.#listeners.add(listener);
				queueMicrotask(() => {
					if (this.#listeners.has(listener)) next(this.#value);
				});
				return { unsubscribe: () => void this.#listeners.delete(listener) };
			},
		};
	}

	undo(): void {
		this.#takeBack(() => this.#undo.undo());
	}

	redo(): void {
		this.#takeBack(() => this.#undo.redo());
	}

	/** Runs edits as one undo step of their own, however many and whatever they throw. Inside of another step they are part of that. */
	asOneStep<R>(edits: () => R): R {
		if (this.#inStep) return edits();
		this.stopCapturing();
		this.#inStep = true;
		this.#undo.captureTimeout = Infinity;
		try {
			return edits();
		} finally {
			this.#inStep = false;
			this.#undo.captureTimeout = CAPTURE_MS;
			this.stopCapturing();
		}
	}

	/** The next edit is a step of its own, unless it is part of a larger one. */
	stopCapturing(): void {
		if (this.#inStep) return;
		this.#undo.stopCapturing();
		this.#lastEdit = undefined;
	}

	/** Resolves when every change so far is on disk, or `unkept` says why not. Not needed to be safe: changes are handed over as they are made. */
	async flush(): Promise<void> {
		const { log } = this.#parts;
		await log.flush();
		if (this.#unkept === undefined) return;
		this.#keepAll();
		await log.flush();
	}

	/** Meets the other devices. What comes from them is kept like what is made here. */
	shareAs({ name, share }: Sharing): void {
		this.#unshare = share(name, this.#parts.doc, {
			beforeSend: () => this.#parts.log.blobs.send(),
			onRemoved: () => {
				this.#wasRemoved('device');
				this.#parts.log.clear().catch((thrown: unknown) => this.#settled(toStorageError(thrown)));
			},
		});
	}

	close(): void {
		this.#unshare();
		this.#parts.log.blobs.close();
		this.#parts.tabs.close();
		this.#undo.destroy();
		this.#listeners.clear();
		this.#parts.doc.destroy();
	}

	/** One transaction of ours. Edits with the same `what` join into one undo step; without it, each is a step. */
	protected edit(what: string | undefined, change: () => void): void {
		if (this.readOnly) return;
		if (!this.#inStep && (what === undefined || what !== this.#lastEdit)) this.#undo.stopCapturing();
		this.#lastEdit = what;
		this.#transact(change, this);
	}

	/** One transaction that undo never takes back: what has happened outside the document, like files that were made or deleted. */
	protected note(change: () => void): void {
		if (!this.readOnly) this.#transact(change, 'note');
	}

	/** Something that the document speaks of has come: it reads differently now. */
	protected retell(): void {
		this.#changed();
	}

	#transact(change: () => void, origin: unknown): void {
		const { doc, meta, schemaVersion } = this.#parts;
		doc.transact(() => {
			if (!meta.has(SCHEMA_VERSION_KEY)) meta.set(SCHEMA_VERSION_KEY, schemaVersion);
			change();
		}, origin);
	}

	#takeBack(act: () => void): void {
		if (this.readOnly) return;
		this.stopCapturing();
		const before = this.#value;
		act();
		// A step that no longer does anything leaves the stack without a transaction.
		if (this.#value === before) this.#changed();
	}

	#onUpdate(update: Uint8Array, origin: unknown): void {
		const { log, tabs } = this.#parts;
		if (origin === log || origin === tabs) return;
		if (this.#unkept === undefined) log.append(update, (error) => this.#settled(error));
		else this.#keepAll();
		tabs.send(update);
	}

	/** Writes the whole document: what follows a change that is missing on disk is worth nothing without it. */
	#keepAll(): void {
		const { doc, log } = this.#parts;
		log.blobs.stageAll();
		log.append(
			Y.encodeStateAsUpdate(doc),
			(error) => this.#settled(error),
			() => this.#settled(undefined),
		);
	}

	#settled(error: StorageError | undefined): void {
		this.#unkept = error;
		if (error !== undefined) console.warn(this.problem, error.cause);
		this.#changed();
	}

	#wasRemoved(where: 'tab' | 'device'): void {
		this.#removed ??= where;
		this.#changed();
	}

	#changed(): void {
		this.#value = this.#parts.read();
		for (const listener of this.#listeners) listener(this.#value);
	}
}
