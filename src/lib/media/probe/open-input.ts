import { ALL_FORMATS, BlobSource, CustomSource, HlsInputFormat, Input, type Source } from 'mediabunny';
import { isRemote } from '#core/media/remote-bytes';
import type { MediaBytes } from '../media-bytes.ts';
import { readerOf } from '../remote-bytes/range-reader.ts';

/** A playlist names other files, which a single picked file cannot bring along. */
const FILE_FORMATS = ALL_FORMATS.filter((format) => !(format instanceof HlsInputFormat));

/** Opens `file` for reading by range; `onRead` is told how far into the file reading has come, in bytes. Dispose it. */
export function openInput(file: MediaBytes, onRead: (position: number) => void): Input {
	const source = sourceOf(file);
	source.on('read', ({ end }) => onRead(end));
	return new Input({ source, formats: FILE_FORMATS });
}

/** Told of what fails while nobody waits for it: whoever reads that part is told as well. */
const handleUnhandledError = (): void => undefined;

function sourceOf(file: MediaBytes): Source {
	if (!isRemote(file)) return new BlobSource(file, { handleUnhandledError });
	const reader = readerOf(file);
	return new CustomSource({
		getSize: () => file.size,
		read: (start, end) => reader.read(start, end),
		// Many of its reads are a few bytes: these come from its own memory then. Reading ahead is the reader's business.
		prefetchProfile: 'fileSystem',
		maxCacheSize: 4 * 1024 * 1024,
		handleUnhandledError,
	});
}

const CONTAINERS: Readonly<Record<string, string>> = {
	MP4: 'mp4',
	'QuickTime File Format': 'mov',
	Matroska: 'mkv',
	WebM: 'webm',
	'MPEG Transport Stream': 'ts',
	Ogg: 'ogg',
	WAVE: 'wav',
	MP3: 'mp3',
	FLAC: 'flac',
	ADTS: 'aac',
};

/** Short name of a container: mp4, mov, mkv … */
export const containerName = (format: string): string => CONTAINERS[format] ?? format.toLowerCase();
