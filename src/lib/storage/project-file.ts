import type { Fingerprint } from '#core/media/fingerprint';
import { decodeFrameIndex, FrameIndexFormatError } from '#core/time/frame-index-codec';
import type { FrameIndex } from '#core/time/frame-index';
import {
	MAX_INDEX_BYTES,
	MAX_OCTOCUT_ENTRIES,
	MAX_PROJECT_BYTES,
	PROJECT_ENTRY,
	readOctocutFile,
	type OctocutContent,
	type OctocutFile,
} from '#core/project/octocut-file';
import { err, ok, type Result } from '#core/result';
import type { FileEntry } from '@zip.js/zip.js';
import { wholeOrNothing } from './whole-or-nothing.ts';

/** The ZIP library without its workers: what is packed here is small, media are stored as they are. */
const loadZip = () => import('@zip.js/zip.js/lib/zip-core-native.js');
const NO_WORKERS = { useWebWorkers: false } as const;

/** Something that goes into the ZIP beside `project.json`, under the path that it tells. */
export interface Attachment {
	readonly path: string;
	/** A `Blob`, or what is streamed from elsewhere. */
	readonly bytes: Pick<Blob, 'size' | 'stream'>;
}

export interface WriteOptions {
	readonly signal?: AbortSignal;
	/** 0..1. */
	readonly onProgress?: (share: number) => void;
}

/**
 * Writes a project file into `sink`, piece by piece: memory stays flat however large the attachments are. The sink is closed at the end,
 * and aborted when that fails, so that nothing half-written stays.
 * Rejects with what the sink throws (a full disk), and with `AbortError` on `signal`.
 */
export async function writeProjectFile(
	sink: WritableStream<Uint8Array>,
	project: OctocutFile,
	attachments: readonly Attachment[],
	{ signal, onProgress }: WriteOptions = {},
): Promise<void> {
	await wholeOrNothing(sink, (whole) => pack(whole, project, attachments, { signal, onProgress }));
}

async function pack(
	sink: WritableStream<Uint8Array>,
	project: OctocutFile,
	attachments: readonly Attachment[],
	{ signal, onProgress }: { [K in keyof WriteOptions]: WriteOptions[K] | undefined },
): Promise<void> {
	signal?.throwIfAborted();
	const { BlobReader, TextReader, ZipWriter } = await loadZip();
	const zip = new ZipWriter(sink, { ...NO_WORKERS, ...(signal === undefined ? {} : { signal }) });
	const total = Math.max(
		1,
		attachments.reduce((sum, { bytes }) => sum + bytes.size, 0),
	);
	let done = 0;
	await zip.add(PROJECT_ENTRY, new TextReader(JSON.stringify(project)), { level: 6 });
	for (const { path, bytes } of attachments) {
		await zip.add(
			path,
			bytes instanceof Blob ? new BlobReader(bytes) : { readable: bytes.stream(), size: bytes.size },
			{
				level: 0,
				onprogress: (written) => {
					onProgress?.(Math.min(1, (done + written) / total));
					return undefined;
				},
			},
		);
		done += bytes.size;
	}
	signal?.throwIfAborted();
	await zip.close();
}

/** A project file that was opened: its project, and what lies beside it. */
export interface OpenedProjectFile {
	readonly content: OctocutContent;
	/** The times of a file's frames, when they are in it and whole. */
	frameIndex(media: Fingerprint): Promise<FrameIndex | undefined>;
	/** The file itself when it is in it: a part of the ZIP, nothing is copied. Not yet known to be the right one. */
	file(media: Fingerprint): Promise<Blob | undefined>;
}

/**
 * Opens a project file that anyone may have made. The error is a sentence that goes on from the file's name: refused are paths that lead
 * elsewhere, names that come twice, entries that are larger than told or lie in each other, too many of them, and versions to come.
 */
export async function openProjectFile(zip: Blob): Promise<Result<OpenedProjectFile, string>> {
	const library = await loadZip();
	const reader = new library.ZipReader(new library.BlobReader(zip), {
		...NO_WORKERS,
		checkOverlappingEntry: true,
		filenameValidation: 'strict',
	});
	try {
		const entries = new Map<string, FileEntry>();
		const names = new Set<string>();
		const offsets = new Set<number>();
		for await (const entry of reader.getEntriesGenerator()) {
			if (names.size >= MAX_OCTOCUT_ENTRIES)
				return err(`holds more than ${MAX_OCTOCUT_ENTRIES} files, so it was not opened`);
			const name = entry.filename.normalize('NFC').toLowerCase();
			if (offsets.has(entry.offset)) return err(IN_EACH_OTHER);
			offsets.add(entry.offset);
			if (names.has(name)) return err(`holds “${entry.filename}” twice, so it was not opened`);
			names.add(name);
			if (entry.encrypted) return err('is locked with a password, so it cannot be opened');
			if (/[\\:\0]/u.test(entry.filename) || entry.symlink) return err(leadsAway(entry.filename));
			if (!entry.directory) entries.set(entry.filename, entry);
		}
		const main = entries.get(PROJECT_ENTRY);
		if (main === undefined) return err('is no Octocut project: there is no project in it');
		const bytes = await readEntry(main, MAX_PROJECT_BYTES);
		if (bytes === undefined) {
			return err(`holds a project of more than ${MAX_PROJECT_BYTES / 1e6} MB, so it was not opened`);
		}
		const content = readOctocutFile(new TextDecoder().decode(bytes));
		return content.ok ? ok(new OpenedZip(zip, content.value, entries)) : err(`was not opened: ${content.error}`);
	} catch (thrown) {
		return err(whatIsWrong(thrown, library));
	}
}

const IN_EACH_OTHER = 'holds entries that lie in each other, so it was not opened';
const leadsAway = (name: string): string =>
	`holds a name that leads outside of it (“${name.slice(0, 80)}”), so it was not opened`;

class OpenedZip implements OpenedProjectFile {
	readonly content: OctocutContent;
	readonly #zip: Blob;
	readonly #entries: ReadonlyMap<string, FileEntry>;
	/** Bytes of frame indexes that may still be unpacked: the same one may be named for many files. */
	#allowance = 4 * MAX_INDEX_BYTES;

	constructor(zip: Blob, content: OctocutContent, entries: ReadonlyMap<string, FileEntry>) {
		this.#zip = zip;
		this.content = content;
		this.#entries = entries;
	}

	async frameIndex(media: Fingerprint): Promise<FrameIndex | undefined> {
		const entry = this.#entryOf(media, 'index');
		if (entry === undefined) return undefined;
		try {
			const bytes = await readEntry(entry, Math.min(MAX_INDEX_BYTES, this.#allowance));
			this.#allowance -= bytes?.length ?? 0;
			return bytes === undefined ? undefined : decodeFrameIndex(bytes);
		} catch (thrown) {
			// Whatever is wrong with it: the file is read again when it is linked.
			if (!(thrown instanceof FrameIndexFormatError))
				console.warn('A frame index of the project file is broken:', thrown);
			return undefined;
		}
	}

	async file(media: Fingerprint): Promise<Blob | undefined> {
		const entry = this.#entryOf(media, 'file');
		// Stored as it is, or not ours: unpacking gigabytes into memory is no way.
		if (entry?.compressionMethod !== 0 || entry.compressedSize !== entry.uncompressedSize) return undefined;
		if (!media.startsWith(`${entry.uncompressedSize}-`)) return undefined;
		const header = new DataView(await this.#zip.slice(entry.offset, entry.offset + 30).arrayBuffer());
		if (header.byteLength < 30 || header.getUint32(0, true) !== LOCAL_HEADER) return undefined;
		const start = entry.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
		const file = this.#zip.slice(start, start + entry.uncompressedSize);
		return file.size === entry.uncompressedSize ? file : undefined;
	}

	#entryOf(media: Fingerprint, part: 'index' | 'file'): FileEntry | undefined {
		const path = this.content.media.find(({ fingerprint }) => fingerprint === media)?.[part];
		return path === undefined ? undefined : this.#entries.get(path);
	}
}

/** Signature of a local file header (APPNOTE 4.3.7). */
const LOCAL_HEADER = 0x04034b50;

/** The bytes of an entry; undefined when there are more than `most`, whatever its header says. */
async function readEntry(entry: FileEntry, most: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
	if (entry.uncompressedSize > most) return undefined;
	const pieces: Uint8Array<ArrayBuffer>[] = [];
	let size = 0;
	const sink = new WritableStream<Uint8Array<ArrayBuffer>>({
		write: (piece) => {
			size += piece.byteLength;
			if (size > most) throw new TooLargeError();
			pieces.push(piece);
		},
	});
	try {
		await entry.getData(sink, { checkSignature: true });
	} catch (thrown) {
		if (size > most) return undefined;
		throw thrown;
	}
	const bytes = new Uint8Array(size);
	let at = 0;
	for (const piece of pieces) {
		bytes.set(piece, at);
		at += piece.byteLength;
	}
	return bytes;
}

class TooLargeError extends Error {
	override name = 'TooLargeError';
}

function whatIsWrong(thrown: unknown, library: Awaited<ReturnType<typeof loadZip>>): string {
	const message = thrown instanceof Error ? thrown.message : String(thrown);
	if (message === library.ERR_UNSAFE_FILENAME) {
		return leadsAway(thrown instanceof Error && 'filename' in thrown ? String(thrown.filename) : '?');
	}
	if (message === library.ERR_OVERLAPPING_ENTRY) return IN_EACH_OTHER;
	if (message === library.ERR_EOCDR_NOT_FOUND || message === library.ERR_BAD_FORMAT) {
		return 'is no Octocut project, or it is cut off. Copy or download it again';
	}
	return `is damaged (${message}). Copy or download it again`;
}
