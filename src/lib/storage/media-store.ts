import type { Failure } from '#core/failure';
import type { Fingerprint } from '#core/media/fingerprint';
import type { FrameIndex } from '#core/time/frame-index';
import type { Live } from '#core/live';
import { isRemote, type RemoteBytes } from '#core/media/remote-bytes';
import { err, ok, type Result } from '#core/result';
import type { Database } from './database.ts';
import { isNotFound, mayUse } from './file-system-access.ts';
import { keepCopy, type CopyOptions } from './keep-copy.ts';
import { liveRows } from './live-rows.ts';
import type { MediaRecord, MediaSource, ServerSource } from './media-record.ts';
import type { OriginFiles } from './private-files.ts';
import type { RowReader, RowSchema } from './rows.ts';
import type { MediaStore, ServerFiles, StoredFile, TrackingStore } from './storage.ts';
import type { VisitFiles } from './visit-files.ts';

/** Tells a file that was only touched from one that was changed. */
export type FingerprintOf = (file: Blob) => Promise<Fingerprint>;

interface Parts {
	readonly db: Database;
	readonly rows: RowReader;
	readonly files: OriginFiles;
	readonly visits: VisitFiles;
	readonly tracking: TrackingStore;
	/** Prefix of lock names. */
	readonly root: string;
	readonly fingerprintOf: FingerprintOf | undefined;
	readonly server: ServerFiles | undefined;
}

/** Come with the first file: an empty library does not pay for schemas. */
const loadSchema = async (): Promise<RowSchema<MediaRecord>> => (await import('./media-record.ts')).MediaRecord;
const loadCodec = () => import('#core/time/frame-index-codec');

const keyOf = (row: unknown): string => (row instanceof Object && 'fingerprint' in row ? String(row.fingerprint) : '?');

const copyPath = (media: Fingerprint, name: string): string => {
	const extension = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1];
	return extension === undefined ? `media/${media}` : `media/${media}.${extension.toLowerCase()}`;
};

const previewPath = (media: Fingerprint): string => `previews/${media}.mp4`;
/** Pictures and waveform of the timeline. */
const derivedFolder = (media: Fingerprint): string => `derived/${media}`;

export class DexieMedia implements MediaStore {
	#parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	watch(): Live<readonly MediaRecord[]> {
		const { db, rows } = this.#parts;
		return liveRows(async () => {
			const all = await db.media.orderBy('addedAt').reverse().toArray();
			if (all.length === 0) return [];
			return rows.readAll(await loadSchema(), all, 'file', keyOf).map((record) => this.#asSeenHere(record));
		});
	}

	async get(media: Fingerprint): Promise<MediaRecord | undefined> {
		const row = await this.#parts.db.media.get(media);
		if (row === undefined) return undefined;
		const record = this.#parts.rows.read(await loadSchema(), row, `file ${media}`);
		return record && this.#asSeenHere(record);
	}

	async put(record: MediaRecord): Promise<void> {
		await this.#parts.db.media.put(record);
	}

	async remove(media: Fingerprint): Promise<void> {
		const { db, files, visits, tracking } = this.#parts;
		const record = await this.get(media);
		await tracking.end((search) => search.media === media);
		await db.transaction('rw', [db.media, db.handles, db.frameIndexes, db.thumbnails], async () => {
			await Promise.all([db.media, db.handles, db.frameIndexes, db.thumbnails].map((table) => table.delete(media)));
		});
		visits.forget(media);
		if (record?.source.kind === 'opfs') await files.remove(record.source.path);
		await files.remove(previewPath(media));
		await files.remove(derivedFolder(media));
	}

	async keepHandle(media: Fingerprint, handle: FileSystemFileHandle): Promise<void> {
		const { db } = this.#parts;
		const file = await handle.getFile();
		await db.transaction('rw', db.media, db.handles, async () => {
			await db.handles.put({ id: media, handle });
			await this.#readFrom(media, { kind: 'handle', handleId: media }, file);
		});
	}

	async keepCopy(
		media: Fingerprint,
		file: Blob | RemoteBytes,
		options: CopyOptions = {},
	): Promise<Result<void, Failure>> {
		const { files, root, server } = this.#parts;
		const record = await this.get(media);
		const name = record?.name ?? ('name' in file ? String(file.name) : media);
		const path = copyPath(media, name);
		const copied = await keepCopy(files, root, { file, path, subject: name }, { ...options, server });
		if (copied.ok) await this.#readFrom(media, { kind: 'opfs', path }, file);
		return copied;
	}

	async readFromServer(media: Fingerprint, source: Omit<ServerSource, 'kind'>): Promise<void> {
		await this.#readFrom(media, { kind: 'server', ...source });
	}

	keepForVisit(media: Fingerprint, file: File): void {
		this.#parts.visits.keep(media, file);
		this.#readFrom(media, { kind: 'visit' }, file).catch((thrown: unknown) => {
			console.warn('The file is open, but that could not be noted:', thrown);
		});
	}

	async open(
		media: Fingerprint,
		{ ask = false }: { readonly ask?: boolean } = {},
	): Promise<Result<StoredFile, Failure>> {
		const record = await this.get(media);
		if (record === undefined) return err({ kind: 'source-missing', subject: media });
		const found = await this.#find(record, ask);
		if (!found.ok) return found;
		return this.#unchanged(record, found.value);
	}

	async frameIndex(media: Fingerprint): Promise<FrameIndex | undefined> {
		const row = await this.#parts.db.frameIndexes.get(media);
		if (row === undefined) return undefined;
		const { decodeFrameIndex } = await loadCodec();
		try {
			return decodeFrameIndex(row.bytes);
		} catch (thrown) {
			console.warn(`The frame index of ${media} could not be read and will be made again:`, thrown);
			return undefined;
		}
	}

	async putFrameIndex(media: Fingerprint, index: FrameIndex): Promise<void> {
		const { encodeFrameIndex } = await loadCodec();
		await this.#parts.db.frameIndexes.put({ media, bytes: encodeFrameIndex(index) });
	}

	async thumbnail(media: Fingerprint): Promise<Blob | undefined> {
		return (await this.#parts.db.thumbnails.get(media))?.picture;
	}

	async putThumbnail(media: Fingerprint, picture: Blob): Promise<void> {
		await this.#parts.db.thumbnails.put({ media, picture });
	}

	async preview(media: Fingerprint): Promise<Blob | undefined> {
		return (await this.#parts.files.get(previewPath(media)))?.getFile();
	}

	putPreview(media: Fingerprint, preview: Blob): Promise<Result<void, Failure>> {
		const { files, root } = this.#parts;
		return keepCopy(files, root, { file: preview, path: previewPath(media), subject: 'The preview' }, {});
	}

	/** A file added for a visit is missing in every later one, and to be re-linked. */
	#asSeenHere(record: MediaRecord): MediaRecord {
		const { kind } = record.source;
		if (kind !== 'visit' && kind !== 'missing') return record;
		const source: MediaSource = this.#parts.visits.has(record.fingerprint) ? { kind: 'visit' } : { kind: 'missing' };
		return { ...record, source };
	}

	async #readFrom(media: Fingerprint, source: MediaSource, file?: Blob | RemoteBytes): Promise<void> {
		const date = file !== undefined && 'lastModified' in file ? { lastModifiedMs: file.lastModified } : {};
		await this.#parts.db.media
			.where('fingerprint')
			.equals(media)
			.modify((row: unknown) => {
				Object.assign(row as object, { source }, date);
			});
	}

	async #find(record: MediaRecord, ask: boolean): Promise<Result<StoredFile, Failure>> {
		const { fingerprint, name, source } = record;
		const missing = err<Failure>({ kind: 'source-missing', subject: name });
		const { db, files, visits } = this.#parts;
		if (source.kind === 'visit' || source.kind === 'missing') {
			const file = await visits.find(fingerprint);
			return file === undefined ? missing : ok(file);
		}
		if (source.kind === 'server') return this.#onServer(record, source);
		const handle =
			source.kind === 'opfs' ? await files.get(source.path) : (await db.handles.get(source.handleId))?.handle;
		if (handle?.kind !== 'file') return missing;
		try {
			if (!(await mayUse(handle, 'read', ask))) return err({ kind: 'source-permission', subject: name });
			const file = await handle.getFile();
			// A copy lies under its fingerprint; people know the file by the name it came with.
			return ok(
				source.kind === 'opfs' ? new File([file], name, { type: file.type, lastModified: file.lastModified }) : file,
			);
		} catch (thrown) {
			if (isNotFound(thrown)) return missing;
			if (thrown instanceof DOMException && thrown.name === 'NotAllowedError') {
				return err({ kind: 'source-permission', subject: name });
			}
			return err({
				kind: 'source-unreadable',
				subject: name,
				detail: thrown instanceof Error ? thrown.message : String(thrown),
			});
		}
	}

	async #onServer(
		{ fingerprint, name, bytes, lastModifiedMs }: MediaRecord,
		{ server, mediaId }: ServerSource,
	): Promise<Result<RemoteBytes, Failure>> {
		const address = await this.#parts.server?.addressOf(server, mediaId);
		if (address === undefined) return err({ kind: 'source-missing', subject: name });
		if (!address.ok) return err({ ...address.error, subject: name });
		return ok({ kind: 'url', url: address.value, id: fingerprint, size: bytes, type: '', name, lastModifiedMs });
	}

	/** Copies carry their own date, and a touched file keeps its content: only what differs in bytes has changed. */
	async #unchanged(record: MediaRecord, file: StoredFile): Promise<Result<StoredFile, Failure>> {
		const changed = err<Failure>({ kind: 'source-changed', subject: record.name });
		if (file.size !== record.bytes) return changed;
		if (isRemote(file) || record.source.kind !== 'handle' || file.lastModified === record.lastModifiedMs)
			return ok(file);
		const { fingerprintOf } = this.#parts;
		if (fingerprintOf === undefined || (await fingerprintOf(file)) !== record.fingerprint) return changed;
		await this.#readFrom(record.fingerprint, record.source, file);
		return ok(file);
	}
}
