import type { StreamTargetChunk } from 'mediabunny';
import type { Failure } from '#core/failure';
import { ExportFailure, writingFailure } from './export-failure.ts';

/** Where the muxer writes. */
export interface OutputFile {
	readonly writable: WritableStream<StreamTargetChunk>;
	/** Bytes up to the furthest one written. */
	readonly bytes: number;
	/** Why writing failed, once it has. */
	readonly failure: Failure | undefined;
	/** Lets go of the file, whether or not it is complete. Safe to call twice. */
	release(): Promise<void>;
}

/** The few operations both kinds of file offer. */
interface Writer {
	write(data: Uint8Array<ArrayBuffer>, position: number): Promise<void> | void;
	/** With `durable`, only once the bytes are on the disk, where that can be asked for. */
	close(durable?: boolean): Promise<void> | void;
	abandon(): Promise<void> | void;
}

/**
 * Opens `handle` for writing, emptied: synchronously where the private file system allows it (in a worker; no copy at the end), otherwise as
 * a stream. Throws `ExportFailure` when the browser refuses.
 */
export async function openOutput(handle: FileSystemFileHandle, subject: string): Promise<OutputFile> {
	let writer: Writer;
	try {
		writer = (await synchronousWriter(handle)) ?? (await streamWriter(handle));
	} catch (thrown) {
		throw new ExportFailure(writingFailure(thrown, subject), { cause: thrown });
	}
	return outputFile(writer, subject);
}

function outputFile(writer: Writer, subject: string): OutputFile {
	let [bytes, open] = [0, true];
	let failure: Failure | undefined;
	const attempt = async (work: () => Promise<void> | void): Promise<void> => {
		try {
			await work();
		} catch (thrown) {
			failure ??= writingFailure(thrown, subject);
			throw new ExportFailure(failure, { cause: thrown });
		}
	};
	const end = (how: 'close' | 'abandon'): Promise<void> => {
		if (!open) return Promise.resolve();
		open = false;
		return attempt(() => writer[how]());
	};
	return {
		writable: new WritableStream<StreamTargetChunk>({
			write: ({ data, position }) =>
				attempt(() => {
					bytes = Math.max(bytes, position + data.byteLength);
					return writer.write(data, position);
				}),
			close: () => end('close'),
			abort: () => end('abandon'),
		}),
		get bytes() {
			return bytes;
		},
		get failure() {
			return failure;
		},
		release: () => end('abandon'),
	};
}

/** What is used of `FileSystemSyncAccessHandle`, which only workers know. */
interface SynchronousAccess {
	truncate(size: number): void;
	write(data: Uint8Array<ArrayBuffer>, options: { at: number }): number;
	flush(): void;
	close(): void;
}

async function synchronousWriter(handle: FileSystemFileHandle): Promise<Writer | undefined> {
	if (!('createSyncAccessHandle' in handle)) return undefined;
	let access: SynchronousAccess;
	try {
		access = await (handle as { createSyncAccessHandle(): Promise<SynchronousAccess> }).createSyncAccessHandle();
	} catch (thrown) {
		// Files outside the private file system refuse with InvalidStateError and are written as a stream.
		if (thrown instanceof DOMException && thrown.name === 'InvalidStateError') return undefined;
		throw thrown;
	}
	access.truncate(0);
	return {
		write(data, position) {
			const written = access.write(data, { at: position });
			if (written !== data.byteLength) throw refusal(written, data.byteLength);
		},
		close(durable = true) {
			try {
				if (durable) access.flush();
			} finally {
				access.close();
			}
		},
		abandon: () => access.close(),
	};
}

/** `base::File::FILE_ERROR_NO_SPACE` of Chromium. */
const NO_SPACE = -8;

/** Instead of throwing, Chromium answers a failed write with its negative code as an unsigned number: 4294967288 where the quota is used up. */
function refusal(written: number, wanted: number): DOMException {
	const code = written > wanted ? written | 0 : NO_SPACE;
	return code === NO_SPACE
		? new DOMException('The disk took fewer bytes than were given', 'QuotaExceededError')
		: new DOMException(`The disk refused the bytes with code ${code}`, 'UnknownError');
}

async function streamWriter(handle: FileSystemFileHandle): Promise<Writer> {
	const stream = await handle.createWritable();
	return {
		write: (data, position) => stream.write({ type: 'write', data, position }),
		close: () => stream.close(),
		abandon: () => stream.abort(),
	};
}

/** Writes one of many small files; when it reaches the disk is up to the system. Throws `ExportFailure` when the browser refuses. */
export async function writeWhole(
	folder: FileSystemDirectoryHandle,
	name: string,
	data: Uint8Array<ArrayBuffer>,
	subject: string,
): Promise<void> {
	let writer: Writer | undefined;
	try {
		const handle = await folder.getFileHandle(name, { create: true });
		writer = (await synchronousWriter(handle)) ?? (await streamWriter(handle));
		await writer.write(data, 0);
		await writer.close(false);
	} catch (thrown) {
		// Why it failed is told; what is left of the file goes with its folder.
		await (async () => writer?.abandon())().catch(() => undefined);
		throw new ExportFailure(writingFailure(thrown, subject), { cause: thrown });
	}
}
