import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { ZipWriter } from '@zip.js/zip.js';
import { freeName } from '#core/export/name-template';
import { openFile } from '../static/open-file.ts';
import type { CaptureFile, CaptureStore } from './capture-store.ts';

/** How long an archive that was asked for can be fetched, in milliseconds. */
const KEPT_MS = 10 * 60_000;
const MOST = 200;

interface Prepared {
	readonly ids: readonly string[];
	readonly untilMs: number;
}

export interface OpenArchive {
	readonly name: string;
	readonly body: ReadableStream<Uint8Array>;
}

/** Several captures in one ZIP, written while it is read: nothing of it is ever whole in memory or on the disk. */
export class CaptureArchives {
	readonly #store: CaptureStore;
	readonly #now: () => number;
	readonly #onError: (error: unknown) => void;
	readonly #prepared = new Map<string, Prepared>();

	constructor(store: CaptureStore, onError: (error: unknown) => void, now: () => number = Date.now) {
		this.#store = store;
		this.#onError = onError;
		this.#now = now;
	}

	/** Undefined: none of them has a file. */
	prepare(ids: readonly string[]): { readonly archive: string; readonly bytes: number } | undefined {
		const complete = [...new Set(ids)].flatMap((id) => {
			const capture = this.#store.get(id);
			return capture?.status === 'complete' ? [capture] : [];
		});
		if (complete.length === 0) return undefined;
		const now = this.#now();
		for (const [key, { untilMs }] of this.#prepared) {
			if (untilMs < now || this.#prepared.size >= MOST) this.#prepared.delete(key);
		}
		const archive = randomBytes(18).toString('base64url');
		this.#prepared.set(archive, { ids: complete.map(({ id }) => id), untilMs: now + KEPT_MS });
		return { archive, bytes: complete.reduce((sum, { bytes }) => sum + bytes, 0) };
	}

	/** `gone`: the time is over, or nothing of it is left. Undefined: there never was such an archive. */
	async open(archive: string): Promise<OpenArchive | 'gone' | undefined> {
		const prepared = this.#prepared.get(archive);
		if (prepared === undefined) return undefined;
		if (prepared.untilMs < this.#now()) {
			this.#prepared.delete(archive);
			return 'gone';
		}
		const files: CaptureFile[] = [];
		for (const id of prepared.ids) {
			const file = await this.#store.file(id);
			if (file.ok) files.push(file.value);
		}
		if (files.length === 0) return 'gone';
		const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
		this.#write(files, writable).catch((thrown: unknown) => {
			// The reader sees that it breaks off; one who hung up is no error.
			if (thrown instanceof Error && !/abort|cancel|clos|destroy/iu.test(`${thrown.name} ${thrown.message}`))
				this.#onError(thrown);
		});
		const date = new Date(this.#now()).toISOString().slice(0, 10);
		return { name: `captures-${date}.zip`, body: readable };
	}

	async #write(files: readonly CaptureFile[], writable: WritableStream<Uint8Array>): Promise<void> {
		const zip = new ZipWriter(writable, { level: 0, useWebWorkers: false, keepOrder: true });
		const taken = new Set<string>();
		try {
			for (const { path, fileName } of files) {
				const file = await openFile(path);
				// Deleted since it was asked for: the others come all the same.
				if (file === null) continue;
				const at = fileName.lastIndexOf('.');
				const [stem, ending] = [fileName.slice(0, at), fileName.slice(at)];
				const name = freeName(inArchive(stem), (one) => taken.has((one + ending).toLowerCase())) + ending;
				taken.add(name.toLowerCase());
				const source = file.handle.createReadStream();
				try {
					await zip.add(name, Readable.toWeb(source) as ReadableStream<Uint8Array>);
				} finally {
					source.destroy();
				}
			}
			await zip.close();
		} catch (thrown) {
			await writable.abort(thrown).catch(() => undefined);
			throw thrown;
		}
	}
}

/** A name that leads nowhere on any system that unpacks it. */
const inArchive = (name: string): string => name.replace(/[/\\:*?"<>|\p{Cc}]/gu, '_').replace(/^\.+/u, '_');
