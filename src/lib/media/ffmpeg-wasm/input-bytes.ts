import { isRemote } from '#core/media/remote-bytes';
import { InvariantError } from '#core/result';
import type { MediaBytes } from '../media-bytes.ts';
import { BlobBytes, type FileBytes, type SynchronousReader } from './file-bytes.ts';
import { RemoteFileBytes } from './remote-file-bytes.ts';

const Reader = (globalThis as { FileReaderSync?: new () => SynchronousReader }).FileReaderSync;

/** The bytes of a file, in a worker. */
export function bytesOf(bytes: MediaBytes): FileBytes {
	if (isRemote(bytes)) return new RemoteFileBytes(bytes);
	if (Reader === undefined) throw new InvariantError('files can be read synchronously in a worker only');
	return new BlobBytes(bytes, new Reader());
}
